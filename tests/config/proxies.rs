//! `[proxies]` and the networks of `[limits.rate]`.

use sealbearer::config::{ForwardedHeader, banner};

use super::{LEAST, accepted, of_demo, of_file, of_variables, table};

#[test]
fn networks_are_addresses_or_prefixes() {
    let file = "[proxies]\ntrusted = [\"10.0.0.0/8\", \"192.0.2.7\", \"2001:db8::/32\", \"::ffff:192.0.2.8\"]\nheader = \"forwarded\"";
    let proxies = accepted(&of_file(&format!("{LEAST}{file}"))).proxies;
    assert_eq!(proxies.header, ForwardedHeader::Forwarded);
    let spelled: Vec<_> = proxies.trusted.iter().map(ToString::to_string).collect();
    assert_eq!(spelled, ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32", "192.0.2.8/32"]);
    let by_variable = of_variables(&[("SEALBEARER_PROXIES__TRUSTED", "10.0.0.1, 10.0.0.2")]);
    assert_eq!(accepted(&by_variable).proxies.trusted.len(), 2);
    let by_default = accepted(&of_file(LEAST)).proxies;
    assert!(by_default.trusted.is_empty() && by_default.header == ForwardedHeader::XForwardedFor);
}

#[test]
fn what_is_wrong_with_proxies_and_networks() {
    insta::assert_snapshot!(table(&[
        "[proxies]\ntrusted = [\"10.0.0.0/8\", \"proxy.example\", \"0.0.0.0/0\", \"::/0\", \"10.0.0.0/33\"]",
        "[proxies]\nheader = \"forwarded\"",
        "[proxies]\ntrusted = [\"10.0.0.1\"]\nheader = \"x-real-ip\"",
        "[proxies]\ntrust = [\"10.0.0.1\"]",
        "[limits.rate]\negress = [\"everywhere\"]",
        "[limits.rate]\ntokens = 5",
    ]), @r##"
    [proxies]
    trusted = ["10.0.0.0/8", "proxy.example", "0.0.0.0/0", "::/0", "10.0.0.0/33"]
      -> sealbearer.toml:9: proxies.trusted[1] is "proxy.example", which is neither an address nor a network. Write an address or a network: "10.0.0.7", "10.0.0.0/8", "2001:db8::/32".
         sealbearer.toml:9: proxies.trusted[2] is "0.0.0.0/0", which is the whole internet. Write an address or a network: "10.0.0.7", "10.0.0.0/8", "2001:db8::/32".
         sealbearer.toml:9: proxies.trusted[3] is "::/0", which is the whole internet. Write an address or a network: "10.0.0.7", "10.0.0.0/8", "2001:db8::/32".
         sealbearer.toml:9: proxies.trusted[4] is "10.0.0.0/33", which is neither an address nor a network. Write an address or a network: "10.0.0.7", "10.0.0.0/8", "2001:db8::/32".
    [proxies]
    header = "forwarded"
      -> sealbearer.toml:9: proxies.header is read from trusted proxies only, and there are none. Write trusted = ["10.0.0.0/8"], the networks of your proxies, or remove header.
    [proxies]
    trusted = ["10.0.0.1"]
    header = "x-real-ip"
      -> sealbearer.toml:10: proxies.header is "x-real-ip", which is not one of its values. Write "x-forwarded-for" or "forwarded".
    [proxies]
    trust = ["10.0.0.1"]
      -> sealbearer.toml:9: proxies.trust is not a setting. Did you mean "trusted"?
    [limits.rate]
    egress = ["everywhere"]
      -> sealbearer.toml:9: limits.rate.egress[0] is "everywhere", which is neither an address nor a network. Write an address or a network: "10.0.0.7", "10.0.0.0/8", "2001:db8::/32".
    [limits.rate]
    tokens = 5
      -> sealbearer.toml:9: limits.rate.tokens is not a setting. Did you mean "token"?
    "##);
}

#[test]
fn the_banner_says_that_nobody_named_the_proxy() {
    let says =
        |sources| banner(&accepted(&sources), "").contains("none is named in [proxies] trusted");
    assert!(says(of_file(LEAST)));
    assert!(!says(of_file(&format!("{LEAST}[proxies]\ntrusted = [\"10.0.0.1\"]"))));
    assert!(!says(of_demo()), "on one's own machine there is none");
}
