//! The seeds of the fuzz targets that need a node, replayed. Those of the rules are in `tests/protocol/corpus.rs`.

use std::path::Path;

use sealbearer::{fuzzing, gateway, mcp};

/// Feeds every seed of `target` to its entry point, each by name.
fn replay(target: &str, entry_point: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let seeds = std::fs::read_dir(&folder).expect("every target has a folder of seeds");
    let mut replayed = 0;
    for seed in seeds {
        let seed = seed.expect("the folder can be read").path();
        eprintln!("{}", seed.display());
        entry_point(&std::fs::read(&seed).expect("a seed is a file"));
        replayed += 1;
    }
    assert!(replayed > 0, "{target} has no seeds");
}

#[test]
fn no_authorization_request_leads_astray() {
    replay("authorization_request", fuzzing::authorization_request);
}

#[test]
fn no_token_request_gets_what_was_not_sealed() {
    replay("token_request", fuzzing::token_request);
}

#[test]
fn no_sealed_value_opens_changed_or_for_another_purpose() {
    replay("sealed_value", fuzzing::sealed_value);
}

#[test]
fn every_registration_survives_being_written_out() {
    replay("client_metadata", fuzzing::client_metadata);
}

#[test]
fn no_document_makes_a_client_that_cannot_be() {
    replay("client_document", fuzzing::client_document);
}

#[test]
fn no_assertion_proves_what_it_does_not_say() {
    replay("client_assertion", fuzzing::client_assertion);
}

#[test]
fn no_proof_proves_what_it_does_not_say() {
    replay("dpop_proof", fuzzing::dpop_proof);
}

#[test]
fn no_address_of_special_use_passes_for_public() {
    replay("address", fuzzing::address);
}

#[test]
fn no_form_goes_on_without_its_ticket_and_browser() {
    replay("login_callback", fuzzing::login_callback);
}

#[test]
fn every_challenge_is_well_formed() {
    replay("bearer", gateway::fuzzing::bearer);
}

#[test]
fn no_answer_of_a_provider_says_more_than_it_does() {
    replay("provider_answer", fuzzing::provider_answer);
}

#[test]
fn nothing_is_called_that_was_not_seen() {
    replay("json_rpc_peek", mcp::fuzzing::json_rpc_peek);
}

#[test]
fn no_header_crosses_that_must_not() {
    replay("header_filter", gateway::fuzzing::header_filter);
}
