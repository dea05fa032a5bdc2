//! `[[users]]` and `[[scopes]]`: who can log in, and what there is to allow.

use protocol::oauth::built_in::BuiltIn;
use protocol::oauth::time::UnixTime;

use super::{
    PasswordHash,
    grammar::{self, nearest},
    reader::{Found, Table},
};

/// More scopes than a person can read.
const SCOPES_MAX: usize = 64;
/// All scope names with spaces between them: a code that carries them all must stay below the size that is opened.
const SCOPES_BYTES_MAX: usize = 400;
/// A login name is in every token.
const USER_NAME_BYTES_MAX: usize = 64;

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
    /// Whether authorization server metadata name it. Default: if it is asked for by default, since some clients ask for all
    /// that is named.
    pub advertised: bool,
    /// Whether its box on the consent page is ticked to begin with. Default true: what was asked for is what people expect.
    pub preselected: bool,
}

impl ScopeConfig {
    /// Reads `[[scopes]]`.
    pub(super) fn read_all(root: &Table) -> Vec<Self> {
        let tables = root.tables("scopes");
        if tables.len() > SCOPES_MAX {
            root.refuse("scopes", format!("are more than {SCOPES_MAX}"), "Merge some");
        }
        let mut scopes: Vec<Self> = Vec::new();
        for table in tables {
            let Some(name) = table.required_text("name", "Write name = \"mcp:tools\"") else {
                continue;
            };
            if !grammar::is_scope_token(&name.value) {
                let remedy =
                    "Use printable ASCII without space, quote and backslash, 64 characters at most";
                name.refuse("is not a scope token (RFC 6749 §3.3)", remedy);
            }
            if is_built_in(&name.value) {
                let remedy = "Remove it; [openid] enabled and [tokens] say whether it is there";
                name.refuse("is built in", remedy);
            }
            if scopes.iter().any(|scope| scope.name == name.value) {
                name.refuse(
                    format!("declares \"{}\" twice", grammar::shorten(&name.value)),
                    "Remove one of the two",
                );
            }
            let description = table
                .required_text("description", "Write what the consent page shall say it allows");
            let description = description.map_or_else(String::new, |found| one_line(found, 200));
            let implies = table.list("implies").map_or_else(Vec::new, |found| plain(found.value));
            let default = table.flag("default").is_none_or(|found| found.value);
            let advertised = table.flag("advertised").map_or(default, |found| found.value);
            let preselected = table.flag("preselected").is_none_or(|found| found.value);
            let name = name.value;
            scopes.push(Self { name, description, implies, default, advertised, preselected });
            table.finish();
        }
        scopes
    }

    /// Every scope that can be granted, with those that need no declaration.
    pub(super) fn every_name(scopes: &[Self]) -> Vec<String> {
        let declared = scopes.iter().map(|scope| scope.name.clone());
        declared.chain(BuiltIn::ALL.map(|scope| scope.as_str().to_owned())).collect()
    }

    /// Notes scopes that together do not fit into a token.
    pub(super) fn check_size(scopes: &[Self], root: &Table) {
        let bytes: usize = scopes.iter().map(|scope| scope.name.len() + 1).sum();
        if bytes > SCOPES_BYTES_MAX + 1 {
            let problem = format!(
                "have names of more than {SCOPES_BYTES_MAX} bytes together, and tokens carry them"
            );
            root.refuse("scopes", problem, "Shorten or merge some");
        }
    }

    /// Notes implied scopes that are not declared, and circles.
    pub(super) fn check_implications(scopes: &[Self], root: &Table) {
        for (index, scope) in scopes.iter().enumerate() {
            let key = format!("scopes[{index}].implies");
            for name in
                scope.implies.iter().filter(|name| !scopes.iter().any(|other| other.name == **name))
            {
                root.refuse_at(&key, undeclared(name), suggest_scope(name, scopes));
            }
            if reaches(scopes, &scope.name, &scope.name, scopes.len()) {
                let problem = format!("leads back to \"{}\"", scope.name);
                root.refuse_at(&key, problem, "Remove one step of the circle");
            }
        }
    }

    /// Whether `to` follows from `from`.
    pub(super) fn implies(scopes: &[Self], from: &str, to: &str) -> bool {
        reaches(scopes, from, to, scopes.len())
    }

    /// Reads a list of declared scopes at `key`.
    pub(super) fn read_names(
        table: &Table,
        key: &'static str,
        scopes: &[Self],
    ) -> Option<Vec<String>> {
        Some(Self::known(table.list(key)?.value, scopes))
    }

