use alloc::string::String;

use crate::dns::Name;

/// A reverse-path or forward-path, with the angle brackets that the draft demands (section 10.5).
///
/// ```
/// use mail_auth_spf_dkim::dkim2::Path;
///
/// let path = Path::parse("<Ann@Example.COM>").unwrap();
/// assert!(path.is_same(&Path::parse("<Ann@example.com>").unwrap()));
/// assert!(!path.is_same(&Path::parse("<ann@example.com>").unwrap()));
/// assert!(Path::parse("<>").unwrap().is_null());
/// assert_eq!(Path::parse("ann@example.com"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path(String);

impl Path {
    /// Reads a path. `None` if the brackets are missing, or white space, brackets or control characters are in it.
    pub fn parse(text: &str) -> Option<Self> {
        let address = text.strip_prefix('<')?.strip_suffix('>')?;
        let valid = !address.contains(|c: char| c.is_ascii_control() || matches!(c, '<' | '>'));
        let whole = address.is_empty() || address.rsplit_once('@').is_none_or(|(local, _)| !local.is_empty());
        (valid && whole).then(|| Self(String::from(address)))
    }

    /// What is between the brackets.
    pub fn address(&self) -> &str {
        &self.0
    }

    /// Whether it is `<>`.
    pub fn is_null(&self) -> bool {
        self.0.is_empty()
    }

    /// Its domain; `None` if there is none, or no name.
    pub fn domain(&self) -> Option<Name> {
        Name::parse(self.0.rsplit_once('@')?.1).ok()
    }

    /// Whether both are the same: case counts in front of the at sign only (section 14.4).
    pub fn is_same(&self, other: &Self) -> bool {
        match (self.0.rsplit_once('@'), other.0.rsplit_once('@')) {
            (Some((local, domain)), Some((other_local, other_domain))) => {
                local == other_local && domain.eq_ignore_ascii_case(other_domain)
            }
            _ => self.0 == other.0,
        }
    }
}
