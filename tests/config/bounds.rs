//! Each limit, with a value on each side of it.

use super::outcome_of;

/// Every bounded setting: the change with `@` for the value, the last value inside, the first value outside.
const EDGES: &[(&str, &str, &str)] = &[
    ("[ledger]\nretry_window = \"@\"", "10s", "11s"),
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
fn a_value_at_a_limit_is_accepted_and_the_next_one_is_not() {
    for (change, inside, outside) in EDGES {
        assert_eq!(outcome_of(&change.replace('@', inside)), "accepted", "{change} at {inside}");
        let refusal = outcome_of(&change.replace('@', outside));
        assert!(refusal.starts_with("sealbearer.toml:"), "{change} at {outside}: {refusal}");
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
    ("[[resources]]\npath = \"/@\"\nupstream = \"builtin\"", 127),
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
fn a_list_at_its_longest_is_accepted_and_one_entry_more_is_not() {
    let scopes = |count| {
        (0..count)
            .map(|n| format!("[[scopes]]\nname = \"s{n}\"\ndescription = \"S\"\n"))
            .collect::<String>()
    };
    let resources = |count| {
        let one = |n| format!("[[resources]]\npath = \"/r{n}\"\nupstream = \"builtin\"\n");
        (1..count).map(one).collect::<String>()
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
