//! What a token lacks for an operation, told so that whoever sits before the client knows what to do.
//! Source: RFC 6750 §3 (characters of a description) and §3.1; MCP 2026-07-28 authorization (insufficient scope).

use protocol::operation::{Operation, Primitive};

/// How much of a name is repeated, in characters.
const NAME_CHARS_MAX: usize = 64;

/// An operation that a token does not reach.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shortfall {
    /// All that the operation needs, whether or not it was granted.
    pub needed: Vec<String>,
    /// What of it was not granted.
    pub missing: Vec<String>,
    /// What was to be used: kind and name, if it was one thing.
    pub used: Option<(Primitive, String)>,
}

impl Shortfall {
    /// What `operations` lack.
    #[must_use]
    pub fn of<'a>(
        operations: impl IntoIterator<Item = &'a Operation>,
        needed: Vec<String>,
        missing: Vec<String>,
    ) -> Self {
        let mut used = operations.into_iter().filter_map(|operation| match operation {
            Operation::Use { primitive, name } => {
                Some((*primitive, name.clone().unwrap_or_default()))
            }
            Operation::List(_) | Operation::Other => None,
        });
        let used = used.next().filter(|_| used.next().is_none());
        Self { needed, missing, used }
    }

    /// One or two sentences of printable ASCII without quotes, fit for a challenge.
    #[must_use]
    pub fn description(&self) -> String {
        let what = match &self.used {
            Some((primitive, name)) if !name.is_empty() => {
                format!("The {} {}", primitive.noun(), plain(name))
            }
            Some(_) | None => "This".to_owned(),
        };
        let missing: Vec<_> = self.missing.iter().map(|scope| plain(scope)).collect();
        let missing = missing.join(" ");
        match self.missing.as_slice() {
            [_] => format!(
                "{what} needs the scope {missing}, which was not granted; reconnect and grant it"
            ),
            _ => format!(
                "{what} needs the scopes {missing}, which were not granted; reconnect and grant them"
            ),
        }
    }
}

/// What of `text` can stand in a description.
fn plain(text: &str) -> String {
    let fits = |letter: char| letter.is_ascii_graphic() && !matches!(letter, '"' | '\\');
    let mut letters = text.chars();
    let kept = letters.by_ref().take(NAME_CHARS_MAX);
    let mut plain: String = kept.map(|letter| if fits(letter) { letter } else { '?' }).collect();
    if letters.next().is_some() {
        plain.push_str("...");
    }
    plain
}
