//! Claims that somebody else wrote, read one by one: a claim is of its type, or the token is refused.
//! Source: RFC 7519 §2 (`NumericDate`), §4.1.

use protocol::oauth::time::UnixTime;
use serde_json::{Map, Value};

use crate::seal::NUMERIC_DATE_MAX;

/// More audiences than any token has.
const AUDIENCES_MAX: usize = 16;

/// The claims of one token.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignClaims(Map<String, Value>);

/// A claim is of another type than its standard says, or out of range.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ClaimFault;

impl ForeignClaims {
    pub(super) fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// The members of an answer in which they mean what they mean in a token (RFC 7662 §2.2).
    #[must_use]
    pub fn of_answer(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// All of them, for what is told rather than proved.
    #[must_use]
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    /// A claim that is text.
    /// # Errors
    /// [`ClaimFault`] if it is something else.
    pub fn text(&self, name: &str) -> Result<Option<&str>, ClaimFault> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(ClaimFault),
        }
    }

    /// A claim that is an instant: an integer up to the year 2242, never a fraction.
    /// # Errors
    /// [`ClaimFault`] if it is something else.
    pub fn instant(&self, name: &str) -> Result<Option<UnixTime>, ClaimFault> {
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => {
                let seconds = value.as_u64().filter(|seconds| *seconds <= NUMERIC_DATE_MAX);
                seconds.map(UnixTime).map(Some).ok_or(ClaimFault)
            }
        }
    }

    /// A claim that is text or a list of texts, as `aud` is; empty if absent.
    /// # Errors
    /// [`ClaimFault`] if it is something else, or a list of none or very many.
    pub fn texts(&self, name: &str) -> Result<Vec<&str>, ClaimFault> {
        match self.0.get(name) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![text]),
            Some(Value::Array(values)) if (1..=AUDIENCES_MAX).contains(&values.len()) => {
                values.iter().map(|value| value.as_str().ok_or(ClaimFault)).collect()
            }
            Some(_) => Err(ClaimFault),
        }
    }

    /// A claim that is a list of texts, or one text with spaces between them, as `scope` and `scp` are; empty if absent.
    /// # Errors
    /// [`ClaimFault`] if it is something else, or has more than `count_max` words.
    pub fn words(&self, name: &str, count_max: usize) -> Result<Vec<&str>, ClaimFault> {
        let words: Vec<&str> = match self.0.get(name) {
            None => Vec::new(),
            Some(Value::String(text)) => text.split(' ').filter(|word| !word.is_empty()).collect(),
            Some(Value::Array(values)) => {
                let words = values.iter().map(|value| value.as_str().ok_or(ClaimFault));
                words.collect::<Result<_, _>>()?
            }
            Some(_) => return Err(ClaimFault),
        };
        if words.len() > count_max { Err(ClaimFault) } else { Ok(words) }
    }
}
