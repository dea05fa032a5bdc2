//! `token create`: a machine makes a bearer token, the file gets its hash only.

use std::{fmt::Write as _, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use protocol::static_token::{self, StaticTokenDigest};

use super::{
    Failure,
    arguments::TokenCreateArguments,
    console::{self, toml_list, toml_text},
};
use crate::{
    config::{Config, Overrides, PasswordHash, Sources, spell_instant},
    world::{RealWorld, World as _},
};

const DAY: u64 = 86_400;

/// Makes a token; refuses what the server would refuse.
pub(super) fn create(arguments: &TokenCreateArguments) -> Result<(), Failure> {
    let mut random = [0; 32];
    random[..16].copy_from_slice(&RealWorld.random());
    random[16..].copy_from_slice(&RealWorld.random());
    let token = static_token::write(random);
    let stanza = stanza(arguments, &token);
    let trial = Sources {
        file: Some((PathBuf::from("token"), format!("{stanza}{}", declare(arguments)?))),
        overrides: Overrides {
            demo: true,
            data_dir: Some(PathBuf::from(".")),
            ..Overrides::default()
        },
        ..Sources::default()
    };
    Config::load(&trial)?;
    console::print(&stanza)?;
    console::complain(&format!("The token {}, shown this once:\n{token}", arguments.name));
    Ok(())
}

fn stanza(arguments: &TokenCreateArguments, token: &str) -> String {
    let hash = URL_SAFE_NO_PAD.encode(StaticTokenDigest::of(token).0);
    let now = RealWorld.now();
    let mut lines = String::from("[[static_tokens]]\n");
    let mut line = |key: &str, value: &str| {
        writeln!(lines, "{key} = {value}").expect("writing to a String cannot fail");
    };
    line("name", &toml_text(&arguments.name));
    line("hash", &toml_text(&format!("sha256:{hash}")));
    if let Some(subject) = &arguments.subject {
        line("subject", &toml_text(subject));
    }
    line("scopes", &toml_list(&arguments.scopes));
    if !arguments.resources.is_empty() {
        line("resources", &toml_list(&arguments.resources));
    }
    line("issued_at", &toml_text(&spell_instant(now)));
    line("expires_at", &toml_text(&spell_instant(now.plus_seconds(arguments.days * DAY))));
    lines
}

/// Scopes, people and resources are declared in the real file; the trial only needs them to exist.
fn declare(arguments: &TokenCreateArguments) -> Result<String, Failure> {
    let scope = |name: &String| {
        format!("\n[[scopes]]\nname = {}\ndescription = \"declared elsewhere\"\n", toml_text(name))
    };
    let resource = |path: &String| {
        format!("\n[[resources]]\npath = {}\nupstream = \"builtin\"\n", toml_text(path))
    };
    let mut declared: String = arguments.scopes.iter().map(scope).collect();
    declared.extend(arguments.resources.iter().map(resource));
    if let Some(subject) = &arguments.subject {
        let hash = PasswordHash::hash(&URL_SAFE_NO_PAD.encode(RealWorld.random()))
            .map_err(|reason| Failure::Failed(reason.to_string()))?;
        write!(
            declared,
            "\n[[users]]\nname = {}\npassword_hash = {}\n",
            toml_text(subject),
            toml_text(&hash.to_phc())
        )
        .expect("writing to a String cannot fail");
    }
    Ok(declared)
}
