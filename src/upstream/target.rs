//! URLs that may be fetched for a stranger or for the operator, judged before any name is resolved.
//!
//! Source: draft-ietf-oauth-client-id-metadata-document-00 §3, WHATWG URL (2026). There is one spelling of everything:
//! a URL must be what a URL parser writes back. That leaves nothing to say about dot segments, default ports, upper case,
//! percent-encoded, full-width, octal, hexadecimal or shortened hosts, backslashes, and line breaks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// The longest URL that is fetched, in bytes.
pub const URL_BYTES_MAX: usize = 2_048;

/// The ports of web servers. Others may belong to anything, and what is sent there might mean something to it.
const PORTS: [u16; 2] = [443, 8_443];

/// A URL that may be fetched. Only [`Target::parse`] makes one.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Target {
    text: String,
    host: TargetHost,
    port: u16,
    encrypted: bool,
}

/// How far a way out reaches.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reach {
    /// Web servers on the internet.
    Public,
    /// And this computer, by http too; for demonstrations only.
    Demonstration,
    /// Whatever the operator wrote: any host and port by https, this computer by http too.
    Configured,
}

impl Reach {
    /// For URLs that a stranger may have chosen.
    #[must_use]
    pub fn of_strangers(allow_loopback: bool) -> Self {
        if allow_loopback { Self::Demonstration } else { Self::Public }
    }
}

/// Where a target is.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum TargetHost {
    /// A name on the internet, as DNS has it.
    Name(String),
    /// This computer, by one of its three spellings.
    Loopback(String),
    /// A name or an address that the operator wrote.
    Configured(String),
}

/// Why a URL is not fetched.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum UrlFault {
    /// Longer than [`URL_BYTES_MAX`].
    TooLong,
    /// No URL, or not in its one canonical spelling.
    Malformed,
    /// Not `https`.
    Scheme,
    /// It has user information before the host.
    UserInformation,
    /// It has a fragment.
    Fragment,
    /// The host is an address, or a name that means nothing on the internet.
    Host,
    /// A port where no web server is expected.
    Port,
}

impl Target {
    /// Reads a URL that may be as far away as `reach`.
    ///
    /// # Errors
    ///
    /// The [`UrlFault`] of the first rule it breaks.
    pub fn parse(text: &str, reach: Reach) -> Result<Self, UrlFault> {
        if text.len() > URL_BYTES_MAX {
            return Err(UrlFault::TooLong);
        }
        let url = Url::parse(text).map_err(|_| UrlFault::Malformed)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlFault::UserInformation);
        }
        if url.fragment().is_some() {
            return Err(UrlFault::Fragment);
        }
        let host = url.host().ok_or(UrlFault::Scheme)?;
        let host = match reach {
            Reach::Demonstration | Reach::Configured if is_loopback(&host) => {
                TargetHost::Loopback(host.to_string())
            }
            Reach::Public | Reach::Demonstration => {
                TargetHost::Name(public_name(&host).ok_or(UrlFault::Host)?)
            }
            Reach::Configured => TargetHost::Configured(host.to_string()),
        };
        let encrypted = match (url.scheme(), &host) {
            ("https", _) => true,
            ("http", TargetHost::Loopback(_)) => false,
            _ => return Err(UrlFault::Scheme),
        };
        if url.as_str() != text {
            return Err(UrlFault::Malformed);
        }
        let port = url.port_or_known_default().ok_or(UrlFault::Port)?;
        match &host {
            TargetHost::Name(_) if !PORTS.contains(&port) => Err(UrlFault::Port),
            TargetHost::Loopback(_) | TargetHost::Configured(_) if port == 0 => Err(UrlFault::Port),
            TargetHost::Name(_) | TargetHost::Loopback(_) | TargetHost::Configured(_) => {
                Ok(Self { text: text.to_owned(), host, port, encrypted })
            }
        }
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host: a name in ASCII, or a loopback address.
    #[must_use]
    pub fn host(&self) -> &str {
        match &self.host {
            TargetHost::Name(host) | TargetHost::Loopback(host) | TargetHost::Configured(host) => {
                host
            }
        }
    }

    /// Whether it is on this computer.
    pub(super) fn is_loopback(&self) -> bool {
        matches!(self.host, TargetHost::Loopback(_))
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// Whether `address` may be connected to for this target.
    pub(super) fn may_be_at(&self, address: IpAddr) -> bool {
        match &self.host {
            TargetHost::Name(_) => super::address::is_public(address),
            TargetHost::Loopback(_) => address.is_loopback(),
            TargetHost::Configured(_) => !address.is_unspecified() && !address.is_multicast(),
        }
    }

    /// The address, where the host is one.
    pub(super) fn literal(&self) -> Option<IpAddr> {
        match &self.host {
            TargetHost::Name(_) => None,
            TargetHost::Loopback(host) | TargetHost::Configured(host) => {
                host.trim_matches(['[', ']']).parse().ok()
            }
        }
    }

    /// Host and port as a `Host` header has them.
    pub(super) fn authority(&self) -> &str {
        let rest = self.text.split_once("//").map_or("", |(_, rest)| rest);
        &rest[..rest.find('/').unwrap_or(rest.len())]
    }

    /// Path and query.
    pub(super) fn path(&self) -> &str {
        let rest = self.text.split_once("//").map_or("", |(_, rest)| rest);
        &rest[rest.find('/').unwrap_or(rest.len())..]
    }
}

/// This computer: no other spelling of it is one.
fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => *address == Ipv4Addr::LOCALHOST,
        Host::Ipv6(address) => *address == Ipv6Addr::LOCALHOST,
    }
}

/// A name with at least two labels of letters, digits and hyphens. Names without a dot mean something in one house only.
fn public_name(host: &Host<&str>) -> Option<String> {
    let Host::Domain(name) = host else { return None };
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
            })
    };
    let labels: Vec<_> = name.split('.').collect();
    (labels.len() >= 2 && name.len() <= 253 && labels.into_iter().all(is_label))
        .then(|| (*name).to_owned())
}

impl UrlFault {
    /// Every reason, for tests that must cover all of them.
    pub const ALL: [Self; 7] = [
        Self::TooLong,
        Self::Malformed,
        Self::Scheme,
        Self::UserInformation,
        Self::Fragment,
        Self::Host,
        Self::Port,
    ];

    /// What is wrong, for whoever wrote the URL.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::TooLong => "it is longer than 2048 characters",
            Self::Malformed => "it is no absolute URL in its canonical spelling",
            Self::Scheme => "it must be an https URL",
            Self::UserInformation => "it cannot have user information",
            Self::Fragment => "it cannot have a fragment",
            Self::Host => "its host must be a public DNS name",
            Self::Port => "its port must be 443 or 8443",
        }
    }
}
