//! `[[users]]` and `[[scopes]]`: who can log in, and what there is to allow.

use super::PasswordHash;

/// A scope that exists. Source: RFC 6749 §3.3.
#[derive(Clone, Debug)]
pub struct ScopeConfig {
    /// The scope token, at most 64 characters.
    pub name: String,
    /// What the consent page says it allows, as an imperative: "Use the tools".
    pub description: String,
    /// Scopes that whoever has this one has too; each declared, and no circle.
    pub implies: Vec<String>,
    /// Whether a request without `scope` asks for it. Default true, so that a deployment with plain scopes needs no more.
    pub default: bool,
}

/// A person who can log in.
#[derive(Clone, Debug)]
pub struct UserConfig {
    /// The login name, and the `sub` of tokens: 1 to 128 characters, no control characters or surrounding space.
    pub name: String,
    /// What the password hashes to.
    pub password: PasswordHash,
    /// For clients that may ask. Default: none.
    pub email: Option<String>,
    /// What pages call the person. Default: the login name.
    pub display_name: String,
    /// The most this person can allow; `None` (default) is every scope.
    pub scopes: Option<Vec<String>>,
}

/// Everybody who can log in.
#[derive(Clone, Debug, Default)]
pub struct Users {
    list: Vec<UserConfig>,
}

impl Users {
    pub(super) fn new(list: Vec<UserConfig>) -> Self {
        Self { list }
    }

    /// Everybody, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &UserConfig> {
        self.list.iter()
    }

    /// The person with this login name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&UserConfig> {
        self.list.iter().find(|user| user.name == name)
    }

    /// The person with this name and password. Takes as long when nobody has the name: a hash of the same cost as the
    /// first person's is computed and thrown away. Slow on purpose (tens of milliseconds): not for an async thread.
    #[must_use]
    pub fn authenticate(&self, name: &str, password: &str) -> Option<&UserConfig> {
        if let Some(user) = self.find(name) {
            return user.password.verify(password).then_some(user);
        }
        match self.list.first() {
            Some(first) => first.password.waste_the_same_time(password),
            None => PasswordHash::waste_default_time(password),
        }
        None
    }
}
