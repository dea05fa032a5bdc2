//! What the command line makes: stanzas that the server takes, and secrets that stand in none of them.

use protocol::oauth::client::KeySource;
use protocol::static_token::{PREFIX, StaticTokenDigest, is_intact};
use sealbearer::config::Config;

use super::command_line::run;
use super::{LEAST, of_file};

#[test]
fn client_add_makes_clients_that_sign() {
    let url = "https://ci.example.com/jwks";
    let run = run(&["client", "add", "--id", "ci", "--jwks-uri", url], "");
    assert_eq!((run.code, run.complaint.as_str()), (Some(0), ""));
    let config = Config::load(&of_file(&format!("{LEAST}{}", run.output)));
    let config = config.expect("the stanza is accepted");
    let [client] = config.clients.as_slice() else { panic!("one client") };
    assert_eq!(client.keys, Some(KeySource::Remote(url.to_owned())));
    assert!(client.secret.is_none());
}

#[test]
fn token_create_prints_the_hash_for_the_file_and_the_token_apart() {
    let arguments = ["token", "create", "--name", "backup", "--scope", "mcp:tools", "--days", "30"];
    let run = run(&arguments, "");
    assert_eq!(run.code, Some(0), "{}", run.complaint);
    let token = run.complaint.lines().last().expect("the last line is the token");
    assert!(token.starts_with(PREFIX) && is_intact(token), "{token}");
    assert!(!run.output.contains(&token[PREFIX.len()..]));
    let config = Config::load(&of_file(&format!("{LEAST}{}", run.output)));
    let config = config.expect("the stanza is accepted");
    let [entry] = config.static_tokens.as_slice() else { panic!("one token") };
    assert_eq!(entry.digest, StaticTokenDigest::of(token));
    assert_eq!(entry.expires_at.seconds_since(entry.issued_at), 30 * 86_400);
}
