//! What the tools of the management server do to this node.

mod shown;

use std::path::Path;
use std::sync::{Arc, OnceLock, Weak};

use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::client::ClientThumbprint;
use protocol::oauth::subject::Subject;
use protocol::oauth::time::UnixTime;
use protocol::replay::Revocation;
use protocol::revocation::{FAMILY_SECONDS_MAX, IssuedToken};
use serde_json::{Map, Value, json};
use tokio::task::spawn_blocking;
use url::Url;

use crate::cli;
use crate::config::{Config, KeySource};
use crate::doctor;
use crate::gateway::{Unverified, Verify as _};
use crate::http::Server;
use crate::keys::{KeyRing, Ring};
use crate::ledger::{Ledger, Reach};
use crate::mcp::Caller;
use crate::mcp::management::Operator;
use crate::mcp::management::refusals::Refusals;
use crate::mcp::management::task::{Presented, Revoked, Task};
use crate::upstream::{Addresses, Patience, Prober, RealNetwork};

/// What is said while the server is still being put together.
const NOT_READY: &str = "This node is not ready yet.";
const LEDGER_SILENT: &str = "The ledger does not answer; try again.";
const NO_REVOCATION: &str = "The ledger \"none\" remembers no revocation. Write revoked_before into the configuration and restart every node.";
const PER_NODE: &str = "Each node remembers its own latest refusals, and a restart forgets them: ask the node that refused, or look into its log.";

/// Whoever operates one node.
pub(super) struct Office {
    config: Config,
    server: Arc<OnceLock<Weak<Server>>>,
    refusals: Refusals,
}

impl Office {
    /// For the node that `server` will hold.
    pub(super) fn new(config: &Config, server: Arc<OnceLock<Weak<Server>>>) -> Self {
        Self { config: config.clone(), server, refusals: Refusals::of_process() }
    }

    fn server(&self) -> Result<Arc<Server>, String> {
        self.server.get().and_then(Weak::upgrade).ok_or_else(|| NOT_READY.to_owned())
    }
}

impl Operator for Office {
    async fn perform(&self, task: Task, caller: Option<Caller>) -> Result<Value, String> {
        let server = self.server()?;
        let now = server.world.now();
        match task {
            Task::ResourceMetadata { resource } => {
                resource_metadata(&server, resource.as_deref().unwrap_or_default())
            }
            Task::ServerMetadata => document(server.documents.authorization_server.body()),
            Task::ValidateToken { token, required_scopes } => {
                validate(&server, &token, &required_scopes).await
            }
            Task::ExplainToken { token } => {
                cli::explain_value(&self.config, &server.seal, &token.0, now)
                    .map(|said| json!({ "explanation": said }))
            }
            Task::ExplainRefusal { correlation_id } => {
                let refused = self.refusals.tell(correlation_id.as_deref());
                Ok(json!({ "refused": refused, "note": PER_NODE }))
            }
            Task::Configuration => Ok(shown::configuration(&self.config, &server)),
            Task::RegisterClient { metadata } => server.register_client(Value::Object(metadata)),
            Task::CheckCompliance { url } => self.check_compliance(url, now).await,
            Task::ListGrants => Ok(shown::grants(&self.config, &*server.ledger)),
            Task::RevokeGrants(what) => revoke(&server, &what, now).await,
            Task::RotateKeys { ring, algorithm } => {
                let by = caller.map_or_else(|| "nobody".to_owned(), |caller| caller.subject);
                self.rotate(&ring, algorithm.as_deref(), &by, now).await
            }
        }
    }
}

impl Office {
    async fn check_compliance(&self, url: Option<String>, now: UnixTime) -> Result<Value, String> {
        let own = self.config.resources.iter().find_map(|resource| resource.path());
        let own = self.config.public_url.join(own.unwrap_or_default());
        // Whoever calls a tool chooses the URL, so that only what is public anyway is asked; this server knows itself.
        let addresses = url.is_some().then_some(Addresses::Public);
        let url = Url::parse(&url.unwrap_or(own)).map_err(|reason| format!("`url`: {reason}."))?;
        let agent = format!("Sealbearer/{} (doctor)", env!("CARGO_PKG_VERSION"));
        let prober =
            Prober::new(Arc::new(RealNetwork::default()), agent, Vec::new(), Patience::default());
        let settings = doctor::Settings { register: false, addresses };
        let report = doctor::examine(&url, &prober, settings, now).await;
        document(report.json().as_bytes())
    }

    /// Takes the next step of a rotation in the file; the running server takes the file over by itself.
    async fn rotate(
        &self,
        ring: &str,
        algorithm: Option<&str>,
        by: &str,
        now: UnixTime,
    ) -> Result<Value, String> {
        let KeySource::File { path, .. } = &self.config.keys else {
            return Err("The keys of this deployment come from environment variables: they are rotated by changing those.".to_owned());
        };
        let kind = [Ring::Sealing, Ring::Registration, Ring::Signing]
            .into_iter()
            .find(|kind| kind.as_str() == ring)
            .ok_or("`ring` must be one of sealing, registration, signing.")?;
        let algorithm = algorithm.map_or(Ok(None), |name| {
            let known = SigningAlgorithm::parse(name).map(Some);
            known.ok_or("`algorithm` must be one of ES256, EdDSA, RS256.")
        })?;
        let file = path.clone();
        let turned = spawn_blocking(move || turn(&file, kind, algorithm, now)).await;
        let said = turned.map_err(|_| NOT_READY.to_owned())??;
        tracing::warn!(ring, by, "a key was rotated");
        Ok(json!({ "done": said }))
    }
}

