//! INT-07, INT-08: what is revoked is revoked on all nodes, or the client hears that it is not.

use super::*;

/// RFC 7009 §2.1, as a public client asks.
fn revocation(client: &Client, token: &str) -> Ask {
    Ask::form("/oauth/revoke", [("client_id", client.id.as_str()), ("token", token)])
}

#[test]
fn int_08_what_one_node_revokes_no_node_takes() {
    for strict in strict(&Deployment::usual()) {
        let fleet = &strict.fleet;
        let client = Client::public(fleet);
        let (ended, shortened) = (client.tokens(fleet), client.tokens(fleet));
        let reply = fleet.node(0).serve(&revocation(&client, ended.refresh()));
        assert_eq!(reply.status, 200, "{}: {}", strict.name, reply.body);
        assert_dead(&strict, &client, &ended);
        let reply = fleet.node(1).serve(&revocation(&client, &shortened.access));
        assert_eq!(reply.status, 200, "{}: {}", strict.name, reply.body);
        assert_eq!(fleet.node(2).test(&shortened.access).error(), "401 invalid_token");
        assert_eq!(client.refresh(fleet, shortened.refresh()).status, 200, "{}", strict.name);
    }
}

#[test]
fn with_memory_another_node_does_not_hear_of_a_revocation() {
    let fleet = Fleet::start(2, &Deployment::usual());
    let client = Client::public(&fleet);
    let tokens = client.tokens(&fleet);
    assert_eq!(fleet.node(0).serve(&revocation(&client, tokens.refresh())).status, 200);
    assert_eq!(fleet.node(0).test(&tokens.access).error(), "401 invalid_token");
    assert_eq!(fleet.node(1).test(&tokens.access).status, 200);
}

/// RFC 7009 §2.2.1: the client must not believe that the token is gone.
#[test]
fn int_07_while_the_store_is_silent_nothing_is_said_to_be_revoked() {
    let Some(store) = store::Store::start(&[]) else { return };
    let fleet = Fleet::start(2, &Deployment::usual().with_ledger(&store.ledger_within("1s")));
    let client = Client::public(&fleet);
    let tokens = client.tokens(&fleet);
    store.signal("STOP");
    let reply = fleet.serve(&revocation(&client, tokens.refresh()));
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("1")));
    store.signal("CONT");
    assert_eq!(fleet.node(0).test(&tokens.access).status, 200, "it is not");
    assert_eq!(fleet.serve(&revocation(&client, tokens.refresh())).status, 200);
    assert_eq!(fleet.node(1).test(&tokens.access).error(), "401 invalid_token");
}

#[test]
fn an_instant_of_the_configuration_holds_with_every_ledger() {
    let usual = Deployment::usual();
    let none = usual.clone().with_ledger("kind = \"none\"");
    let fleet = |name, size, deployment: Deployment| Strict {
        name,
        fleet: Fleet::start(size, &deployment),
        deployment,
        _scratch: None,
    };
    let others = [fleet("none", 1, none), fleet("memory elsewhere", 3, usual.clone())];
    for strict in strict(&usual).into_iter().chain(others) {
        let client = Client::public(&strict.fleet);
        let tokens = client.tokens(&strict.fleet);
        let Strict { name, deployment, fleet, _scratch } = strict;
        let clock = fleet.clock().clone();
        drop(fleet);
        clock.pass(10);
        let deployment = deployment.with("[tokens]\nrevoked_before = \"2027-01-15T08:00:05Z\"");
        let fleet = Fleet::start_at(&clock, 1, &deployment);
        assert_eq!(fleet.node(0).test(&tokens.access).error(), "401 invalid_token", "{name}");
        let later = client.tokens(&fleet);
        assert_eq!(fleet.node(0).test(&later.access).status, 200, "{name}");
    }
}
