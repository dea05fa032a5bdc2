//! `revoke`: takes back what was issued. Where all nodes share a store, it is written there. Else the running node has the
//! ledger, and gets an order, sealed with the key ring; where nothing is remembered, what remains is a line for the
//! configuration.
//!
//! A token is read from standard input, so that none stands in a process list or a history.

use std::collections::BTreeMap;

use protocol::{
    oauth::{client::ClientThumbprint, subject::Subject, time::UnixTime},
    policy::Policy,
    replay::Revocation,
    revocation::{FAMILY_SECONDS_MAX, IssuedToken, Order},
};
use serde::Deserialize;

use super::{
    Failure,
    arguments::{RevokeArguments, RevokeWhat, ServeArguments},
    console, post, serve,
};
use crate::{
    config::{Config, KeySource, LedgerKind, parse_instant, spell_instant},
    http::access,
    ledger::Reach,
    seal::{
        Seal,
        claims::{OrderClaims, RefreshClaims},
    },
    server,
    world::{RealWorld, World as _},
};

/// What a node answers.
#[derive(Deserialize)]
struct Obeyed {
    ledger: String,
    every_node: bool,
    survives_restart: bool,
}

/// Revokes what the arguments say.
pub(super) fn revoke(
    arguments: RevokeArguments,
    environment: BTreeMap<String, String>,
) -> Result<(), Failure> {
    let RevokeArguments { what, before, url, config, public_url, demo, port, data_dir } = arguments;
    let (host, user, protect) = (None, None, None);
    let options = ServeArguments { config, host, port, public_url, demo, protect, user, data_dir };
    let now = RealWorld.now();
    let before = before.as_deref().map_or(Ok(now.plus_seconds(1)), |text| instant(text, now))?;
    let mut config = serve::load(options, environment)?;
    if let KeySource::File { create, .. } = &mut config.keys {
        // No node obeys what a ring made now has sealed.
        *create = false;
    }
    if config.ledger.kind == LedgerKind::None {
        return console::print(&line(&what, before)?);
    }
    let ring = config.keys.open(now);
    let ring = ring.map_err(|reason| Failure::Failed(format!("key ring: {reason}")))?;
    let seal = Seal::new(config.public_url.as_str(), &ring);
    let what = revocation(&what, before, &seal, &config, now)?;
    if let LedgerKind::Valkey(_) = config.ledger.kind {
        return console::print(&reach(&at_the_store(&config, what, now)?));
    }
    let order = seal.seal(&OrderClaims::new(&Order { what, ordered_at: now }), now);
    let url = url.unwrap_or_else(|| config.public_url.as_str().to_owned());
    let answer =
        post::form(&format!("{}/oauth/order", url.trim_end_matches('/')), "order", &order)?;
    let obeyed: Obeyed = serde_json::from_str(&answer)
        .map_err(|_| Failure::Failed(format!("{url} did not answer as this server does")))?;
    console::print(&reach(&obeyed))
}

/// Writes to the store that all nodes share: no node need run, and none need be reached.
fn at_the_store(config: &Config, what: Revocation, now: UnixTime) -> Result<Obeyed, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime
        .map_err(|reason| Failure::Failed(format!("no threads can be started: {reason}")))?;
    runtime.block_on(async {
        let ledger = server::ledger(config, now);
        let ledger = ledger.map_err(|reason| Failure::Failed(reason.to_string()))?;
        let revoked = ledger.revoke(what, now).await;
        revoked.map_err(|reason| Failure::Failed(format!("nothing was revoked: {reason}")))?;
        let guarantee = ledger.guarantee();
        Ok(Obeyed {
            ledger: guarantee.kind.to_owned(),
            every_node: guarantee.revocation == Reach::EveryNode,
            survives_restart: guarantee.survives_restart,
        })
    })
}

/// The instant that `--before` names. One in the future would make void what is not issued yet.
fn instant(text: &str, now: UnixTime) -> Result<UnixTime, Failure> {
    let usage = |problem: &str| Failure::Usage(format!("--before {problem}"));
    let at = parse_instant(text)
        .ok_or_else(|| usage("must be an instant in UTC, such as 2026-11-21T10:00:00Z"))?;
    if at > now.plus_seconds(1) { Err(usage("must not be in the future")) } else { Ok(at) }
}

/// The line of the configuration that does the same where no ledger can.
fn line(what: &RevokeWhat, before: UnixTime) -> Result<String, Failure> {
    let line = format!("revoked_before = \"{}\"", spell_instant(before));
    let table = if let Some(name) = &what.user {
        format!("In the [[users]] table of {name}")
    } else if let Some(id) = &what.client {
        let id = console::toml_text(id);
        format!(
            "In the [[clients]] table of the client, or below [[revoked_clients]] and client_id = {id}"
        )
    } else if what.everything {
        "In the table [tokens]".to_owned()
    } else {
        let problem = "the ledger \"none\" can revoke no single token or family; revoke everything of its client or person";
        return Err(Failure::Failed(problem.to_owned()));
    };
    Ok(format!(
        "The ledger \"none\" remembers no revocation. {table}, write this and restart every node:\n{line}\n"
    ))
}

fn revocation(
    what: &RevokeWhat,
    before: UnixTime,
    seal: &Seal,
    config: &Config,
    now: UnixTime,
) -> Result<Revocation, Failure> {
    if let Some(name) = &what.user {
        let subject = Subject::Person(name.clone()).digest();
        return Ok(Revocation::Subject { subject, before });
    }
    if let Some(id) = &what.client {
        return Ok(Revocation::Client { client: ClientThumbprint::of(id), before });
    }
    if what.everything {
        return Ok(Revocation::Everything { before });
    }
    let text = console::read_line("The token to revoke:")?;
    let token = read(seal, text.trim(), &config.policy(), now).ok_or_else(|| {
        Failure::Failed("This is no access token and no refresh token of this server.".to_owned())
    })?;
    Ok(match token {
        IssuedToken::Access(grant) if what.token => {
            Revocation::Token { token: grant.id(), until: grant.expires_at }
        }
        IssuedToken::Access(grant) => Revocation::Family {
            family: grant.family,
            until: grant.issued_at.plus_seconds(FAMILY_SECONDS_MAX),
        },
        IssuedToken::Refresh(token) => Revocation::Family {
            family: token.family,
            until: token.founded_at.plus_seconds(FAMILY_SECONDS_MAX),
        },
    })
}

fn read(seal: &Seal, text: &str, policy: &Policy, now: UnixTime) -> Option<IssuedToken> {
    access::open(seal, policy, text, now).map(IssuedToken::Access).or_else(|| {
        let claims = seal.open::<RefreshClaims>(text, now).ok()?;
        claims.stage(&policy.issuer).map(IssuedToken::Refresh)
    })
}

/// What the node promises, no more.
fn reach(obeyed: &Obeyed) -> String {
    let ledger = &obeyed.ledger;
    let whole = if obeyed.every_node {
        format!("Revoked at every node (ledger \"{ledger}\").")
    } else {
        format!(
            "Revoked at the node that answered (ledger \"{ledger}\"). Other nodes do not know: repeat this with --url for each, \
             or write revoked_before into the configuration."
        )
    };
    let restart = if obeyed.survives_restart {
        ""
    } else {
        " It is forgotten when the node restarts; revoked_before is not."
    };
    format!("{whole}{restart}\n")
}
