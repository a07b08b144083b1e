//! Where a reader did not find what was put in.

use std::collections::BTreeMap;

/// Values by their names, as [`Reading::values`](super::Reading::values) gives them.
pub type Values = BTreeMap<String, Vec<u8>>;

/// A value that was not found as it was put in, or one that was found though it was not.
#[derive(Debug, Clone, Copy)]
pub struct Difference<'a> {
    path: &'a str,
    expected: &'a Values,
    found: &'a Values,
}

impl<'a> Difference<'a> {
    /// All between what was put in and what was found.
    pub fn between(expected: &'a Values, found: &'a Values) -> impl Iterator<Item = Self> {
        let added = found.keys().filter(|path| !expected.contains_key(*path));
        let differing = expected.keys().chain(added).filter(|path| expected.get(*path) != found.get(*path));
        differing.map(move |path| Self { path, expected, found })
    }

    /// The name of the value.
    #[must_use]
    pub const fn path(&self) -> &'a str {
        self.path
    }

    /// What was put in, as text; empty for nothing.
    #[must_use]
    pub fn expected(&self) -> String {
        text(self.expected.get(self.path))
    }

    /// What was found, as text; empty for nothing.
    #[must_use]
    pub fn found(&self) -> String {
        text(self.found.get(self.path))
    }

    /// True for the name of a mailbox or a group.
    #[must_use]
    pub fn is_name(&self) -> bool {
        self.path.ends_with(".name") || self.path.ends_with(".group")
    }

    /// True for the address of a mailbox.
    #[must_use]
    pub fn is_address(&self) -> bool {
        self.path.ends_with(".address")
    }

    /// True if the two are the same but for blanks.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        let words = |text: String| text.split_whitespace().collect::<String>();
        words(self.expected()) == words(self.found())
    }

    /// True if an address that was put into the same field is one `of` these; told is also whether it has a name.
    pub fn has_address(&self, of: impl Fn(&str, bool) -> bool) -> bool {
        // A defect begins with the name of its field.
        let path = if self.path.starts_with("defect.") { self.found() } else { self.path.to_owned() };
        let field = path.split(['.', ':']).next().unwrap_or_default().to_lowercase();
        self.expected.iter().any(|(path, value)| {
            let has_name = self.expected.contains_key(&path.replace(".address", ".name"));
            path.split('.').next() == Some(&field) && path.ends_with(".address") && of(&text(Some(value)), has_name)
        })
    }
}

fn text(value: Option<&Vec<u8>>) -> String {
    value.map(|value| String::from_utf8_lossy(value).into_owned()).unwrap_or_default()
}
