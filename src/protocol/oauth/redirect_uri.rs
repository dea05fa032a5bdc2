//! Redirect URIs: where a code may go.
//!
//! Source: OAuth 2.1 (draft 13) §2.3.1 and §8.4, RFC 8252 §7 and §8.3. Comparison is of strings, character by
//! character, but for the port of `http` loopback URIs, which native applications choose at run time.

use url::Url;

use crate::ids::short_digest;

/// The longest redirect URI that is read, in bytes.
pub const REDIRECT_URI_BYTES_MAX: usize = 512;

/// The code is shown on a page instead of being sent anywhere.
pub const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// Schemes that run or show something instead of bringing a code to a client. No setting allows them.
const REFUSED_SCHEMES: [&str; 10] = [
    "about",
    "blob",
    "data",
    "file",
    "filesystem",
    "ftp",
    "javascript",
    "mailto",
    "vbscript",
    "view-source",
];

/// A redirect URI that may be registered, as written by its owner.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct RegisteredRedirectUri {
    text: String,
    kind: RedirectKind,
}

/// How an answer reaches the client.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum RedirectKind {
    /// A web server, over https.
    Web,
    /// A program on the person's own computer.
    Loopback,
    /// An application that claimed a URI scheme.
    PrivateUse,
    /// The person copies the code.
    OutOfBand,
}

/// A redirect URI, as sent, that belongs to the client that sent it.
///
/// Errors may be sent to it. Only matching against a registration makes one, or opening a stage in which one was sealed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MatchedRedirectUri {
    text: String,
    kind: RedirectKind,
}

/// 96 bits that stand for a redirect URI inside a code.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct RedirectDigest(pub [u8; 12]);

/// What a deployment accepts beyond https and loopback.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RedirectRules {
    /// Private-use schemes without a dot that are accepted, in lower case.
    pub private_use_schemes: Vec<String>,
    /// Whether any scheme with a dot is accepted; it belongs to whoever owns the domain (RFC 8252 §7.1).
    pub reverse_domain_schemes: bool,
    /// Whether [`OUT_OF_BAND`] may be registered.
    pub out_of_band: bool,
}

/// Why a redirect URI may not be registered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RedirectFault {
    /// Longer than [`REDIRECT_URI_BYTES_MAX`].
    TooLong,
    /// No absolute URI in printable ASCII.
    Malformed,
    /// It has a fragment.
    Fragment,
    /// It has user information before the host.
    UserInformation,
    /// Its scheme is dangerous, or not accepted here.
    Scheme,
    /// `http` to a host other than `127.0.0.1`, `[::1]` or `localhost`.
    InsecureHost,
}

impl RegisteredRedirectUri {
    /// Reads a redirect URI that somebody wants to register.
    ///
    /// # Errors
    ///
    /// The [`RedirectFault`] of the first rule it breaks.
    ///
    /// # Source
    ///
    /// OAuth 2.1 §2.3 (absolute, no fragment), MCP 2026-07-28 (https or loopback), RFC 8252 §7.1 (private-use schemes).
    pub fn parse(text: &str, rules: &RedirectRules) -> Result<Self, RedirectFault> {
        let kind = classify(text, rules)?;
        Ok(Self { text: text.to_owned(), kind })
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How an answer would reach the client.
    #[must_use]
    pub fn kind(&self) -> RedirectKind {
        self.kind
    }

    /// Matches `sent` against this registration.
    #[must_use]
    pub fn matches(&self, sent: &str) -> Option<MatchedRedirectUri> {
        let same = self.text == sent
            || (self.kind == RedirectKind::Loopback && same_but_for_port(&self.text, sent));
        (same && sent.len() <= REDIRECT_URI_BYTES_MAX)
            .then(|| MatchedRedirectUri { text: sent.to_owned(), kind: self.kind })
    }

    /// The spelling that all ports of a loopback URI share; any other URI as written.
    ///
    /// Registrations keep this form, so that a client that tries another port each time stays one client.
    #[must_use]
    pub fn without_port(&self) -> String {
        match (self.kind, split_loopback(&self.text)) {
            (RedirectKind::Loopback, Some(parts)) => format!("http://{}{}", parts.host, parts.rest),
            _ => self.text.clone(),
        }
    }
}

impl MatchedRedirectUri {
    /// A redirect URI that was matched when its stage was sealed.
    ///
    /// Only for the module that opens stages; nothing a client sends may come here.
    #[must_use]
    pub fn unsealed(text: String) -> Self {
        let kind = match &text {
            uri if uri == OUT_OF_BAND => RedirectKind::OutOfBand,
            uri if uri.starts_with("https://") => RedirectKind::Web,
            uri if split_loopback(uri).is_some() => RedirectKind::Loopback,
            _ => RedirectKind::PrivateUse,
        };
        Self { text, kind }
    }

