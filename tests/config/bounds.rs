//! Each limit, with a value on each side of it.

use protocol::{
    flow::code::CodeIssued,
    identity::Authentication,
    ids::CodeId,
    oauth::built_in::BuiltIn,
    oauth::{
        client::ClientThumbprint,
        pkce::{Challenge, CodeChallenge},
        redirect_uri::RedirectDigest,
        resource::Resource,
        scope::Scope,
        subject::Subject,
        time::UnixTime,
    },
};
use sealbearer::{
    keys::KeyRing,
    seal::{Seal, claims::CodeClaims},
};

use super::{HASH, outcome_of};

/// Every bounded setting: the change with `@` for the value, the last value inside, the first value outside.
const EDGES: &[(&str, &str, &str)] = &[
    ("[ledger]\nretry_window = \"@\"", "10s", "11s"),
    ("[ledger]\nkind = \"valkey\"\nurl = \"redis://localhost\"\ntimeout = \"@\"", "1s", "0s"),
    ("[ledger]\nkind = \"valkey\"\nurl = \"redis://localhost\"\ntimeout = \"@\"", "10s", "11s"),
    ("[ledger]\ncapacity = @", "1000", "999"),
    ("[ledger]\ncapacity = @", "10000000", "10000001"),
    ("[tokens]\naccess_lifetime = \"@\"", "60s", "59s"),
    ("[tokens]\naccess_lifetime = \"@\"", "1440m", "1441m"),
    ("[tokens]\nrefresh_idle = \"@\"", "1h", "3599s"),
    ("[tokens]\nrefresh_absolute = \"365d\"\nrefresh_idle = \"@\"", "365d", "366d"),
    ("[tokens]\nrefresh_idle = \"1h\"\nrefresh_absolute = \"@\"", "1h", "59m"),
    ("[tokens]\nrefresh_absolute = \"@\"", "365d", "366d"),
    ("[tokens]\nrefresh_absolute = \"@\"", "30d", "29d"),
    ("[tokens]\nrefresh_grace = \"@\"", "60m", "3601s"),
    ("[limits]\nconnections_max = @", "16", "15"),
    ("[limits]\nconnections_max = @", "1000000", "1000001"),
    ("[limits]\nheader_timeout = \"@\"", "1s", "0s"),
    ("[limits]\nheader_timeout = \"@\"", "60s", "61s"),
    ("[limits]\ndrain_timeout = \"@\"", "5m", "301s"),
    ("[limits]\npassword_checks_max = @", "1", "0"),
    ("[limits]\npassword_checks_max = @", "64", "65"),
    ("[limits.rate]\nauthorize = @", "1", "0"),
    ("[limits.rate]\nlogin = @", "1000000", "1000001"),
    ("[limits.rate]\ntoken = @", "1", "0"),
    ("[limits.rate]\ntoken_failures = @", "1000000", "1000001"),
    ("[limits.rate]\nregister = @", "1", "0"),
    ("[limits.rate]\nintrospect = @", "1000000", "1000001"),
    ("[limits.rate]\ndocuments = @", "1", "0"),
    ("[limits.rate]\nwrong_passwords = @", "1000000", "1000001"),
    (
        "[[clients]]\nid = \"app\"\nredirect_uris = [\"https://a.example/\"]\naccess_lifetime = \"@\"",
        "24h",
        "25h",
    ),
    (
        "[[clients]]\nid = \"app\"\nredirect_uris = [\"https://a.example/\"]\nrefresh_grace = \"@\"",
        "1h",
        "61m",
    ),
];

#[test]
fn cfg_04_a_value_at_a_limit_is_accepted_and_the_next_one_is_not() {
    for (change, inside, outside) in EDGES {
        assert_eq!(outcome_of(&change.replace('@', inside)), "accepted", "{change} at {inside}");
        let refusal = outcome_of(&change.replace('@', outside));
        assert!(refusal.starts_with("sealbearer.toml:"), "{change} at {outside}: {refusal}");
    }
}

#[test]
fn a_list_of_networks_has_a_longest_too() {
    for key in ["[proxies]\ntrusted", "[limits.rate]\negress"] {
        let networks = |count| {
            let list: Vec<_> = (0..count).map(|n| format!("\"10.0.{n}.0/24\"")).collect();
            format!("{key} = [{}, \"10.1.0.0/24\"]", list.join(", "))
        };
        assert_eq!(outcome_of(&networks(255)), "accepted");
        assert!(outcome_of(&networks(256)).contains("are more than 256"));
    }
}

#[test]
fn zero_is_a_duration_where_it_means_never() {
    for change in [
        "[ledger]\nretry_window = \"0s\"",
        "[tokens]\nrefresh_grace = \"0s\"",
        "[limits]\ndrain_timeout = \"0s\"",
    ] {
        assert_eq!(outcome_of(change), "accepted", "{change}");
    }
}

