//! `tools`, `resources` and `prompts` of a `[[resources]]` table: which scopes using what takes.

use protocol::oauth::scope::{Scope, ScopeToken};
use protocol::operation::{OperationRules, PATTERN_BYTES_MAX, Pattern, Primitive, Rule};

use super::{ScopeConfig, grammar::shorten, reader::Table};

/// More rules than one MCP server has tools.
const RULES_MAX: usize = 1_000;

/// The key of each kind.
const KEYS: [(&str, Primitive); 3] = [
    ("tools", Primitive::Tool),
    ("resources", Primitive::Resource),
    ("prompts", Primitive::Prompt),
];

/// Reads the three tables; each key is a pattern, each value the scopes that fit it.
pub(super) fn read(table: &Table, scopes: &[ScopeConfig], is_here: bool) -> OperationRules {
    let mut rules = Vec::new();
    for (key, primitive) in KEYS {
        let entries = table.named_lists(key);
        if !is_here && !entries.is_empty() {
            let problem = "is for a resource that is served here; the other server demands its own";
            table.refuse(key, problem, "Remove it");
        }
        for entry in entries {
            let (pattern, list) = entry.value;
            let named = ScopeConfig::known(list, scopes);
            let scope: Scope =
                named.iter().filter_map(|name| ScopeToken::parse(name).ok()).collect();
            if let Ok(pattern) = Pattern::parse(&pattern) {
                rules.push(Rule { primitive, pattern, scope });
            } else {
                let shown = shorten(&pattern);
                let problem = format!(
                    "has \"{shown}\"; names are 1 to {PATTERN_BYTES_MAX} bytes without control characters"
                );
                let remedy = "Write a name, with * for any run of characters: \"delete_*\"";
                table.refuse(key, problem, remedy);
            }
        }
    }
    if rules.len() > RULES_MAX {
        let problem = format!("has more than {RULES_MAX} rules");
        table.refuse("tools", problem, "Join some with *");
    }
    OperationRules::new(rules)
}
