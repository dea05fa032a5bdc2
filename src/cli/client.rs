//! `client add`: a machine makes the secret, the file gets its hash only.

use std::{fmt::Write as _, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    Failure,
    arguments::ClientAddArguments,
    console::{self, toml_list, toml_text},
};
use crate::{
    config::{ClientSecretHash, Config, Overrides, Sources},
    world::{RealWorld, World as _},
};

/// Makes a client; refuses what the server would refuse.
pub(super) fn add(arguments: &ClientAddArguments) -> Result<(), Failure> {
    let id = arguments.id.clone().unwrap_or_else(|| URL_SAFE_NO_PAD.encode(RealWorld.random()));
    let signs = arguments.jwks.is_some() || arguments.jwks_uri.is_some();
    let client_secret = (!arguments.public && !signs).then(random_client_secret);
    let stanza = stanza(arguments, &id, client_secret.as_deref());
    let trial = Sources {
        file: Some((PathBuf::from("client"), format!("{stanza}{}", declare(&arguments.scopes)))),
        overrides: Overrides {
            demo: true,
            data_dir: Some(PathBuf::from(".")),
            ..Overrides::default()
        },
        ..Sources::default()
    };
    Config::load(&trial)?;
    console::print(&stanza)?;
    if let Some(client_secret) = client_secret {
        console::complain(&format!("The secret of {id}, shown this once:\n{client_secret}"));
    }
    Ok(())
}

/// 256 random bits, 43 characters.
fn random_client_secret() -> String {
    URL_SAFE_NO_PAD.encode([RealWorld.random(), RealWorld.random()].concat())
}

fn stanza(arguments: &ClientAddArguments, id: &str, client_secret: Option<&str>) -> String {
    let mut lines = format!("[[clients]]\nid = {}\n", toml_text(id));
    let mut line = |key: &str, value: &str| {
        writeln!(lines, "{key} = {value}").expect("writing to a String cannot fail");
    };
    if let Some(name) = &arguments.name {
        line("name", &toml_text(name));
    }
    if let Some(client_secret) = client_secret {
        line(
            "secret_hash",
            &toml_text(&ClientSecretHash::of_machine_made(client_secret).to_text()),
        );
    }
    for (key, value) in [("jwks_file", &arguments.jwks), ("jwks_uri", &arguments.jwks_uri)] {
        if let Some(value) = value {
            line(key, &toml_text(value));
        }
    }
    line("redirect_uris", &toml_list(&arguments.redirect_uris));
    let grant_types = match arguments.grant_types.as_slice() {
        [] if arguments.redirect_uris.is_empty() && !arguments.public => {
            vec!["client_credentials".to_owned()]
        }
        [] => vec!["authorization_code".to_owned(), "refresh_token".to_owned()],
        given => given.to_vec(),
    };
    line("grant_types", &toml_list(&grant_types));
    if !arguments.scopes.is_empty() {
        line("scopes", &toml_list(&arguments.scopes));
    }
    lines
}

/// Scopes are declared in the real file; the trial only needs them to exist.
fn declare(scopes: &[String]) -> String {
    let declare = |name: &String| {
        format!("\n[[scopes]]\nname = {}\ndescription = \"declared elsewhere\"\n", toml_text(name))
    };
    scopes.iter().map(declare).collect()
}
