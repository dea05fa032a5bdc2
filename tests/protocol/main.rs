//! The rules for every input. Pure: no sockets, no clock, no tokio.

mod assertion;
mod client;
mod code;
mod consent;
mod corpus;
mod document;
mod dpop;
mod federation;
mod hint;
mod hosts;
mod json;
mod logout;
mod metadata;
mod model;
mod operation;
mod operations;
mod pkce;
mod prompt;
mod provider;
mod redirect_uri;
mod refresh;
mod registration;
mod request;
mod resource;
mod scope;
mod session;
mod stages;
mod static_token;
mod support;
mod tables;
mod transitions;

use proptest::test_runner::{Config, FileFailurePersistence};

/// Keeps a failure's seed next to the test that found it, as `<test>.regressions`.
///
/// The number of cases is proptest's own unless `PROPTEST_CASES` says otherwise.
fn config() -> Config {
    let seeds = FileFailurePersistence::WithSource("regressions");
    let usual = Config::default();
    Config {
        failure_persistence: Some(Box::new(seeds)),
        // What a property assumes rules out a share of the cases, however many there are.
        max_global_rejects: usual.cases.saturating_mul(4).max(usual.max_global_rejects),
        ..usual
    }
}
