use alloc::vec::Vec;

use crate::Mechanism;

/// What a server offers, and how much the connection can be trusted: what a client chooses by.
///
/// A password never travels in the clear unless that is [asked for](Self::plaintext_without_tls) in so many words
/// (RFC 4954, section 4; RFC 4616, section 1).
#[derive(Clone, Debug)]
pub struct Offer {
    mechanisms: Vec<Mechanism>,
    tls: bool,
    plaintext_without_tls: bool,
}

/// Why none of the offered mechanisms will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoMechanism {
    /// The server offers none that this crate knows.
    #[error("the server offers no mechanism that is known here")]
    NothingInCommon,
    /// Those it offers would send the password in the clear, and there is no TLS. Ask for TLS first.
    #[error("the offered mechanisms would send the password in the clear, and there is no TLS")]
    NeedsTls,
}

impl Offer {
    /// The mechanisms that a server names, in any order and case. Those not known here are passed over.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mechanisms = names.into_iter().filter_map(Mechanism::from_name).collect();
        Self { mechanisms, tls: false, plaintext_without_tls: false }
    }

    /// Whether the connection is inside TLS. By default it is not.
    pub fn over_tls(mut self, tls: bool) -> Self {
        self.tls = tls;
        self
    }

    /// Whether a password may travel where anybody can read it. By default it may not; a loopback connection is
    /// where it might.
    pub fn plaintext_without_tls(mut self, allowed: bool) -> Self {
        self.plaintext_without_tls = allowed;
        self
    }

    /// The best of the mechanisms, whatever order the server names them in.
    ///
    /// # Errors
    ///
    /// [`NoMechanism`], which is for people to settle.
    pub fn choose(&self) -> Result<Mechanism, NoMechanism> {
        let best = Mechanism::ALL.iter().filter(|mechanism| self.mechanisms.contains(mechanism));
        let mut allowed =
            best.clone().filter(|mechanism| self.tls || self.plaintext_without_tls || !mechanism.is_plaintext());
        match (allowed.next(), best.clone().next()) {
            (Some(mechanism), _) => Ok(*mechanism),
            (None, Some(_)) => Err(NoMechanism::NeedsTls),
            (None, None) => Err(NoMechanism::NothingInCommon),
        }
    }
}
