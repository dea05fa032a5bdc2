//! Reading parameters strictly: what was sent becomes a value, or a [`Malformed`] that says which parameter and why.
//! Copied as it is into the contract by the generator.
//! Source: RFC 6749 §3.1, §3.2 (parameters), appendix B (form encoding); RFC 8707 §2 (`resource` may repeat).

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// The longest body that is read, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// The longest query that is read, in bytes.
pub const QUERY_BYTES_MAX: usize = 16 * 1024;
/// How many parameters a query or form may hold, known and unknown together.
pub const PARAMETERS_MAX: usize = 64;

/// Why a request could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MalformedReason {
    /// A parameter that may be sent once was sent again.
    Repeated,
    /// A required parameter is absent or empty.
    Missing,
    /// The value is not among those the contract lists.
    NotListed,
    /// The value has another JSON type than the contract says.
    WrongType,
    /// The percent-encoding is broken, or what it encodes is not UTF-8.
    Encoding,
    /// A parameter of the body was sent in the URL.
    InUrl,
    /// More parameters than [`PARAMETERS_MAX`].
    TooMany,
    /// More bytes than [`BODY_BYTES_MAX`] or [`QUERY_BYTES_MAX`].
    TooLarge,
    /// The body has another media type than the contract says, or none, or several.
    MediaType,
    /// The body is not one JSON object.
    NotJson,
    /// The connection ended before the body did.
    Truncated,
}

/// A request that could not be read: which parameter, if one is to blame, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The name of the parameter, as the contract spells it.
    pub parameter: Option<&'static str>,
    /// What is wrong with it, or with the request as a whole.
    pub reason: MalformedReason,
}

impl Malformed {
    pub(super) const fn request(reason: MalformedReason) -> Self {
        Self { parameter: None, reason }
    }

    pub(super) const fn parameter(name: &'static str, reason: MalformedReason) -> Self {
        Self { parameter: Some(name), reason }
    }
}

/// In words, without anything that was sent.
impl fmt::Display for Malformed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parameter {
            Some(name) => write!(out, "{name} ")?,
            None => out.write_str("the request ")?,
        }
        out.write_str(match self.reason {
            MalformedReason::Repeated => "is sent more than once",
            MalformedReason::Missing => "is missing",
            MalformedReason::NotListed => "has a value that is not allowed",
            MalformedReason::WrongType => "has the wrong JSON type",
            MalformedReason::Encoding => "is not percent-encoded UTF-8",
            MalformedReason::InUrl => "belongs in the body, not in the URL",
            MalformedReason::TooMany => "has too many parameters",
            MalformedReason::TooLarge => "is too large",
            MalformedReason::MediaType => "has the wrong Content-Type",
            MalformedReason::NotJson => "is not a JSON object",
            MalformedReason::Truncated => "ended too early",
        })
    }
}

/// What was sent as a query or form: names and values decoded, parameters without a value left out.
pub struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// Reads `application/x-www-form-urlencoded` text.
    /// # Errors
    /// [`MalformedReason::TooMany`], [`MalformedReason::Encoding`].
    pub fn parse(text: &[u8]) -> Result<Self, Malformed> {
        let mut pairs = Vec::new();
        let sent = text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
        for (count, pair) in sent.enumerate() {
            if count == PARAMETERS_MAX {
                return Err(Malformed::request(MalformedReason::TooMany));
            }
            let equals = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = equals.map_or((pair, &pair[..0]), |at| (&pair[..at], &pair[at + 1..]));
            let decoded = decode(name).zip(decode(value));
            let (name, value) = decoded.ok_or(Malformed::request(MalformedReason::Encoding))?;
            if !value.is_empty() {
                pairs.push((name, value));
            }
        }
        Ok(Self(pairs))
    }

    /// The parameter, if it was sent with a value.
    /// # Errors
    /// [`MalformedReason::Repeated`].
    pub fn optional(&mut self, name: &'static str) -> Result<Option<String>, Malformed> {
        let mut found = None;
        for (sent, value) in &mut self.0 {
            if sent == name {
                if found.is_some() {
                    return Err(Malformed::parameter(name, MalformedReason::Repeated));
                }
                found = Some(std::mem::take(value));
            }
        }
        Ok(found)
    }

    /// The parameter, which must have been sent with a value.
    /// # Errors
    /// [`MalformedReason::Repeated`], [`MalformedReason::Missing`].
    pub fn required(&mut self, name: &'static str) -> Result<String, Malformed> {
        self.optional(name)?.ok_or(Malformed::parameter(name, MalformedReason::Missing))
    }

    /// The parameter, which must be one of the listed values if it was sent.
    /// # Errors
    /// [`MalformedReason::Repeated`], [`MalformedReason::NotListed`].
    pub fn optional_listed<T>(
        &mut self,
        name: &'static str,
        read: fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Malformed> {
        self.optional(name)?
            .map(|value| read(&value).ok_or(Malformed::parameter(name, MalformedReason::NotListed)))
            .transpose()
    }

    /// The parameter, which must have been sent and be one of the listed values.
    /// # Errors
    /// [`MalformedReason::Repeated`], [`MalformedReason::Missing`], [`MalformedReason::NotListed`].
    pub fn required_listed<T>(
        &mut self,
        name: &'static str,
        read: fn(&str) -> Option<T>,
    ) -> Result<T, Malformed> {
        self.optional_listed(name, read)?.ok_or(Malformed::parameter(name, MalformedReason::Missing))
    }

    /// Whether the parameter was sent with a value.
    #[must_use]
    pub fn holds(&self, name: &str) -> bool {
        self.0.iter().any(|(sent, _)| sent == name)
    }

    /// All values of a parameter that may be repeated.
    pub fn several(&mut self, name: &'static str) -> Vec<String> {
        let ours = self.0.iter_mut().filter(|(sent, _)| sent == name);
        ours.map(|(_, value)| std::mem::take(value)).collect()
    }
}

