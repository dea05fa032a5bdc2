//! Addresses are read in one way only. Source: RFC 5321 §4.1.2.

use proptest::prelude::*;
use protocol::federation::email::{EMAIL_BYTES_MAX, domain_of, is_domain};

proptest! {
    #![proptest_config(crate::config())]

    /// Whatever is read has one `@`, and on its right exactly what was read.
    #[test]
    fn fed_10_a_domain_is_all_that_stands_behind_the_only_at(text in "[a-z0-9.@ \"<>(),ſK\\\\A-Z-]{0,30}") {
        if let Some(domain) = domain_of(&text) {
            prop_assert_eq!(text.matches('@').count(), 1);
            let behind = format!("@{domain}");
            prop_assert!(text.ends_with(&behind));
            prop_assert!(is_domain(domain));
            prop_assert!(text.is_ascii() && !text.contains(char::is_whitespace));
            prop_assert_eq!(domain, domain.to_ascii_lowercase());
        }
    }

    /// Every ordinary address is read.
    #[test]
    fn ordinary_addresses_are_read(local in "[a-zA-Z0-9_+-]{1,20}(\\.[a-z0-9]{1,9})?", domain in "[a-z0-9]{1,12}\\.[a-z]{2,9}") {
        let address = format!("{local}@{domain}");
        prop_assert_eq!(domain_of(&address), Some(domain.as_str()));
    }
}

#[test]
fn fed_10_addresses_that_leave_a_doubt_have_no_domain() {
    for address in [
        "",
        "a",
        "@ok.com",
        "a@",
        "a@ok",
        "a@ok.com@evil.example",
        "a@evil.example@ok.com",
        "\"a@evil.example\"@ok.com",
        "a @ok.com",
        " a@ok.com",
        "a@ok.com ",
        "a@ok.com\n",
        "a@OK.com",
        "a@ok.com.",
        "a@.ok.com",
        "a@ok..com",
        "a@-ok.com",
        "a@ok-.com",
        "a@[192.0.2.1]",
        "a@оk.com",
        "a@oK.com",
        "ä@ok.com",
        "a(evil)@ok.com",
        "a,b@ok.com",
        "a<b@ok.com>",
        "a..b@ok.com",
        ".a@ok.com",
        "a.@ok.com",
        "a@ok.com\0",
        "a@xn--.com ",
    ] {
        assert_eq!(domain_of(address), None, "{address:?}");
    }
    assert_eq!(domain_of("A.b+c@ok.com"), Some("ok.com"), "a local part may be upper-case");
}

#[test]
fn an_address_has_at_most_so_many_bytes() {
    let domain = |length: usize| format!("{}.com", "a.".repeat(length).trim_end_matches('.'));
    let local = "a".repeat(64);
    let longest = format!("{local}@{}", domain((EMAIL_BYTES_MAX - 65 - 4).div_ceil(2)));
    assert_eq!(longest.len(), EMAIL_BYTES_MAX);
    assert!(domain_of(&longest).is_some());
    assert!(domain_of(&format!("{longest}.org")).is_none());
    assert!(domain_of(&format!("a{local}@ok.com")).is_none(), "65 before the @");
    let label = "a".repeat(63);
    assert!(is_domain(&format!("{label}.com")) && !is_domain(&format!("a{label}.com")));
}