    /// As sent by the client.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How an answer reaches the client.
    #[must_use]
    pub fn kind(&self) -> RedirectKind {
        self.kind
    }

    /// What a code remembers of it.
    #[must_use]
    pub fn digest(&self) -> RedirectDigest {
        RedirectDigest::of(&self.text)
    }

    /// The host for people to read; the scheme where there is no host.
    #[must_use]
    pub fn host(&self) -> String {
        let url = Url::parse(&self.text).ok();
        let host = url.as_ref().and_then(|url| url.host_str().map(str::to_owned));
        match self.kind {
            RedirectKind::Web | RedirectKind::Loopback => host.unwrap_or_default(),
            RedirectKind::PrivateUse => {
                url.map(|url| format!("{}:", url.scheme())).unwrap_or_default()
            }
            RedirectKind::OutOfBand => String::new(),
        }
    }
}

impl RedirectDigest {
    /// The digest of a redirect URI as sent.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(short_digest(text))
    }
}

/// Whether two URLs have the same scheme, host and port. Only https counts: nobody owns a loopback port.
#[must_use]
pub fn same_origin(one: &str, other: &str) -> bool {
    match (Url::parse(one), Url::parse(other)) {
        (Ok(one), Ok(other)) => one.scheme() == "https" && one.origin() == other.origin(),
        _ => false,
    }
}

fn classify(text: &str, rules: &RedirectRules) -> Result<RedirectKind, RedirectFault> {
    if text.len() > REDIRECT_URI_BYTES_MAX {
        return Err(RedirectFault::TooLong);
    }
    if text == OUT_OF_BAND {
        return if rules.out_of_band {
            Ok(RedirectKind::OutOfBand)
        } else {
            Err(RedirectFault::Scheme)
        };
    }
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&byte);
    if text.is_empty() || !text.bytes().all(plain) {
        return Err(RedirectFault::Malformed);
    }
    if text.contains('#') {
        return Err(RedirectFault::Fragment);
    }
    let url = Url::parse(text).map_err(|_| RedirectFault::Malformed)?;
    let scheme = url.scheme();
    if REFUSED_SCHEMES.contains(&scheme) {
        return Err(RedirectFault::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() || authority(text).contains('@') {
        return Err(RedirectFault::UserInformation);
    }
    match scheme {
        // No host has a star in its name: who writes one means "any", and nothing here means that.
        "https" if authority(text).contains('*') => Err(RedirectFault::Malformed),
        "https" if text.starts_with("https://") && !authority(text).is_empty() => {
            Ok(RedirectKind::Web)
        }
        "http" if split_loopback(text).is_some() => Ok(RedirectKind::Loopback),
        "http" => Err(RedirectFault::InsecureHost),
        "https" => Err(RedirectFault::Malformed),
        private if rules.reverse_domain_schemes && private.contains('.') => {
            Ok(RedirectKind::PrivateUse)
        }
        private if rules.private_use_schemes.iter().any(|known| known == private) => {
            Ok(RedirectKind::PrivateUse)
        }
        _ => Err(RedirectFault::Scheme),
    }
}

/// What stands between `//` and the path.
fn authority(text: &str) -> &str {
    let rest = text.split_once("//").map_or("", |(_, rest)| rest);
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    &rest[..end]
}

struct LoopbackParts<'a> {
    host: &'a str,
    rest: &'a str,
}

/// Takes an `http` loopback URI apart, by text alone: no other spelling of a loopback host is one.
fn split_loopback(text: &str) -> Option<LoopbackParts<'_>> {
    let authority_and_rest = text.strip_prefix("http://")?;
    let host = ["127.0.0.1", "[::1]", "localhost"]
        .into_iter()
        .find(|host| authority_and_rest.starts_with(host))?;
    let after_host = &authority_and_rest[host.len()..];
    let rest = match after_host.strip_prefix(':') {
        Some(port_and_rest) => {
            let digits = port_and_rest.bytes().take_while(u8::is_ascii_digit).count();
            port_and_rest[..digits].parse::<u16>().ok()?;
            &port_and_rest[digits..]
        }
        None => after_host,
    };
    let complete = rest.is_empty() || rest.starts_with('/') || rest.starts_with('?');
    complete.then_some(LoopbackParts { host, rest })
}

/// RFC 8252 §7.3: the port is the application's choice at run time; everything else is exact.
fn same_but_for_port(registered: &str, sent: &str) -> bool {
    match (split_loopback(registered), split_loopback(sent)) {
        (Some(ours), Some(theirs)) => ours.host == theirs.host && ours.rest == theirs.rest,
        _ => false,
    }
}
