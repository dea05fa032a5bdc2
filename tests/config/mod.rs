//! Configuration and the command line: what is accepted, what is refused with which words, and what is never printed.

mod bounds;
mod command_line;
mod demo;
mod documents;
mod entries;
mod environment;
mod examining;
mod forms;
mod gateway;
mod issuers;
mod made;
mod operations;
mod passwords;
mod providers;
mod proxies;
mod redaction;
mod refusals;
mod revoking;
mod rules;
mod seeds;
mod weaknesses;

use std::{collections::BTreeMap, path::PathBuf};

use sealbearer::config::{Config, Overrides, Sources};

/// A production file with nothing in it that could be left out.
const LEAST: &str = r#"
public_url = "https://auth.example.com"
keyring_file = "keyring.json"

[[resources]]
path = "/mcp"
upstream = "builtin"
"#;

/// A PHC string of argon2's default cost, of the password `correct horse`.
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$1FmOV4RiiG4Lhp0KiEEOkg$vQjDXh7w6lPYGfqQicB5FN1xbM6PJNEZhGo8SZk7K/Y";

/// Three secrets as a machine makes them.
const SECRETS: [&str; 3] = [
    "V5i/Z4B9AmlZ4eBe98mxpK6f+xzXENteAh/Gcb9WlUw=",
    "/Pn2xnP4TC5Nk31PB20ABOPVs6NaaBzsKzUBGMZWsRc=",
    "IIdHJxH/o3xB+xi3B4xQiuynFCtXwsSdrX6kYRoIc1A=",
];

/// Sources with a file in `/etc/sealbearer` and nothing else.
fn of_file(text: &str) -> Sources {
    Sources {
        file: Some((PathBuf::from("/etc/sealbearer/sealbearer.toml"), text.to_owned())),
        ..Sources::default()
    }
}

/// Sources with the least file and these variables.
fn of_variables(variables: &[(&str, &str)]) -> Sources {
    Sources { environment: variables_of(variables), ..of_file(LEAST) }
}

fn variables_of(variables: &[(&str, &str)]) -> BTreeMap<String, String> {
    variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// `--demo` without a file.
fn of_demo() -> Sources {
    let overrides = Overrides { demo: true, ..Overrides::default() };
    Sources {
        environment: variables_of(&[("HOME", "/home/alice")]),
        overrides,
        ..Sources::default()
    }
}

/// What `sources` yield, which must be a configuration.
fn accepted(sources: &Sources) -> Config {
    Config::load(sources).unwrap_or_else(|mistakes| panic!("refused:\n{mistakes}"))
}

/// What a person reads who starts the server with `sources`; `accepted` if it starts.
fn outcome(sources: &Sources) -> String {
    match Config::load(sources) {
        Ok(_) => "accepted".to_owned(),
        Err(mistakes) => mistakes.to_string(),
    }
}

/// What a person reads whose file is the least one with `change`: root keys go above it, tables below.
fn outcome_of(change: &str) -> String {
    let (above, below) = if change.starts_with('[') { ("", change) } else { (change, "") };
    outcome(&of_file(&format!("{above}{LEAST}{below}"))).replace("/etc/sealbearer/", "")
}

/// Each change with its outcome, as a table.
fn table(changes: &[&str]) -> String {
    let rows = changes.iter().map(|change| {
        format!("{}\n  -> {}", change.trim(), outcome_of(change).replace('\n', "\n     "))
    });
    rows.collect::<Vec<_>>().join("\n")
}
