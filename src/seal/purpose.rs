//! What sealed values are for, and by what each purpose is told from every other.
//!
//! Five walls stand between any two purposes; each is a column of the table below or a consequence of it: the key
//! (`label` is in its derivation), the header (`typ` and the members that the form brings), the claim tag (`tag`), the
//! claim schema (the type that is asked for) and the wire form. Spellings and numbers are never changed or reused: what
//! earlier releases sealed must open, and must not open as something else.

/// What a sealed value is for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Purpose {
    /// What a client redeems at the token endpoint.
    AuthorizationCode,
    /// What a client presents to a resource of this deployment.
    AccessToken,
    /// What a client exchanges for the next tokens.
    RefreshToken,
    /// A `client_id` that carries the client's metadata.
    ClientRegistration,
    /// The authorization request while the person logs in.
    LoginTicket,
    /// The authorization request while the person decides.
    ConsentTicket,
    /// Who is logged in in this browser.
    LoginSession,
    /// What was consented to in this browser before.
    ConsentMemory,
    /// The authorization request while the person says as whom they go on.
    AccountTicket,
    /// What an operator's command wants revoked.
    RevocationOrder,
    /// The authorization request while somebody decides who is not known yet.
    ApprovalTicket,
    /// The authorization request while the person is at their identity provider.
    ProviderTransaction,
    /// Where the browser goes once the person has logged out.
    LogoutTicket,
    /// What an identity provider gave for a person, where a ledger keeps it.
    ProviderGrant,
}

/// How a sealed value is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wire {
    /// A JWT in a JWS (HS256) in a JWE (`dir`, A256GCM).
    Nested,
    /// A JWE (`dir`, A256GCM) whose content is the tagged claims.
    Encrypted,
    /// A JWS (HS256) whose payload is the tagged claims: readable, and the same bytes for the same claims.
    Signed,
}

/// The ring a purpose derives its keys from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SecretRing {
    /// For everything that ends.
    Sealing,
    /// For client ids, which do not.
    Registration,
}

/// Everything that tells the values of one purpose from those of another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Recipe {
    /// The purpose in the derivation of its keys.
    pub label: &'static str,
    /// How its values are written.
    pub wire: Wire,
    /// Its type in the outer header; one purpose per form can do without, and saves characters.
    pub typ: Option<&'static str>,
    /// Its number among the claims.
    pub tag: u8,
    /// Where its keys come from.
    pub ring: SecretRing,
    /// The longest value that is looked at, in characters.
    pub characters_max: usize,
    /// From `issued_at` to `expires_at` at most; `None` for what never expires.
    pub lifetime_seconds_max: Option<u64>,
}

/// One recipe per purpose, in the order of [`Purpose::ALL`].
pub type Recipes = [Recipe; Purpose::ALL.len()];

/// No ledger keeps longer texts.
const KEPT_CHARACTERS_MAX: usize = 24 * 1_024;
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 14] = [
        Self::AuthorizationCode,
        Self::AccessToken,
        Self::RefreshToken,
        Self::ClientRegistration,
        Self::LoginTicket,
        Self::ConsentTicket,
        Self::LoginSession,
        Self::ConsentMemory,
        Self::AccountTicket,
        Self::RevocationOrder,
        Self::ApprovalTicket,
        Self::ProviderTransaction,
        Self::LogoutTicket,
        Self::ProviderGrant,
    ];

    /// By what this purpose is told from every other.
    #[must_use]
    pub const fn recipe(self) -> Recipe {
        match self {
            Self::AuthorizationCode => nested("authorization-code", "ac", 1, 6_000, 10 * MINUTE),
            Self::AccessToken => nested("access-token", "at", 2, 2_000, DAY + HOUR),
            Self::RefreshToken => Recipe {
                wire: Wire::Encrypted,
                typ: None,
                ..nested("refresh-token", "", 3, 2_000, 366 * DAY)
            },
            Self::ClientRegistration => Recipe {
                wire: Wire::Signed,
                typ: None,
                ring: SecretRing::Registration,
                lifetime_seconds_max: None,
                ..nested("client-registration", "", 4, 1_200, 0)
            },
            Self::LoginTicket => nested("login-ticket", "lt", 5, 12_288, HOUR),
            Self::ConsentTicket => nested("consent-ticket", "ct", 6, 12_288, HOUR),
            Self::LoginSession => nested("login-session", "ls", 7, 3_000, 30 * DAY),
            Self::ConsentMemory => nested("consent-memory", "cm", 8, 3_000, 366 * DAY),
            Self::AccountTicket => nested("account-ticket", "sa", 9, 12_288, HOUR),
            Self::RevocationOrder => nested("revocation-order", "ro", 10, 600, HOUR),
            Self::ApprovalTicket => nested("approval-ticket", "pt", 20, 12_288, HOUR),
            // In one layer: up to five of them share the room that a browser has for cookies.
            Self::ProviderTransaction => Recipe {
                wire: Wire::Encrypted,
                ..nested("provider-transaction", "px", 21, 4_000, HOUR)
            },
            Self::LogoutTicket => nested("logout-ticket", "lo", 11, 12_288, HOUR),
            Self::ProviderGrant => Recipe {
                wire: Wire::Encrypted,
                ..nested("provider-grant", "pg", 22, KEPT_CHARACTERS_MAX, 366 * DAY)
            },
        }
    }

    /// The recipes of this release.
    #[must_use]
    pub fn recipes() -> Recipes {
        Self::ALL.map(Self::recipe)
    }
}

const fn nested(
    label: &'static str,
    typ: &'static str,
    tag: u8,
    characters_max: usize,
    lifetime_seconds_max: u64,
) -> Recipe {
    Recipe {
        label,
        wire: Wire::Nested,
        typ: Some(typ),
        tag,
        ring: SecretRing::Sealing,
        characters_max,
        lifetime_seconds_max: Some(lifetime_seconds_max),
    }
}
