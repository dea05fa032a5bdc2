//! How often who may ask: the counters against a naive model, addresses behind proxies, and what the limited hear.

mod addresses;
mod floods;
mod limited;
mod logins;
mod model;

use std::sync::Arc;

use sealbearer::config::{Config, RatesConfig};
use sealbearer::http::address::ClientAddress;
use sealbearer::http::rates::Rates;

use crate::support::{Clock, Deployment, FixedWorld};

/// Counters of a deployment that others can reach, with these lines in `[limits.rate]`, and their clock.
fn rates(settings: &str) -> (Rates, Clock) {
    let clock = Clock::new();
    let world = Arc::new(FixedWorld::new(clock.clone(), 0));
    (Rates::new(&config(settings).rates, world), clock)
}

fn config(settings: &str) -> Config {
    reachable().with(&format!("[limits.rate]\n{settings}")).config()
}

/// A deployment that others can reach, through a proxy that it knows.
fn reachable() -> Deployment {
    let proxies = "[proxies]\ntrusted = [\"10.0.0.0/8\"]";
    Deployment::usual().at("https://auth.example.com").with(proxies)
}

fn address(text: &str) -> ClientAddress {
    ClientAddress::new(text.parse().expect("an address"))
}

/// What the settings are unless a file says otherwise.
#[test]
fn what_may_be_asked_in_a_minute() {
    let RatesConfig {
        authorize,
        login,
        token,
        token_failures,
        register,
        introspect,
        documents,
        wrong_passwords,
        egress,
        is_local,
        is_behind_unnamed_proxy,
    } = config("").rates;
    let lines = format!(
        "authorize {authorize}\nlogin {login}\ntoken {token}, failures {token_failures}\nregister {register}\n\
         introspect {introspect}\ndocuments {documents}\nwrong passwords {wrong_passwords}\negress {egress:?}\n\
         local {is_local}, unnamed {is_behind_unnamed_proxy}"
    );
    insta::assert_snapshot!(lines, @r"
    authorize 300
    login 60
    token 600, failures 60
    register 60
    introspect 6000
    documents 60
    wrong passwords 30
    egress [160.79.104.0/21]
    local false, unnamed false
    ");
}
