//! Servers that are reached by https: they prove the name that the configuration gives them, or hear nothing.
//! Source: RFC 9110 §4.3.4 (https certificate verification), RFC 6125 §6.

use super::support::{ALICE, House, LIST, Upstream, deployment, json};
use crate::support::Clock;
use crate::support::authority::Identity;
use crate::support::internet::Internet;

const NAME: &str = "tools.example";

/// What a client hears when the server behind `https://tools.example/mcp` shows this certificate, and how much that server heard.
async fn shown(identity: &Identity) -> (u16, String, usize) {
    let upstream = Upstream::start(|_| json("{}")).await;
    let internet = Internet::new();
    internet.host_with(NAME, identity, upstream.address, None).await;
    let settings = "credential = \"of the gateway\"";
    let deployment = deployment(&format!("https://{NAME}/mcp"), settings);
    let house = House::start_in(&internet, &deployment, &Clock::new()).await;
    let reply = house.post(ALICE, "", LIST).await;
    assert_eq!(internet.resolved(), [NAME]);
    (reply.status, reply.body, upstream.raw().len())
}

#[tokio::test]
async fn a_server_that_proves_its_name_is_asked() {
    let (status, body, heard) = shown(&Identity::of(NAME)).await;
    assert_eq!((status, body.as_str()), (200, "{}"));
    assert!(heard > 0);
}

#[tokio::test]
async fn a_server_that_does_not_prove_its_name_hears_nothing() {
    for identity in [
        Identity::of("other.example"),
        Identity::of("tools.example.org"),
        Identity::expired(NAME),
        Identity::self_signed(NAME),
    ] {
        let (status, body, heard) = shown(&identity).await;
        assert_eq!((status, heard), (502, 0), "{body}");
        assert!(body.contains("cannot be reached"), "{body}");
    }
}