/// Every bounded text: the change with `@` for as many letters as fit.
const LENGTHS: &[(&str, usize)] = &[
    ("[[scopes]]\nname = \"@\"\ndescription = \"A\"", 64),
    ("[[scopes]]\nname = \"a\"\ndescription = \"@\"", 200),
    ("[[clients]]\nid = \"@\"\nredirect_uris = [\"https://a.example/\"]", 64),
    ("[[clients]]\nid = \"a\"\nname = \"@\"\nredirect_uris = [\"https://a.example/\"]", 128),
    (
        "[[clients]]\nid = \"a\"\nredirect_uris = [\"https://a.example/@\"]",
        512 - "https://a.example/".len(),
    ),
    ("[[resources]]\npath = \"/@\"\nupstream = \"builtin\"", 63),
    ("[[resources]]\npath = \"/a\"\nname = \"@\"\nupstream = \"builtin\"", 128),
    ("[registration]\nredirect_schemes = [\"@\"]", 64),
];

#[test]
fn a_text_at_its_longest_is_accepted_and_one_letter_more_is_not() {
    for (change, longest) in LENGTHS {
        assert_eq!(
            outcome_of(&change.replace('@', &"x".repeat(*longest))),
            "accepted",
            "{change} at {longest}"
        );
        let refusal = outcome_of(&change.replace('@', &"x".repeat(longest + 1)));
        assert!(refusal.starts_with("sealbearer.toml:"), "{change} beyond {longest}: {refusal}");
    }
}

#[test]
fn a_login_name_at_its_longest_is_accepted_and_one_byte_more_is_not() {
    let user = |name: &str| {
        outcome_of(&format!("[[users]]\nname = \"{name}\"\npassword_hash = \"{HASH}\""))
    };
    assert_eq!(user(&"x".repeat(64)), "accepted");
    assert!(user(&"x".repeat(65)).contains("users[0].name is longer than 64 bytes"));
    assert!(
        user(&format!("é{}", "x".repeat(63))).contains("users[0].name is longer than 64 bytes")
    );
}

#[test]
fn scope_names_together_at_their_longest_are_accepted_and_one_byte_more_is_not() {
    let scopes = |last: usize| {
        let one = |name: String| format!("[[scopes]]\nname = \"{name}\"\ndescription = \"S\"\n");
        let names = ["a", "b", "c", "d", "e", "f"].map(|letter| one(letter.repeat(50)));
        format!("{}{}{}", names.concat(), one("y".repeat(50)), one("z".repeat(last)))
    };
    assert_eq!(outcome_of(&scopes(43)), "accepted");
    assert!(outcome_of(&scopes(44)).contains("scopes have names of more than 400 bytes together"));
}

/// What the configuration allows, a token must be able to carry: the longest name, path and scopes still open.
#[test]
fn the_largest_configuration_fits_into_what_is_sealed() {
    let ring = KeyRing::generate(UnixTime(0));
    let issuer = "https://auth.example.com";
    let seal = Seal::new(issuer, &ring);
    let code = CodeIssued {
        id: CodeId([255; 16]),
        client: ClientThumbprint([255; 16]),
        redirect_uri: RedirectDigest([255; 12]),
        code_challenge: Challenge::unsealed(Some(CodeChallenge::from_bytes([255; 32]))),
        scope: Scope::parse(&format!("{} {}", "x".repeat(199), "y".repeat(200)))
            .expect("a scope")
            .union(&BuiltIn::scope()),
        resource: Resource::parse(&format!("{issuer}/{}", "r".repeat(63))).expect("a resource"),
        subject: Subject::Person("s".repeat(64)),
        issued_at: UnixTime(1_900_000_000),
        offline_declined: false,
        authentication: Some(Authentication {
            authenticated_at: UnixTime(1_900_000_000 - 43_200),
            nonce: Some("\\".repeat(256)),
            profile: None,
        }),
        bond: None,
    };
    let sealed = seal.seal(&CodeClaims::new(&code, issuer), UnixTime(1_900_000_000));
    let opened: CodeClaims =
        seal.open(&sealed, UnixTime(1_900_000_000)).expect("it is small enough");
    assert_eq!(opened.stage(issuer), Some(code));
}

#[test]
fn a_list_at_its_longest_is_accepted_and_one_entry_more_is_not() {
    let scopes = |count| {
        let one = |n| format!("[[scopes]]\nname = \"s{n}\"\ndescription = \"S\"\n");
        (0..count).map(one).collect::<Vec<_>>().concat()
    };
    let resources = |count| {
        let one = |n| format!("[[resources]]\npath = \"/r{n}\"\nupstream = \"builtin\"\n");
        (1..count).map(one).collect::<Vec<_>>().concat()
    };
    let uris = |count| {
        let list =
            (0..count).map(|n| format!("\"https://a.example/{n}\"")).collect::<Vec<_>>().join(", ");
        format!("[[clients]]\nid = \"app\"\nredirect_uris = [{list}]")
    };
    assert_eq!(outcome_of(&scopes(64)), "accepted");
    assert!(outcome_of(&scopes(65)).contains("scopes are more than 64"));
    assert_eq!(outcome_of(&resources(64)), "accepted");
    assert!(outcome_of(&resources(65)).contains("resources are more than 64"));
    assert_eq!(outcome_of(&uris(16)), "accepted");
    assert!(outcome_of(&uris(17)).contains("redirect_uris are more than 16"));
}
