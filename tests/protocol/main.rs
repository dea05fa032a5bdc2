//! The rules for every input. Pure: no sockets, no clock, no tokio.

mod client;
mod code;
mod corpus;
mod metadata;
mod model;
mod pkce;
mod redirect_uri;
mod refresh;
mod registration;
mod request;
mod resource;
mod scope;
mod session;
mod support;
mod tables;
mod transitions;

use proptest::test_runner::{Config, FileFailurePersistence};

/// Keeps a failure's seed next to the test that found it, as `<test>.regressions`.
///
/// The number of cases is proptest's own unless `PROPTEST_CASES` says otherwise.
fn config() -> Config {
    let seeds = FileFailurePersistence::WithSource("regressions");
    Config { failure_persistence: Some(Box::new(seeds)), ..Config::default() }
}
