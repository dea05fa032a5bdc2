//! What the start, `doctor` and the management resource name: every setting that takes a protection away, and no other.

use sealbearer::config::weaknesses;

use super::{LEAST, accepted, of_demo, of_file};

/// The weaknesses of the least file with these lines more.
fn named(lines: &str) -> Vec<String> {
    weaknesses(&accepted(&of_file(&format!("{LEAST}\n{lines}"))))
}

/// A confidential client with these lines.
fn client(lines: &str) -> String {
    format!("[[clients]]\nid = \"old\"\nsecret_hash = \"{}\"\n{lines}", "ab".repeat(32))
}

#[test]
fn a_deployment_is_not_weakened_unless_somebody_says_so() {
    assert_eq!(named(""), Vec::<String>::new());
    let usual = client("redirect_uris = [\"https://old.example/cb\"]");
    assert_eq!(named(&usual), Vec::<String>::new());
}

/// Each setting alone, and what is said of it.
#[test]
fn every_setting_that_weakens_is_named() {
    let to = "redirect_uris = [\"https://old.example/cb\"]\n";
    let copied = "redirect_uris = [\"urn:ietf:wg:oauth:2.0:oob\"]";
    let token = |until: &str| {
        format!(
            "[[static_tokens]]\nname = \"cron\"\nhash = \"sha256:{}\"\nscopes = [\"mcp:tools\"]\n\
             issued_at = \"2027-01-01T00:00:00Z\"\nexpires_at = \"{until}\"\n",
            "ab".repeat(32)
        )
    };
    let issuer = "[[resources]]\npath = \"/theirs\"\nname = \"Theirs\"\nupstream = \"builtin\"\n\
                  authorization_servers = [\"https://idp.example\"]\nplain_jwt = true";
    let rows = [
        client(&format!("{to}pkce = \"optional\"")),
        client(&format!("{to}code_challenge_methods = [\"S256\", \"plain\"]")),
        client(copied),
        "[registration]\nout_of_band = true".to_owned(),
        "[registration]\nclient_credentials = true".to_owned(),
        "[registration]\ndynamic = \"closed\"\nout_of_band = true".to_owned(),
        "[ledger]\nkind = \"memory\"\nretry_window = \"7s\"".to_owned(),
        "[ledger]\nkind = \"none\"\n[tokens]\nrefresh_tokens = \"convergent\"".to_owned(),
        token("2027-06-01T00:00:00Z"),
        token("2030-01-01T00:00:00Z"),
        issuer.to_owned(),
    ];
    let mut told: Vec<_> = rows.iter().map(|lines| named(lines).join("; ")).collect();
    let silent = of_file(&format!("advertise_iss = false\n{LEAST}"));
    told.push(weaknesses(&accepted(&silent)).join("; "));
    insta::assert_snapshot!(told.join("\n"), @"
    client old: PKCE is optional
    client old: the challenge method plain is taken
    client old: the code may be shown for copying
    clients that registered themselves: the code may be shown for copying
    clients that registered themselves: client_credentials, which asks nobody for consent

    a code that is redeemed again within 7 s yields the same tokens again instead of revoking them
    refresh tokens can be used again until they end: no ledger notices a stolen one
    1 static token is taken without a login: whoever holds one may use it until it ends
    1 static token is taken without a login: whoever holds one may use it until it ends; static token cron: good until 2030-01-01T00:00:00Z
    resource Theirs: tokens of its issuers need not say that they are access tokens
    answers carry no iss, so that clients cannot notice a mix-up of servers (RFC 9207)
    ");
}

/// The demo turns on what its rows need, on this computer only, and says so.
#[test]
fn the_demo_names_what_it_turns_on() {
    insta::assert_snapshot!(weaknesses(&accepted(&of_demo())).join("\n"), @"
    clients that registered themselves: the code may be shown for copying
    clients that registered themselves: client_credentials, which asks nobody for consent
    documents of clients may be on this computer, where anybody's program may answer
    ");
}
