use std::fmt::{self, Debug};

/// What an application saw, in order. Runs of body are joined, because where a body is cut carries no meaning.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Trace {
    entries: Vec<Entry>,
}

#[derive(Clone, PartialEq, Eq)]
enum Entry {
    Event(String),
    Body(Vec<u8>),
}

impl Trace {
    /// Notes an event.
    pub fn event(&mut self, event: impl Into<String>) {
        self.entries.push(Entry::Event(event.into()));
    }

    /// Notes an event by its `Debug` form.
    pub fn debug(&mut self, event: impl Debug) {
        self.event(format!("{event:?}"));
    }

    /// Notes a run of a body.
    pub fn body(&mut self, octets: &[u8]) {
        match self.entries.last_mut() {
            Some(Entry::Body(body)) => body.extend_from_slice(octets),
            _ => self.entries.push(Entry::Body(octets.to_vec())),
        }
    }

    /// The events alone, without bodies.
    pub fn events(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Event(event) => Some(event.as_str()),
            Entry::Body(_) => None,
        })
    }

    /// The bodies alone, each joined.
    pub fn bodies(&self) -> impl Iterator<Item = &[u8]> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Body(body) => Some(body.as_slice()),
            Entry::Event(_) => None,
        })
    }

    /// Whether an event's text contains `part`.
    pub fn saw(&self, part: &str) -> bool {
        self.events().any(|event| event.contains(part))
    }
}

impl Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in &self.entries {
            match entry {
                Entry::Event(event) => writeln!(f, "  {event}")?,
                Entry::Body(body) => writeln!(f, "  body \"{}\"", body.escape_ascii())?,
            }
        }
        Ok(())
    }
}
