//! What a provider tells of a person, in an ID token, at its `UserInfo` endpoint, or in an answer of its own shape.
//!
//! Source: OpenID Connect Core 1.0 §5.1, §5.3.2 and §5.6.2 (claims that are elsewhere). What has another type than it should
//! is as good as absent: nothing here decides more than what pages and clients show, but for the subject and what
//! [`super::admission`] asks for, and there absence means no.

use serde_json::{Map, Value};

use super::email::EMAIL_BYTES_MAX;
use super::id_token::SUBJECT_BYTES_MAX;

/// The longest name that is shown, in characters.
pub const NAME_CHARACTERS_MAX: usize = 128;
/// How many groups of one person are looked at.
pub const GROUPS_MAX: usize = 1_000;
/// The longest group that is compared, in bytes.
pub const GROUP_BYTES_MAX: usize = 256;

/// Under which names a provider tells what. A name is that of a member, or steps through members with dots between.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ClaimNames {
    /// Who it is, for ever.
    pub subject: String,
    /// What they are called.
    pub name: String,
    /// What they log in with there.
    pub preferred_username: String,
    /// Their address.
    pub email: String,
    /// Whether the address is theirs.
    pub email_verified: String,
    /// What they belong to.
    pub groups: String,
}

impl Default for ClaimNames {
    /// Those of OpenID Connect, and `groups`, which most providers use.
    fn default() -> Self {
        Self {
            subject: "sub".to_owned(),
            name: "name".to_owned(),
            preferred_username: "preferred_username".to_owned(),
            email: "email".to_owned(),
            email_verified: "email_verified".to_owned(),
            groups: "groups".to_owned(),
        }
    }
}

/// What is known of what a person belongs to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Groups {
    /// Nothing was said.
    #[default]
    Untold,
    /// There are more than the provider wanted to tell, or than are looked at here.
    TooMany,
    /// These, and no others.
    These(Vec<String>),
}

/// What one answer tells.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Told {
    /// Who it is: text of at most [`SUBJECT_BYTES_MAX`] bytes without control characters, or a whole number.
    pub subject: Option<String>,
    /// One line of at most [`NAME_CHARACTERS_MAX`] characters.
    pub name: Option<String>,
    /// The same.
    pub preferred_username: Option<String>,
    /// As the provider writes it; [`super::email::domain_of`] judges it.
    pub email: Option<String>,
    /// Whether the provider says so, as `true` or the text of it.
    pub email_verified: bool,
    /// What they belong to.
    pub groups: Groups,
}

impl ClaimNames {
    /// Reads what `members` tell.
    #[must_use]
    pub fn read(&self, members: &Map<String, Value>) -> Told {
        let line = |name: &str| found(members, name).and_then(Value::as_str).and_then(one_line);
        let email = found(members, &self.email).and_then(Value::as_str);
        let is_plain = |text: &&str| {
            (1..=EMAIL_BYTES_MAX).contains(&text.len()) && !text.chars().any(char::is_control)
        };
        let verified = found(members, &self.email_verified);
        Told {
            subject: found(members, &self.subject).and_then(subject),
            name: line(&self.name),
            preferred_username: line(&self.preferred_username),
            email: email.filter(is_plain).map(str::to_owned),
            email_verified: verified
                .is_some_and(|value| *value == Value::Bool(true) || value == "true"),
            groups: self.read_groups(members),
        }
    }

    fn read_groups(&self, members: &Map<String, Value>) -> Groups {
        let is_elsewhere = found(members, "_claim_names")
            .and_then(Value::as_object)
            .is_some_and(|names| names.contains_key(&self.groups));
        let has_groups = found(members, "hasgroups");
        if is_elsewhere
            || has_groups.is_some_and(|value| *value == Value::Bool(true) || value == "true")
        {
            return Groups::TooMany;
        }
        match found(members, &self.groups) {
            Some(Value::String(only)) => Groups::These(vec![only.clone()]),
            Some(Value::Array(groups)) if groups.len() > GROUPS_MAX => Groups::TooMany,
            Some(Value::Array(groups)) => {
                let texts = groups.iter().filter_map(Value::as_str);
                let texts = texts.filter(|group| group.len() <= GROUP_BYTES_MAX);
                Groups::These(texts.map(str::to_owned).collect())
            }
            Some(_) | None => Groups::Untold,
        }
    }
}

impl Told {
    /// What was told first, with what was told later where nothing was. An address and whether it is verified belong
    /// together: neither is completed by another answer's.
    #[must_use]
    pub fn completed_by(self, later: Self) -> Self {
        let (email, email_verified) = match self.email {
            Some(email) => (Some(email), self.email_verified),
            None => (later.email, later.email_verified),
        };
        Self {
            subject: self.subject.or(later.subject),
            name: self.name.or(later.name),
            preferred_username: self.preferred_username.or(later.preferred_username),
            email,
            email_verified,
            groups: match self.groups {
                Groups::Untold => later.groups,
                Groups::TooMany | Groups::These(_) => self.groups,
            },
        }
    }
}

/// The member of this name, or at the end of these steps. A name with dots that is a member itself is that member.
fn found<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if let Some(value) = members.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    found(members.get(first)?.as_object()?, rest)
}

fn subject(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_u64()?.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    is_subject(&text).then_some(text)
}

/// Whether `text` can name a person. Source: OpenID Connect Core 1.0 §2 (`sub`).
#[must_use]
pub fn is_subject(text: &str) -> bool {
    (1..=SUBJECT_BYTES_MAX).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// What of `text` can be shown on one line.
fn one_line(text: &str) -> Option<String> {
    let visible = text.chars().filter(|letter| !letter.is_control()).take(NAME_CHARACTERS_MAX);
    let line = visible.collect::<String>().trim().to_owned();
    (!line.is_empty()).then_some(line)
}
