//! message/external-body: content that is elsewhere (RFC 2046 section 5.2.3).

use alloc::borrow::Cow;

use crate::fields::Fields;
use crate::syntax::{date, message_id::MessageIds};
use crate::value::{DateTime, MessageId};
use crate::{ContentType, Part};

/// Where the content of a part is, and how to get it. **Nothing here is fetched**: what a sender wants fetched is shown to
/// the reader first (section 5.2.3.6).
#[derive(Debug, Clone)]
pub struct ExternalBody<'m> {
    content_type: ContentType<'m>,
    body: &'m [u8],
}

/// The ways of section 5.2.3.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access<'m> {
    /// `ftp`, `tftp` or `anon-ftp`.
    File {
        /// Which of them.
        protocol: FileProtocol,
        /// The name of the file.
        name: Cow<'m, str>,
        /// The host that has it.
        site: Cow<'m, str>,
        /// The folder that it is in.
        directory: Option<Cow<'m, str>>,
        /// How it is transferred.
        mode: Option<Cow<'m, str>>,
    },
    /// `local-file`.
    LocalFile {
        /// The path.
        name: Cow<'m, str>,
        /// The hosts that have it; `*` stands for a part of a name.
        site: Option<Cow<'m, str>>,
    },
    /// `mail-server`: send it the [`phantom body`](ExternalBody::phantom_body).
    MailServer {
        /// Its address.
        server: Cow<'m, str>,
        /// The subject that it wants.
        subject: Option<Cow<'m, str>>,
    },
    /// `URL` (RFC 2017).
    Url(Cow<'m, str>),
    /// Another way, or one that lacks a parameter that it must have.
    Other(Cow<'m, str>),
}

/// The protocols for files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileProtocol {
    /// FTP, with a name and a password.
    Ftp,
    /// FTP for anybody.
    AnonymousFtp,
    /// TFTP.
    Tftp,
}

impl<'m> ExternalBody<'m> {
    /// Reads a part; `None` if it is of another type.
    #[must_use]
    pub fn of(part: &Part<'m>) -> Option<Self> {
        let content_type = part.content_type();
        content_type.is("message", "external-body").then(|| Self { content_type, body: part.body() })
    }

    /// How to get it; `None` without the parameter `access-type`, which must be there.
    #[must_use]
    pub fn access(&self) -> Option<Access<'m>> {
        let parameter = |name| self.content_type.parameter(name);
        let way = parameter("access-type")?;
        let file = |protocol| {
            let (name, site) = (parameter("name")?, parameter("site")?);
            Some(Access::File { protocol, name, site, directory: parameter("directory"), mode: parameter("mode") })
        };
        let is = |word: &str| way.eq_ignore_ascii_case(word);
        let access = if is("ftp") {
            file(FileProtocol::Ftp)
        } else if is("anon-ftp") {
            file(FileProtocol::AnonymousFtp)
        } else if is("tftp") {
            file(FileProtocol::Tftp)
        } else if is("local-file") {
            parameter("name").map(|name| Access::LocalFile { name, site: parameter("site") })
        } else if is("mail-server") {
            parameter("server").map(|server| Access::MailServer { server, subject: parameter("subject") })
        } else if is("url") {
            parameter("url").map(|url| Access::Url(without_blanks(url)))
        } else {
            None
        };
        Some(access.unwrap_or(Access::Other(way)))
    }

    /// When it may be gone.
    #[must_use]
    pub fn expiration(&self) -> Option<DateTime> {
        date::date(self.content_type.parameter("expiration")?.as_bytes())
    }

    /// How many octets it has, decoded.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.content_type.parameter("size")?.trim().parse().ok()
    }

    /// Whether it may be written to as well, so that a copy goes stale.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        self.content_type.parameter("permission").is_some_and(|word| word.trim().eq_ignore_ascii_case("read-write"))
    }

    /// The fields of the content itself.
    #[must_use]
    pub fn fields(&self) -> Fields<'m> {
        Fields::new(self.body)
    }

    /// The type of the content itself.
    #[must_use]
    pub fn content_type(&self) -> ContentType<'m> {
        let field = self.fields().find(|field| field.is("Content-Type"));
        field.and_then(|field| ContentType::parse(field.body())).unwrap_or(ContentType::TEXT_PLAIN)
    }

    /// The identifier by which it is known when it comes (section 5.2.3: it must be there).
    #[must_use]
    pub fn content_id(&self) -> Option<MessageId<'m>> {
        MessageIds::new(self.fields().find(|field| field.is("Content-ID"))?.body()).next()
    }

    /// What stands where the content would: commands for a mail server, and noise otherwise.
    #[must_use]
    pub fn phantom_body(&self) -> &'m [u8] {
        let mut fields = self.fields();
        fields.by_ref().for_each(drop);
        self.body.get(fields.body_start()..).unwrap_or_default()
    }
}

/// A URL may be folded, and its blanks do not count (RFC 2017 section 3).
fn without_blanks(url: Cow<'_, str>) -> Cow<'_, str> {
    if url.contains([' ', '\t', '\r', '\n']) {
        url.split_ascii_whitespace().collect::<alloc::string::String>().into()
    } else {
        url
    }
}
