//! What a request to an MCP server does, and which scopes that needs: rules with patterns, and their union.
//!
//! Source: MCP 2026-07-28 authorization (all scopes of one operation), RFC 6749 §3.3.

use url::Url;

use crate::oauth::scope::Scope;

/// The longest pattern, in bytes.
pub const PATTERN_BYTES_MAX: usize = 256;
/// The longest name or URI that is read, in bytes.
pub const NAME_BYTES_MAX: usize = 4_096;
/// How often a URI may be percent-encoded over and over to be read.
const ENCODINGS_MAX: usize = 4;

/// The three kinds of things an MCP server offers.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Primitive {
    /// Something to call.
    Tool,
    /// Something to read.
    Resource,
    /// Something to be told.
    Prompt,
}

impl Primitive {
    /// Each kind.
    pub const ALL: [Self; 3] = [Self::Tool, Self::Resource, Self::Prompt];

    /// What people call one of them.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Tool => "tool",
            Self::Resource => "resource",
            Self::Prompt => "prompt",
        }
    }
}

/// What a message wants done.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Operation {
    /// Call a tool, read or watch a resource, get or complete a prompt.
    Use {
        /// What is used.
        primitive: Primitive,
        /// Its name or URI, if it can be read from the message.
        name: Option<String>,
    },
    /// Be told what there is of a kind.
    List(Primitive),
    /// Everything else: handshake, notifications, answers.
    Other,
}

/// A name in which `*` stands for any run of characters, also for none.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pattern(String);

/// The text is no pattern: empty, too long, or with a control character in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct MalformedPattern;

impl Pattern {
    /// Reads a pattern; nothing but `*` has a meaning of its own.
    ///
    /// # Errors
    ///
    /// [`MalformedPattern`].
    pub fn parse(text: &str) -> Result<Self, MalformedPattern> {
        let fits = !text.is_empty() && text.len() <= PATTERN_BYTES_MAX;
        if fits && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(MalformedPattern)
        }
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it describes `name`, upper and lower case apart. Takes time in proportion to the length of `name` for each
    /// `*`, whatever it holds.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let Some((start, rest)) = self.0.split_once('*') else { return name == self.0 };
        let Some(mut open) = name.strip_prefix(start) else { return false };
        let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
        for part in middle.split('*') {
            match open.find(part) {
                Some(at) => open = &open[at + part.len()..],
                None => return false,
            }
        }
        open.ends_with(end)
    }
}

/// What using whatever fits a pattern needs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rule {
    /// The kind it is about.
    pub primitive: Primitive,
    /// Names of tools and prompts, URIs of resources.
    pub pattern: Pattern,
    /// All scopes it takes.
    pub scope: Scope,
}

/// The rules of one resource. None takes away what another demands.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OperationRules(Vec<Rule>);

impl OperationRules {
    /// These rules, in any order.
    #[must_use]
    pub fn new(rules: Vec<Rule>) -> Self {
        Self(rules)
    }

    /// Each rule.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.iter()
    }

    /// The scopes of every rule that fits.
    ///
    /// A name that cannot be read may be any, so it takes what every rule of its kind takes; so does one beyond
    /// [`NAME_BYTES_MAX`]. A URI counts in each spelling that another server could read it in: dot segments and
    /// percent-encoding lead past no rule.
    #[must_use]
    pub fn needed(&self, operation: &Operation) -> Scope {
        let (primitive, name) = match operation {
            Operation::Use { primitive, name } => (*primitive, name.as_deref()),
            Operation::List(_) | Operation::Other => return Scope::default(),
        };
        let readable = name.filter(|name| name.len() <= NAME_BYTES_MAX);
        let spellings = readable.and_then(|name| match primitive {
            Primitive::Resource => spellings(name),
            Primitive::Tool | Primitive::Prompt => Some(vec![name.to_owned()]),
        });
        let fits = |rule: &&Rule| {
            rule.primitive == primitive
                && spellings.as_ref().is_none_or(|spellings| {
                    spellings.iter().any(|spelling| rule.pattern.matches(spelling))
                })
        };
        let fitting = self.0.iter().filter(fits);
        fitting.fold(Scope::default(), |needed, rule| needed.union(&rule.scope))
    }
}

/// `uri` as it is, normalised, decoded, and both; `None` if it is encoded too often to tell.
fn spellings(uri: &str) -> Option<Vec<String>> {
    let normal = |text: &str| Url::parse(text).map_or_else(|_| text.to_owned(), String::from);
    let decoded = decoded(uri)?;
    Some(vec![normal(uri), normal(&decoded), decoded, uri.to_owned()])
}

/// `text` with its percent-encoded characters as they are meant, also those that are encoded over and over.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=ENCODINGS_MAX {
        let once = decoded_once(&bytes);
        if once.len() == bytes.len() {
            return Some(String::from_utf8_lossy(&bytes).into_owned());
        }
        bytes = once;
    }
    None
}

fn decoded_once(bytes: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut rest = bytes;
    let mut decoded = Vec::with_capacity(bytes.len());
    while let [first, after @ ..] = rest {
        let pair = digit(after.first()).zip(digit(after.get(1)));
        if let Some((high, low)) = pair.filter(|_| *first == b'%') {
            decoded.extend(u8::try_from(high * 16 + low));
            rest = &after[2..];
        } else {
            decoded.push(*first);
            rest = after;
        }
    }
    decoded
}