/// Undoes form encoding (RFC 6749 appendix B); `None` if it is broken or not UTF-8.
fn decode(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => digit(*rest.next()?)? * 16 + digit(*rest.next()?)?,
            other => *other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// The members of a JSON object, as sent; `null` counts as absent.
pub struct Members(Vec<(String, Value)>);

impl Members {
    /// Reads one JSON object.
    /// # Errors
    /// [`MalformedReason::NotJson`].
    pub fn parse(text: &[u8]) -> Result<Self, Malformed> {
        serde_json::from_slice(text).map_err(|_| Malformed::request(MalformedReason::NotJson))
    }

    /// The member, if it was sent, read by `read`.
    /// # Errors
    /// [`MalformedReason::Repeated`], [`MalformedReason::WrongType`].
    pub fn optional<T>(
        &mut self,
        name: &'static str,
        read: fn(Value) -> Option<T>,
    ) -> Result<Option<T>, Malformed> {
        let mut ours = self.0.iter_mut().filter(|(sent, _)| sent == name);
        let Some((_, value)) = ours.next() else { return Ok(None) };
        if ours.next().is_some() {
            return Err(Malformed::parameter(name, MalformedReason::Repeated));
        }
        match value.take() {
            Value::Null => Ok(None),
            value => read(value).map(Some).ok_or(Malformed::parameter(name, MalformedReason::WrongType)),
        }
    }

    /// The member, which must have been sent, read by `read`.
    /// # Errors
    /// [`MalformedReason::Repeated`], [`MalformedReason::WrongType`], [`MalformedReason::Missing`].
    pub fn required<T>(&mut self, name: &'static str, read: fn(Value) -> Option<T>) -> Result<T, Malformed> {
        self.optional(name, read)?.ok_or(Malformed::parameter(name, MalformedReason::Missing))
    }
}

/// Keeps repeated members, which a map would silently merge.
impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        source.deserialize_map(Collect)
    }
}

/// A JSON string.
#[must_use]
pub fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// A JSON array of strings.
#[must_use]
pub fn texts(value: Value) -> Option<Vec<String>> {
    match value {
        Value::Array(values) => values.into_iter().map(text).collect(),
        _ => None,
    }
}

/// A JSON boolean.
#[expect(clippy::needless_pass_by_value, reason = "all readers of members have one signature")]
#[must_use]
pub fn boolean(value: Value) -> Option<bool> {
    value.as_bool()
}

/// A JSON integer that is not negative.
#[expect(clippy::needless_pass_by_value, reason = "all readers of members have one signature")]
#[must_use]
pub fn unsigned(value: Value) -> Option<u64> {
    value.as_u64()
}

/// A JSON object, whatever is in it.
#[must_use]
pub fn object(value: Value) -> Option<std::collections::BTreeMap<String, Value>> {
    match value {
        Value::Object(members) => Some(members.into_iter().collect()),
        _ => None,
    }
}

/// What can be read from a query or form.
pub trait FromPairs: Sized + Send {
    /// Every parameter the contract lists.
    const NAMES: &'static [&'static str];
    /// Takes the parameters it knows and ignores the others.
    /// # Errors
    /// The first parameter that is not as the contract says.
    fn from_pairs(pairs: &mut Pairs) -> Result<Self, Malformed>;
}

/// What can be read from a JSON object.
pub trait FromMembers: Sized + Send {
    /// Takes the members it knows and ignores the others.
    /// # Errors
    /// The first member that is not as the contract says.
    fn from_members(members: &mut Members) -> Result<Self, Malformed>;
}

/// Stands in debug output where a secret is.
pub struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("[hidden]")
    }
}
