//! Tokens of a Sealbearer whose key ring the resource server has, and tokens of ours that anybody can verify.

use std::sync::Arc;

use sealbearer::gateway::{Admitted, Refusal};
use sealbearer::ledger::{Capacity, Ledger, Memory};
use sealbearer::resource::{Keys, Sealed, Signed, Validator};
use sealbearer::seal::foreign::KeySet;

use super::bearing;
use crate::support::{
    Ask, Client, Clock, Deployment, FixedWorld, ISSUER, Node, Serve as _, altered, wait,
};

const HERE: &str = "http://127.0.0.1:9000/mcp";

fn validator(
    node: &Node,
    resource: &str,
    authority: impl Into<sealbearer::resource::Authority>,
) -> Validator {
    let world = Arc::new(FixedWorld::new(Clock::clone(node.clock()), 0));
    Validator::new(resource).world(world).trusts(authority).build().expect("it is complete")
}

fn enter(validator: &Validator, access_token: &str) -> Result<Admitted, Refusal> {
    wait(bearing(validator, access_token))
}

#[test]
fn a_sealed_token_is_read_with_the_key_ring() {
    let deployment = Deployment::usual();
    let ledger: Arc<dyn Ledger> = Arc::new(Memory::new(Capacity::default()));
    let node = Node::start_with(&deployment, Arc::clone(&ledger));
    let client = Client::public(&node);
    let tokens = client.tokens(&node);
    let sealed = |ledger| Sealed::by(ISSUER, &deployment.ring(), ledger);
    let here = validator(&node, HERE, sealed(Some(Arc::clone(&ledger))));
    let forgetful = validator(&node, HERE, sealed(None));
    let admitted = enter(&here, &tokens.access).expect("the token is good");
    assert_eq!((admitted.subject(), admitted.issuer()), ("u:alice", ISSUER));
    assert!(!admitted.scopes().is_empty());
    for wrong in [altered(&tokens.access), tokens.refresh().to_owned(), client.code(&node)] {
        assert_eq!(enter(&here, &wrong).err(), Some(Refusal::TokenUnknown));
    }
    let elsewhere = validator(&node, "http://127.0.0.1:9000/other", sealed(None));
    assert_eq!(enter(&elsewhere, &tokens.access).err(), Some(Refusal::AudienceMismatch));
    client.revoke(&node, &tokens.access);
    assert_eq!(enter(&here, &tokens.access).err(), Some(Refusal::TokenUnknown));
    assert!(enter(&forgetful, &tokens.access).is_ok(), "who has no ledger cannot know");
    node.clock().pass(86_400);
    assert_eq!(enter(&forgetful, &tokens.access).err(), Some(Refusal::TokenExpired));
}

#[test]
fn a_signed_token_of_ours_is_read_with_the_keys_that_we_publish() {
    let node = Node::start(&Deployment::usual().signing().with_form("access_token = \"signed\"\n"));
    let tokens = Client::public(&node).tokens(&node);
    let published = node.serve(&Ask::get("/.well-known/jwks.json")).body;
    let keys = Keys::Given(KeySet::parse(&published).expect("they are keys"));
    let here = validator(&node, HERE, Signed::by(ISSUER).keys(keys.clone()));
    let admitted = enter(&here, &tokens.access).expect("the token is good");
    assert_eq!(admitted.subject(), "u:alice");
    let other = validator(&node, HERE, Signed::by("https://other.example").keys(keys));
    assert_eq!(enter(&other, &tokens.access).err(), Some(Refusal::TokenUnknown));
}
