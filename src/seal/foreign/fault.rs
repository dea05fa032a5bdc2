//! Why a foreign JWT or a key set is not taken: for logs, operators and tests.

/// Why a foreign JWT is not taken, in the order it is looked at.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ForeignFault {
    /// It is longer than any of its kind, or its header is.
    Length,
    /// Not three segments of canonical base64url with something in them.
    Shape,
    /// The header is no JSON object without repeated members.
    Header,
    /// A member of the header that this kind does not have, or that is no text.
    HeaderMember,
    /// The type of another kind.
    Type,
    /// An algorithm that this kind does not have, or none.
    Algorithm,
    /// The claims are no JSON object without repeated members.
    Claims,
    /// No such key of this algorithm is known.
    KeyUnknown,
    /// No key is named, and several would do.
    KeyAmbiguous,
    /// The key did not sign this.
    Signature,
}

impl ForeignFault {
    /// Every fault, for tests that must cover all of them.
    pub const ALL: [Self; 10] = [
        Self::Length,
        Self::Shape,
        Self::Header,
        Self::HeaderMember,
        Self::Type,
        Self::Algorithm,
        Self::Claims,
        Self::KeyUnknown,
        Self::KeyAmbiguous,
        Self::Signature,
    ];
}

/// Why a JSON Web Key Set is not taken.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum KeySetFault {
    /// More bytes than [`super::KEY_SET_BYTES_MAX`].
    TooLong,
    /// No JSON object without repeated members that has a list `keys` of objects.
    Malformed,
    /// More keys than [`super::KEYS_MAX`].
    TooMany,
    /// A key with members that only its owner may know.
    Private,
    /// A key that is a shared secret.
    Symmetric,
    /// A key of a type we know, with a member that is absent or not as its standard writes it.
    KeyMalformed,
    /// A point that is not on its curve.
    OffCurve,
    /// An RSA key of fewer than 2,048 or more than 4,096 bits, or an even one.
    RsaModulus,
    /// An RSA exponent that is even, below 65,537 or above 32 bits.
    RsaExponent,
    /// An RSA key made by a generator whose keys can be factored.
    RsaGenerator,
    /// Two keys of one type with one name.
    Repeated,
    /// No key that could verify a signature here.
    Useless,
}

impl KeySetFault {
    /// Every fault, for tests that must cover all of them.
    pub const ALL: [Self; 12] = [
        Self::TooLong,
        Self::Malformed,
        Self::TooMany,
        Self::Private,
        Self::Symmetric,
        Self::KeyMalformed,
        Self::OffCurve,
        Self::RsaModulus,
        Self::RsaExponent,
        Self::RsaGenerator,
        Self::Repeated,
        Self::Useless,
    ];

    /// What is wrong, for whoever wrote the set; it quotes nothing of it.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::TooLong => "the key set has more than 32 KiB",
            Self::Malformed => {
                "not a JSON Web Key Set, which is an object with a list of keys (RFC 7517)"
            }
            Self::TooMany => "the key set has more than 32 keys",
            Self::Private => {
                "a private key is in the set; replace that key, and send public members only"
            }
            Self::Symmetric => "a shared secret (kty oct) is in the set; send public keys only",
            Self::KeyMalformed => {
                "a key of the set lacks a member, or has one in another spelling than RFC 7518 says"
            }
            Self::OffCurve => "an EC key of the set is no point on P-256",
            Self::RsaModulus => "an RSA key of the set must have 2048 to 4096 bits",
            Self::RsaExponent => {
                "the exponent of an RSA key must be odd, and from 65537 to 32 bits"
            }
            Self::RsaGenerator => {
                "an RSA key of the set comes from a broken generator (CVE-2017-15361); make a new one"
            }
            Self::Repeated => "two keys of the set have the same type and kid",
            Self::Useless => {
                "no key of the set can verify RS256, ES256 or EdDSA (Ed25519) signatures"
            }
        }
    }
}
