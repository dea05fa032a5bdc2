//! Configuration: nodes that do not fit together show it, and what nobody means is banned.

use std::collections::BTreeSet;

use super::{deployment, everywhere};
use crate::support::{Ask, Client, Deployment, Fleet, Node, Serve};

fn fingerprint(at: &impl Serve) -> String {
    at.serve(&Ask::get("/readyz")).text("configuration")
}

#[test]
fn cfg_03_nodes_with_another_ring_issuer_or_mode_show_it() {
    let usual = Deployment::usual;
    let others = [
        usual(),
        usual().with_secret("/Pn2xnP4TC5Nk31PB20ABOPVs6NaaBzsKzUBGMZWsRc="),
        usual().with_secret("V5i/Z4B9AmlZ4eBe98mxpK6f+xzXENteAh/Gcb9WlUw=,/Pn2xnP4TC5Nk31PB20ABOPVs6NaaBzsKzUBGMZWsRc="),
        usual().with_secret("/Pn2xnP4TC5Nk31PB20ABOPVs6NaaBzsKzUBGMZWsRc=,V5i/Z4B9AmlZ4eBe98mxpK6f+xzXENteAh/Gcb9WlUw="),
        usual().at("https://staging.example.com"),
        usual().with("[ledger]\nkind = \"none\""),
        usual().with("[ledger]\nretry_window = \"10s\""),
        usual().with("[tokens]\naccess_lifetime = \"30m\""),
        usual().without_bob(),
        deployment(),
    ];
    let seen: BTreeSet<_> = others.iter().map(|other| fingerprint(&Node::start(other))).collect();
    assert_eq!(seen.len(), others.len(), "each differs from every other");
    for other in &others {
        let fleet = Fleet::start(2, other);
        assert_eq!(fingerprint(fleet.node(0)), fingerprint(fleet.node(1)), "nodes that fit agree");
        assert_eq!(fingerprint(fleet.node(0)).len(), 16);
    }
    let elsewhere =
        usual().with("listen = \"127.0.0.1:9001\"").with("[limits]\nconnections_max = 20");
    assert_eq!(
        fingerprint(&Node::start(&elsewhere)),
        fingerprint(&Node::start(&usual())),
        "what is a node's own"
    );
}

/// What a node of another deployment sealed is refused as any forgery is.
#[test]
fn cfg_03_what_an_unfit_node_sealed_is_refused_cleanly() {
    for other in [
        deployment().with_secret("/Pn2xnP4TC5Nk31PB20ABOPVs6NaaBzsKzUBGMZWsRc="),
        deployment().at("https://staging.example.com"),
    ] {
        let foreign = Node::start(&other);
        let client = Client::known("web", None, "https://app.example.com/callback");
        let (code, tokens) = (client.code(&foreign), client.tokens(&foreign));
        for at in everywhere(&deployment()) {
            assert_eq!(client.redeem(&at, &code).error(), "400 invalid_grant");
            assert_eq!(client.refresh(&at, tokens.refresh()).error(), "400 invalid_grant");
            let reply = at.serve(&Ask::get("/oauth/test").bearer(&tokens.access));
            assert_eq!(reply.error(), "401 invalid_token");
        }
    }
}

#[test]
fn cfg_08_believing_any_forwarded_header_is_banned() {
    let banned = include_str!("../../.clippy.toml");
    for path in
        ["poem::web::RealIp", "josekit::jwt::decode_unsecured", "josekit::jwe::deserialize_compact"]
    {
        assert!(banned.contains(&format!("path = \"{path}\"")), "{path}");
    }
}

/// There is one listener, and nothing on it that an operator alone may see.
#[test]
fn cfg_10_health_says_nothing_secret_and_there_is_nothing_else_to_administer() {
    for at in everywhere(&deployment()) {
        assert_eq!(at.serve(&Ask::get("/healthz")).body, "{\"status\":\"ok\"}");
        let ready = at.serve(&Ask::get("/readyz")).json();
        let members: BTreeSet<_> = ready.as_object().expect("an object").keys().cloned().collect();
        assert_eq!(members, BTreeSet::from(["configuration", "status"].map(str::to_owned)));
        for path in [
            "/metrics",
            "/admin",
            "/debug",
            "/debug/pprof",
            "/actuator",
            "/status",
            "/.env",
            "/config",
            "/sealbearer.toml",
            "/keyring.json",
        ] {
            assert_eq!(at.serve(&Ask::get(path)).status, 404, "{path}");
        }
    }
}
