//! Nothing secret is printed, whatever goes wrong.

use sealbearer::config::SecretText;

use super::{
    HASH, LEAST, SECRETS, Sources, accepted, of_demo, of_file, of_variables, outcome, variables_of,
};

#[test]
fn debug_output_of_a_configuration_shows_no_secret_and_no_hash() {
    let client = format!(
        "[[clients]]\nid = \"ci\"\nsecret_hash = \"{}\"\ngrant_types = [\"client_credentials\"]",
        "ab".repeat(32)
    );
    let user = format!("[[users]]\nname = \"alice\"\npassword_hash = \"{HASH}\"\n");
    let without = LEAST.replace("keyring_file = \"keyring.json\"", "");
    let secrets =
        [("SEALBEARER_SECRET", SECRETS[0]), ("SEALBEARER_REGISTRATION_SECRET", SECRETS[1])];
    let client_secret =
        [("MCP_OAUTH_CLIENT_ID", "app"), ("MCP_OAUTH_CLIENT_SECRET", "hush-client-secret")];
    let environment = variables_of(&[secrets, client_secret].concat());
    let ledger = "[ledger]\nkind = \"valkey\"\nurl = \"rediss://hush:hush@store.example.com/0\"\n";
    let file = format!("{without}{client}\n{user}{ledger}");
    let sources = Sources { environment, ..of_file(&file) };
    let printed = format!("{:?}", accepted(&sources));
    for hidden in ["hush", "argon2id", "abab", "vQjDXh", SECRETS[0], SECRETS[1]] {
        assert!(!printed.contains(hidden), "{hidden} in {printed}");
    }
    let mut demo = of_demo();
    demo.overrides.user = Some(("demo".to_owned(), SecretText::new("hush-demo")));
    assert!(!format!("{:?} {:?}", accepted(&demo), demo.overrides).contains("hush"));
}

#[test]
fn cfg_01_no_refusal_repeats_a_secret() {
    let file = |text: &str| of_file(&format!("{LEAST}{text}"));
    let rows = [
        file("[[users]]\nname = \"a\"\npassword = \"hush\""),
        file("[[users]]\nname = \"a\"\npassword_hash = \"hush\""),
        file("[[clients]]\nid = \"a\"\nsecret = \"hush\""),
        file("[[clients]]\nid = \"a\"\nsecret_hash = \"hush\""),
        file("[ledger]\nkind = \"valkey\"\nurl = \"redis://hush:hush@store.example.com\""),
        file("[ledger]\nkind = \"valkey\"\nurl = [\"rediss://hush\"]"),
        of_variables(&[("SEALBEARER_LEDGER__URL", "rediss://hush:hush@example.com/hush")]),
        of_file(&format!("secret = \"hush\"{LEAST}")),
        of_variables(&[("SEALBEARER_SECRET", "hush")]),
        of_variables(&[("SEALBEARER_SECRET", "hush"), ("SEALBEARER_SECRETS", "hush")]),
        of_variables(&[("MCP_OAUTH_CLIENT_ID", "a"), ("MCP_OAUTH_CLIENT_SECRET", "hush")]),
        of_variables(&[("SEALBEARER_USERS", "[{ name = \"a\", password_hash = \"hush\" }]")]),
        of_file(&format!("{LEAST}\n[[users]]\nname = \"a\"\npassword_hash = hush")),
    ];
    for sources in rows {
        let refusal = outcome(&sources);
        assert!(refusal != "accepted" && !refusal.contains("hush"), "{refusal}");
    }
}
