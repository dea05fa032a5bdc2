//! The tag around the claims, and JSON as strict as only its own writer can expect it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::purpose::Wire;
use super::unsealable::Wall;

/// Integers beyond this are not the same number in every JSON implementation (RFC 8259 §6).
const INTEGER_MAX: u64 = (1 << 53) - 1;

/// What says for which purpose the claims are: a member `p` of a JWT, otherwise the first element of an array, which is
/// two characters shorter.
pub(super) struct Tag {
    start: String,
    end: &'static str,
}

impl Tag {
    pub(super) fn new(tag: u8, wire: Wire) -> Self {
        match wire {
            Wire::Nested => Self { start: format!("{{\"p\":{tag},"), end: "" },
            Wire::Encrypted | Wire::Signed => Self { start: format!("[{tag},{{"), end: "]" },
        }
    }

    /// Tags `claims`, a JSON object with at least one member.
    pub(super) fn wrap(&self, claims: &[u8]) -> Vec<u8> {
        let members = claims.strip_prefix(b"{").expect("artefacts serialise as objects");
        [self.start.as_bytes(), members, self.end.as_bytes()].concat()
    }

    /// The claims alone, as a JSON object, if they carry this tag.
    pub(super) fn unwrap(&self, mut payload: Vec<u8>) -> Result<Vec<u8>, Wall> {
        if !payload.starts_with(self.start.as_bytes()) || !payload.ends_with(self.end.as_bytes()) {
            return Err(Wall::Tag);
        }
        payload.truncate(payload.len() - self.end.len());
        payload.splice(..self.start.len(), *b"{");
        Ok(payload)
    }
}

/// Whether the payload is one JSON value, without repeated members, without members that only look like others, and
/// with no number but plain integers from 0 to 2^53 - 1.
pub(super) fn is_strict(payload: &[u8]) -> bool {
    serde_json::from_slice::<Strict>(payload).is_ok()
}

struct Strict;

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Self;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value as the seal writes it")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E: de::Error>(self, integer: u64) -> Result<Self, E> {
        if integer <= INTEGER_MAX { Ok(self) } else { Err(E::custom("an integer out of range")) }
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self, A::Error> {
        while elements.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut names = Vec::new();
        while let Some(Name(name)) = members.next_key()? {
            if names.contains(&name) {
                return Err(de::Error::custom("a repeated member"));
            }
            names.push(name);
            members.next_value::<Self>()?;
        }
        Ok(self)
    }
}

/// A member name, borrowed where the text allows it.
#[derive(serde::Deserialize)]
struct Name<'text>(#[serde(borrow)] Cow<'text, str>);