fn turn(
    path: &Path,
    kind: Ring,
    algorithm: Option<SigningAlgorithm>,
    now: UnixTime,
) -> Result<String, String> {
    let failed = |reason: crate::keys::KeyRingError| format!("The key ring file: {reason}.");
    let mut ring = KeyRing::load(path).map_err(failed)?;
    let step = match (kind, algorithm) {
        (Ring::Signing, Some(algorithm)) => ring.rotate_signing(algorithm, now),
        (kind, _) => ring.rotate(kind, now),
    };
    let step = step.map_err(failed)?;
    ring.save(path).map_err(failed)?;
    Ok(cli::explain_rotation(&step, kind, path))
}

/// A document of ours as a value.
fn document(body: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(body).map_err(|_| NOT_READY.to_owned())
}

/// The document of the resource with this path or identifier; of the first one without any.
fn resource_metadata(server: &Server, named: &str) -> Result<Value, String> {
    let path = named.strip_prefix(&server.policy.issuer).unwrap_or(named);
    let known = server.documents.protected_resource_at(path);
    let known = known.ok_or("There is no protected resource of this path or identifier here.")?;
    document(known.body())
}

/// What an access token is good for at its own resource.
async fn validate(
    server: &Server,
    token: &Presented,
    required: &[String],
) -> Result<Value, String> {
    let verified = match server.tokens.verify(&token.0).await {
        Ok(verified) => verified,
        Err(Unverified::Unavailable) => return Err(LEDGER_SILENT.to_owned()),
        Err(Unverified::NotAccepted) => {
            let reason = "It is no access token of this server, was changed, was revoked, or its person is gone.";
            return Ok(json!({ "active": false, "reason": reason }));
        }
    };
    let now = server.world.now();
    if verified.expires_at <= now {
        return Ok(
            json!({ "active": false, "reason": "It has expired.", "expires_at": verified.expires_at.0 }),
        );
    }
    let scopes = &server.policy.scopes;
    let is_missing = |needed: &&String| {
        !verified.scopes.iter().any(|granted| granted == *needed || scopes.implies(granted, needed))
    };
    let missing: Vec<_> = required.iter().filter(is_missing).collect();
    Ok(json!({
        "active": true,
        "sufficient": missing.is_empty(),
        "missing_scopes": missing,
        "subject": verified.subject,
        "client_thumbprint": verified.client,
        "scopes": verified.scopes,
        "audience": verified.audience,
        "expires_at": verified.expires_at.0,
        "expires_in": verified.expires_at.seconds_since(now),
    }))
}

async fn revoke(server: &Server, what: &Revoked, now: UnixTime) -> Result<Value, String> {
    if !server.policy.revocation {
        return Err(NO_REVOCATION.to_owned());
    }
    // What is issued in this very second goes along: the next one is spared.
    let before = now.plus_seconds(1);
    let what = match what {
        Revoked::User(name) => {
            let subject = Subject::Person(name.clone()).digest();
            Revocation::Subject { subject, before }
        }
        Revoked::Client(id) => Revocation::Client { client: ClientThumbprint::of(id), before },
        Revoked::Everything => Revocation::Everything { before },
        Revoked::Token(token) => match server.issued_token(&token.0, now) {
            None => return Err("This is no token of this server.".to_owned()),
            Some(IssuedToken::Access(grant)) => {
                Revocation::Token { token: grant.id(), until: grant.expires_at }
            }
            Some(IssuedToken::Refresh(token)) => {
                let until = token.founded_at.plus_seconds(FAMILY_SECONDS_MAX);
                Revocation::Family { family: token.family, until }
            }
        },
    };
    server.ledger.revoke(what, now).await.map_err(|_| LEDGER_SILENT.to_owned())?;
    tracing::warn!(kind = %what.kind(), "revoked at the management server");
    Ok(reach(&*server.ledger, what.kind()))
}

/// How far a revocation reaches.
fn reach(ledger: &dyn Ledger, kind: &str) -> Value {
    let guarantee = ledger.guarantee();
    let every_node = guarantee.revocation == Reach::EveryNode;
    let note = match (every_node, guarantee.survives_restart) {
        (true, _) => "Every node knows at once.",
        (false, true) => "There is one node, and it knows also after a restart.",
        (false, false) => {
            "This node knows until it is restarted; other nodes do not know: revoke there too, or write revoked_before into the configuration."
        }
    };
    json!({ "revoked": kind, "ledger": guarantee.kind, "every_node": every_node, "note": note })
}

/// Members of an object that are there.
fn present(members: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    let members = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(members.collect::<Map<_, _>>())
}
