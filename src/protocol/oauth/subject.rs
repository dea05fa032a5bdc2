//! Who a token speaks for.
//!
//! Source: RFC 9700 §4.15: a client must not be able to pass for a person, so the two are spelled differently. OpenID
//! Connect Core 1.0 §5.7: only issuer and subject together name a person; an e-mail address does not.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::ids::short_digest;

/// The longest subject of an identity provider that is spelled out in a token, in bytes; OpenID Connect Core 1.0 §2 allows
/// 255, and tokens carry it.
const ID_BYTES_MAX: usize = 64;
/// What a subject begins with that is only known by its digest.
const DIGESTED: char = '~';

/// 128 bits that stand for a subject where its name need not be known.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct SubjectDigest(pub [u8; 16]);

/// 48 bits that stand for the issuer of an identity provider. The configuration refuses two providers with the same.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct IssuerTag([u8; 6]);

/// The `sub` of a token.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Subject {
    /// A person who logged in, by the name they are known by here.
    Person(String),
    /// A client that acts on its own behalf.
    Client(String),
    /// A person who logged in with an identity provider, by the name they are known by there.
    Federated {
        /// Which provider.
        issuer: IssuerTag,
        /// `sub` as the provider says it, or its digest.
        id: String,
    },
}

impl IssuerTag {
    /// What stands for `issuer`, compared as text (OpenID Connect Core 1.0 §3.1.3.7).
    #[must_use]
    pub fn of(issuer: &str) -> Self {
        Self(short_digest(issuer))
    }

    /// Reads eight characters of base64url.
    fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// As eight characters of base64url.
    #[must_use]
    pub fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl Subject {
    /// The person that `issuer` calls `subject`, where `provider` is the issuer that the configuration knows: another one
    /// only where a provider has one for each tenant. `None` if it calls them nothing.
    ///
    /// What is long, of a tenant, or has a character beyond printable ASCII, is known by its digest, so that no two are
    /// spelled alike.
    #[must_use]
    pub fn federated(provider: &str, issuer: &str, subject: &str) -> Option<Self> {
        if subject.is_empty() {
            return None;
        }
        let plain = issuer == provider
            && subject.len() <= ID_BYTES_MAX
            && subject.bytes().all(|byte| byte.is_ascii_graphic())
            && !subject.starts_with(DIGESTED);
        let id = if plain {
            subject.to_owned()
        } else {
            let mut hash = Sha256::new();
            hash.update((issuer.len() as u64).to_be_bytes());
            hash.update(issuer);
            hash.update(subject);
            format!("{DIGESTED}{}", URL_SAFE_NO_PAD.encode(hash.finalize()))
        };
        Some(Self::Federated { issuer: IssuerTag::of(provider), id })
    }

    /// Reads the `sub` claim.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, name) = text.split_once(':')?;
        match (kind, name) {
            (_, "") => None,
            ("u", name) => Some(Self::Person(name.to_owned())),
            ("c", name) => Some(Self::Client(name.to_owned())),
            ("f", name) => {
                let (issuer, id) = name.split_once(':').filter(|(_, id)| !id.is_empty())?;
                Some(Self::Federated { issuer: IssuerTag::parse(issuer)?, id: id.to_owned() })
            }
            _ => None,
        }
    }

    /// What stands for it in a ledger.
    #[must_use]
    pub fn digest(&self) -> SubjectDigest {
        SubjectDigest(short_digest(&self.to_text()))
    }

    /// The `sub` claim: `u:` and a person's name, `c:` and a client's tag, `f:`, the issuer's tag, `:` and a person's name
    /// there.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Person(name) => format!("u:{name}"),
            Self::Client(tag) => format!("c:{tag}"),
            Self::Federated { issuer, id } => format!("f:{}:{id}", issuer.to_text()),
        }
    }
}
