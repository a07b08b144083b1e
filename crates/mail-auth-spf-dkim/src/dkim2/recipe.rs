//! Recipes: how the message was before a hop changed it (section 5).

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::json::{Reader, Unexpected};

/// How the message before is made of the one after: the `r=` tag of a `Message-Instance` (section 5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recipe {
    /// What to do with the fields of a name, in lower case. The others are as they were.
    pub(super) header: BTreeMap<String, Vec<Step>>,
    pub(super) body: BodyRecipe,
}

/// What to do with the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BodyRecipe {
    /// It is as it was.
    Unchanged,
    /// Nobody knows how it was.
    Lost,
    /// It is made so.
    Steps(Vec<Step>),
}

/// One step: it adds to what the steps before made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// `c`: these of the message after, counted from 1. Lines are counted from the top, fields from the bottom.
    Copy {
        /// The first.
        first: u64,
        /// The last.
        last: u64,
    },
    /// `d` and `u`: these, without their line ends.
    Literal(Vec<Vec<u8>>),
}

impl Recipe {
    /// Reads the JSON of a recipe (sections 5.1 and 5.2).
    pub(super) fn parse(json: &[u8]) -> Result<Self, Unexpected> {
        let mut reader = Reader::new(json)?;
        let (mut header, mut body) = (None, None);
        reader.object(|reader, key| match key.as_str() {
            "h" if header.is_none() => {
                let mut fields = BTreeMap::new();
                reader.object(|reader, name| {
                    let printable = |octet: u8| (33..127).contains(&octet) && octet != b':';
                    let steps = steps(reader)?;
                    let valid = !name.is_empty() && name.bytes().all(printable);
                    if valid && fields.insert(name, steps).is_none() { Ok(()) } else { Err(Unexpected) }
                })?;
                header = Some(fields).filter(|fields| !fields.is_empty());
                header.as_ref().map(|_| ()).ok_or(Unexpected)
            }
            "b" if body.is_none() => {
                let lost = reader.peek() == Some(b'n');
                body = Some(if lost {
                    reader.null()?;
                    BodyRecipe::Lost
                } else {
                    BodyRecipe::Steps(steps(reader)?)
                });
                Ok(())
            }
            "h" | "b" => Err(Unexpected),
            _ => reader.skip(),
        })?;
        reader.end()?;
        if header.is_none() && body.is_none() {
            return Err(Unexpected);
        }
        Ok(Self { header: header.unwrap_or_default(), body: body.unwrap_or(BodyRecipe::Unchanged) })
    }
}

/// Reads steps. Ranges must not overlap, and come in order: so a recipe is followed while the message passes by.
fn steps(reader: &mut Reader<'_>) -> Result<Vec<Step>, Unexpected> {
    let mut steps = Vec::new();
    let mut copied = 0;
    reader.array(|reader| {
        let mut step = None;
        reader.object(|reader, key| {
            let read = match key.as_str() {
                "c" => copy(reader)?,
                "d" => literal(reader, |line| Ok(line.into_bytes()))?,
                "u" => literal(reader, |line| STANDARD.decode(line).map_err(|_| Unexpected))?,
                _ => return Err(Unexpected),
            };
            if step.replace(read).is_none() { Ok(()) } else { Err(Unexpected) }
        })?;
        let step = step.ok_or(Unexpected)?;
        if let Step::Copy { first, last } = step {
            if first <= copied || last < first {
                return Err(Unexpected);
            }
            copied = last;
        }
        steps.push(step);
        Ok(())
    })?;
    Ok(steps)
}

fn copy(reader: &mut Reader<'_>) -> Result<Step, Unexpected> {
    reader.expect(b'[')?;
    let first = reader.number()?;
    reader.expect(b',')?;
    let last = reader.number()?;
    reader.expect(b']')?;
    Ok(Step::Copy { first, last })
}

fn literal(
    reader: &mut Reader<'_>,
    octets: impl Fn(String) -> Result<Vec<u8>, Unexpected>,
) -> Result<Step, Unexpected> {
    let mut lines = Vec::new();
    reader.array(|reader| {
        let line = octets(reader.string()?)?;
        if memchr::memchr2(b'\r', b'\n', &line).is_some() {
            return Err(Unexpected);
        }
        lines.push(line);
        Ok(())
    })?;
    if lines.is_empty() { Err(Unexpected) } else { Ok(Step::Literal(lines)) }
}
