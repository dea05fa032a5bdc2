//! What a client learns of the person: the ID token, and what each scope tells.
//!
//! Source: OpenID Connect Core 1.0 §2, §5.1, §5.4. Only a code yields an ID token; a refresh yields none (§12.2).

use std::fmt;

use crate::ids::{FamilyId, GrantName};
use crate::oauth::built_in::BuiltIn;
use crate::oauth::scope::Scope;
use crate::oauth::subject::Subject;
use crate::oauth::time::UnixTime;

/// How long an ID token counts, in seconds. A client looks at it once, right after the code.
pub const ID_TOKEN_LIFETIME_SECONDS: u64 = 3_600;

/// How the person proved who they are, for a client that asked who they are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Authentication {
    /// When they logged in (`auth_time`).
    pub authenticated_at: UnixTime,
    /// What the client sent to recognise its request by.
    pub nonce: Option<String>,
    /// What an identity provider says of the person, as far as the client may know it; `None` where they are known here.
    pub profile: Option<Profile>,
}

/// A login with an identity provider: what no node would know otherwise, since nothing is kept of such people.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FederatedLogin {
    /// When they came back. The login itself may be older.
    pub arrived_at: UnixTime,
    /// What the provider says of them.
    pub profile: Profile,
    /// The most they can allow, by what the provider says of them; `None` is everything.
    pub most: Option<Scope>,
}

/// Somebody whom an identity provider named, and whom the rules of this deployment let in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Identified {
    /// Who.
    pub subject: Subject,
    /// When they proved it, if the provider says so.
    pub authenticated_at: Option<UnixTime>,
    /// What the provider says of them.
    pub profile: Profile,
    /// The most they can allow, by what the provider says of them; `None` is everything.
    pub most: Option<Scope>,
    /// What their access depends on later.
    pub bond: Option<Bond>,
}

/// What tokens of ours depend on: the grant of an identity provider that must still be alive when they are refreshed, or that
/// a resource is handed a token of.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Bond {
    /// The provider, as the configuration calls it.
    pub provider: String,
    /// The person, as it calls them.
    pub subject: String,
    /// What it is asked with.
    pub credential: Credential,
}

impl Bond {
    /// The same once it belongs to `family`.
    #[must_use]
    pub fn of_family(self, family: FamilyId) -> Self {
        match self.credential {
            Credential::Carried(_) => self,
            Credential::Kept(_) => {
                Self { credential: Credential::Kept(GrantName::of(family)), ..self }
            }
        }
    }
}

/// The longest token of an identity provider that tokens of ours carry where nothing keeps it, in bytes.
pub const CARRIED_BYTES_MAX: usize = 512;

/// A token of an identity provider, which is never shown.
#[derive(Clone, Eq, PartialEq)]
pub enum Credential {
    /// It travels with what depends on it, sealed for nobody but this deployment.
    Carried(String),
    /// It is too long for that, or others need it too: a ledger keeps it, sealed, under this name.
    Kept(GrantName),
}

impl Credential {
    /// What it is kept under, if it is kept.
    #[must_use]
    pub fn name(&self) -> Option<GrantName> {
        match self {
            Self::Carried(_) => None,
            Self::Kept(name) => Some(*name),
        }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(..)")
    }
}

/// What an ID token of ours says of a login, whether or not the token has expired.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IdTokenHint {
    /// The `client_id` it was issued to.
    pub audience: String,
    /// Whom it is about.
    pub subject: Subject,
}

/// `id_token_hint`, opened.
///
/// # Source
///
/// OpenID Connect Core 1.0 §3.1.2.1.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Hint {
    /// None was sent.
    #[default]
    Absent,
    /// It is an ID token of ours.
    IdToken(IdTokenHint),
    /// It is anything else.
    Unreadable,
}

/// The right to one ID token. Signed, it is the token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IdentityGrant {
    /// The `client_id` it is for (`aud`).
    pub audience: String,
    /// Whom it is about.
    pub subject: Subject,
    /// How they proved it.
    pub authentication: Authentication,
    /// What it may tell.
    pub scope: Scope,
    /// When the code was made; the same however often it is redeemed.
    pub issued_at: UnixTime,
    /// The first instant at which it is void.
    pub expires_at: UnixTime,
}

/// What is known of a person beyond their name here.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Profile {
    /// What they are called.
    pub name: Option<String>,
    /// What they log in with.
    pub preferred_username: Option<String>,
    /// Their address.
    pub email: Option<String>,
}

impl Profile {
    /// What `scope` allows a client to see.
    ///
    /// # Source
    ///
    /// OpenID Connect Core 1.0 §5.4.
    #[must_use]
    pub fn within(self, scope: &Scope) -> Self {
        let profile = BuiltIn::Profile.is_in(scope);
        Self {
            name: self.name.filter(|_| profile),
            preferred_username: self.preferred_username.filter(|_| profile),
            email: self.email.filter(|_| BuiltIn::Email.is_in(scope)),
        }
    }
}

/// `sub` of ID tokens and of the `UserInfo` endpoint: as in access tokens, with what is not plain ASCII percent-encoded.
///
/// # Source
///
/// OpenID Connect Core 1.0 §2: at most 255 ASCII characters. A login name has 64 bytes at most.
#[must_use]
pub fn sub(subject: &Subject) -> String {
    use std::fmt::Write as _;
    subject.to_text().bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_graphic() && byte != b'%' {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

/// The subject that [`sub`] spells so; `None` for any other text.
#[must_use]
pub fn subject_of(text: &str) -> Option<Subject> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, tail @ ..] = rest {
        rest = tail;
        let byte = if *first == b'%' {
            let (digits, after) = tail.split_at_checked(2)?;
            rest = after;
            u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?
        } else {
            *first
        };
        bytes.push(byte);
    }
    let subject = Subject::parse(&String::from_utf8(bytes).ok()?)?;
    (sub(&subject) == text).then_some(subject)
}