    /// `names` as texts; those that are not declared are noted.
    pub(super) fn known(names: Vec<Found<String>>, scopes: &[Self]) -> Vec<String> {
        let is_known = |name: &&Found<String>| {
            is_built_in(&name.value) || scopes.iter().any(|scope| scope.name == name.value)
        };
        for name in names.iter().filter(|name| !is_known(name)) {
            name.refuse(undeclared(&name.value), suggest_scope(&name.value, scopes));
        }
        plain(names)
    }
}

/// Whether the server gives this scope its meaning itself.
pub(super) fn is_built_in(name: &str) -> bool {
    BuiltIn::ALL.iter().any(|scope| scope.as_str() == name)
}

fn undeclared(name: &str) -> String {
    format!("names the scope \"{}\", which is not declared", grammar::shorten(name))
}

fn suggest_scope(name: &str, scopes: &[ScopeConfig]) -> String {
    match nearest(name, scopes.iter().map(|scope| scope.name.as_str())) {
        Some(near) => format!("Did you mean \"{near}\"?"),
        None => "Declare it as [[scopes]]".to_owned(),
    }
}

/// Whether implications lead from `from` to `to` within `steps`.
fn reaches(scopes: &[ScopeConfig], from: &str, to: &str, steps: usize) -> bool {
    let mut reached: Vec<&str> = vec![from];
    for _ in 0..steps {
        let next = scopes.iter().filter(|scope| reached.contains(&scope.name.as_str()));
        let next: Vec<&str> =
            next.flat_map(|scope| scope.implies.iter().map(String::as_str)).collect();
        if next.contains(&to) {
            return true;
        }
        reached.extend(next);
        reached.sort_unstable();
        reached.dedup();
    }
    false
}

/// The texts without their places.
pub(super) fn plain(list: Vec<Found<String>>) -> Vec<String> {
    list.into_iter().map(|found| found.value).collect()
}

/// A text that pages show; notes if it is not one line.
pub(super) fn one_line(found: Found<String>, characters_max: usize) -> String {
    if !grammar::is_line(&found.value, characters_max) {
        let problem = format!("must be one line of at most {characters_max} characters");
        found.refuse(problem, "Shorten it; no control characters, no space at its ends");
    }
    found.value
}

/// A person who can log in.
#[derive(Clone, Debug)]
pub struct UserConfig {
    /// The login name; the `sub` of tokens is `u:` and this name. At most 64 bytes, no control characters or surrounding space.
    pub name: String,
    /// What the password hashes to.
    pub password: PasswordHash,
    /// For clients that may ask. Default: none.
    pub email: Option<String>,
    /// What pages call the person. Default: the login name.
    pub display_name: String,
    /// The most this person can allow; `None` (default) is every scope.
    pub scopes: Option<Vec<String>>,
    /// What was issued for this person before this instant is void, and so is a login before it. Default: nothing is.
    pub revoked_before: Option<UnixTime>,
}

impl UserConfig {
    /// Reads `[[users]]`.
    pub(super) fn read_all(root: &Table, scopes: &[ScopeConfig]) -> Vec<Self> {
        let mut users: Vec<Self> = Vec::new();
        for table in root.tables("users") {
            let name = table.required_text("name", "Write the login name");
            let name = name.inspect(|name| {
                if users.iter().any(|user| user.name == name.value) {
                    name.refuse(
                        format!("names \"{}\" twice", grammar::shorten(&name.value)),
                        "Remove one of the two",
                    );
                }
            });
            let name = name.map(|found| {
                if found.value.len() > USER_NAME_BYTES_MAX {
                    let problem = format!(
                        "is longer than {USER_NAME_BYTES_MAX} bytes, and every token carries it"
                    );
                    found.refuse(problem, "Shorten it");
                }
                one_line(found, USER_NAME_BYTES_MAX)
            });
            table.refused("password", "must not stand in a file", HASH_IT);
            let hash = table.required_text("password_hash", HASH_IT);
            let password = hash.and_then(|found| {
                PasswordHash::parse(&found.value)
                    .map_err(|problem| found.refuse(problem, HASH_IT))
                    .ok()
            });
            let email = table.text("email").map(|found| {
                if !found.value.contains('@') {
                    found.refuse("is not an email address", "Write name@host, or leave it out");
                }
                one_line(found, 254)
            });
            let display_name = table.text("display_name").map(|found| one_line(found, 128));
            let scopes = ScopeConfig::read_names(&table, "scopes", scopes);
            let revoked_before = table.instant("revoked_before");
            table.finish();
            if let (Some(name), Some(password)) = (name, password) {
                let display_name = display_name.unwrap_or_else(|| name.clone());
                users.push(Self { name, password, email, display_name, scopes, revoked_before });
            }
        }
        users
    }
}

const HASH_IT: &str = "Write password_hash = what `sealbearer user hash` prints";

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
