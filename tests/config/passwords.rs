//! Passwords and client secrets: which hashes are believed, and what they cost.

use sealbearer::config::{PASSWORD_BYTES_MAX, PasswordHash, PasswordRefused};

use super::{HASH, LEAST, accepted, of_file, outcome_of};

fn user(hash: &str) -> String {
    format!("[[users]]\nname = \"alice\"\npassword_hash = \"{hash}\"\n")
}

#[test]
fn a_hash_of_the_file_lets_its_password_in_and_no_other() {
    let config = accepted(&of_file(&format!("{LEAST}{}", user(HASH))));
    assert_eq!(
        config.users.authenticate("alice", "correct horse").map(|user| user.name.as_str()),
        Some("alice")
    );
    for (name, password) in [
        ("alice", "correct horsE"),
        ("alice", ""),
        ("Alice", "correct horse"),
        ("", "correct horse"),
    ] {
        assert!(config.users.authenticate(name, password).is_none(), "{name}:{password}");
    }
}

#[test]
fn a_password_at_the_longest_works_and_a_longer_one_never_does() {
    let longest = "x".repeat(PASSWORD_BYTES_MAX);
    let hash = PasswordHash::hash(&longest).expect("it fits");
    assert!(hash.verify(&longest));
    assert!(!hash.verify(&format!("{longest}x")));
    assert_eq!(PasswordHash::hash(&format!("{longest}x")), Err(PasswordRefused::TooLong));
    assert_eq!(PasswordHash::hash(""), Err(PasswordRefused::Empty));
}

#[test]
fn two_hashes_of_one_password_differ() {
    let [first, second] = ["correct horse"; 2]
        .map(|password| PasswordHash::hash(password).expect("it fits").to_phc());
    assert_ne!(first, second);
}

#[test]
fn every_hash_that_is_refused() {
    let with = |from: &str, to: &str| HASH.replace(from, to);
    let rows = [
        ("plain", "hunter2".to_owned()),
        ("bcrypt", "$2b$12$abcdefghijklmnopqrstuv".to_owned()),
        ("argon2i", with("argon2id", "argon2i")),
        ("version 16", with("v=19", "v=16")),
        ("no version", with("v=19$", "")),
        ("memory", with("m=19456,t=2", "m=7167,t=10")),
        ("cost", with("m=19456,t=2", "m=17919,t=2")),
        ("huge memory", with("m=19456", "m=262145")),
        ("many passes", with("t=2", "t=11")),
        ("many lanes", with("p=1", "p=9")),
        ("short output", HASH[..HASH.len() - 23].to_owned()),
        ("no output", HASH.rsplit_once('$').map(|(front, _)| front.to_owned()).unwrap_or_default()),
    ];
    let row = |(name, hash): (&str, String)| format!("{name}: {}", outcome_of(&user(&hash)));
    insta::assert_snapshot!(rows.map(row).join("\n"), @r#"
plain: sealbearer.toml:10: users[0].password_hash is not a PHC string. Write password_hash = what `sealbearer user hash` prints.
bcrypt: sealbearer.toml:10: users[0].password_hash is not a PHC string. Write password_hash = what `sealbearer user hash` prints.
argon2i: sealbearer.toml:10: users[0].password_hash is not an argon2id hash. Write password_hash = what `sealbearer user hash` prints.
version 16: sealbearer.toml:10: users[0].password_hash is not of argon2 version 19. Write password_hash = what `sealbearer user hash` prints.
no version: sealbearer.toml:10: users[0].password_hash is not of argon2 version 19. Write password_hash = what `sealbearer user hash` prints.
memory: sealbearer.toml:10: users[0].password_hash is too cheap to compute (least: m=19456,t=2 or an equivalent). Write password_hash = what `sealbearer user hash` prints.
cost: sealbearer.toml:10: users[0].password_hash is too cheap to compute (least: m=19456,t=2 or an equivalent). Write password_hash = what `sealbearer user hash` prints.
huge memory: sealbearer.toml:10: users[0].password_hash is too expensive to compute (at most m=262144, t=10, p=8). Write password_hash = what `sealbearer user hash` prints.
many passes: sealbearer.toml:10: users[0].password_hash is too expensive to compute (at most m=262144, t=10, p=8). Write password_hash = what `sealbearer user hash` prints.
many lanes: sealbearer.toml:10: users[0].password_hash is too expensive to compute (at most m=262144, t=10, p=8). Write password_hash = what `sealbearer user hash` prints.
short output: sealbearer.toml:10: users[0].password_hash has no output of at least 16 bytes. Write password_hash = what `sealbearer user hash` prints.
no output: sealbearer.toml:10: users[0].password_hash has no output of at least 16 bytes. Write password_hash = what `sealbearer user hash` prints.
"#);
}

#[test]
fn the_cheapest_and_the_dearest_hash_are_accepted() {
    for cost in ["m=17920,t=2,p=1", "m=7168,t=5,p=1", "m=262144,t=10,p=8"] {
        assert_eq!(outcome_of(&user(&HASH.replace("m=19456,t=2,p=1", cost))), "accepted", "{cost}");
    }
}

#[test]
fn a_client_secret_is_known_by_each_form_of_its_hash() {
    let hex = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"; // SHA-256 of "secret"
    let base64url = "K7gNU3sdo-OL0wNhqoVWhr3g6s1xYv72ol_pe_Unols";
    let forms = [("hex", hex), ("HEX", &hex.to_uppercase()), ("base64url", base64url)];
    for (form, text) in forms {
        let client = format!(
            "[[clients]]\nid = \"ci\"\nsecret_hash = \"{text}\"\ngrant_types = [\"client_credentials\"]"
        );
        let config = accepted(&of_file(&format!("{LEAST}{client}")));
        let known =
            config.client("ci").and_then(|client| client.secret.as_ref()).expect("it has one");
        assert!(known.verify("secret") && !known.verify("Secret") && !known.verify(""), "{form}");
        assert_eq!(known.to_text(), base64url);
    }
    let client = format!(
        "[[clients]]\nid = \"ci\"\nsecret_hash = \"{HASH}\"\ngrant_types = [\"client_credentials\"]"
    );
    let config = accepted(&of_file(&format!("{LEAST}{client}")));
    let known = config.client("ci").and_then(|client| client.secret.as_ref()).expect("it has one");
    assert!(known.verify("correct horse") && !known.verify("correct horsE"));
}
