//! The protected resources that are served here: who answers behind each gate.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use poem::EndpointExt as _;
use protocol::metadata::PossessionRule;
use protocol::operation::Operation;
use protocol::policy::{Policy, ProtectedResource};
use url::Url;

use crate::config::{
    Config, CorsOrigins, GatewayConfig, IssuersConfig, ResourceConfig, ResourceUpstream,
    Verification,
};
use crate::gateway::origin::Origins;
use crate::gateway::proxy::{self, Lend, Means, Proxy};
use crate::gateway::{Door, Gate, Possession, guard, metadata};
use crate::http::grants::Grants;
use crate::http::lend::Lender;
use crate::http::verify::{AccessTokens, Demands, Tokens};
use crate::http::vouch::Voucher;
use crate::http::{Protected, Server};
use crate::mcp;
use crate::resource::{Authorities, Authority, Introspected, Proofs, Signed};
use crate::upstream::{PassageSettings, Upstream};

use super::management::Office;

/// Every protected resource that is served here, by path.
pub(super) fn all(
    config: &Config,
    tokens: &Arc<AccessTokens>,
    grants: &Arc<Grants>,
    upstream: &Upstream,
    issuers: &Arc<Upstream>,
    own: &Arc<OnceLock<Weak<Server>>>,
) -> BTreeMap<String, Protected> {
    let (policy, world) = (&tokens.policy, &tokens.world);
    let origins = match &config.cors_origins {
        CorsOrigins::Any => vec!["*".to_owned()],
        CorsOrigins::Listed(origins) => origins.clone(),
    };
    let origins = Origins::new(config.public_url.url(), &[], &origins);
    let protected = |(path, resource, known): (&str, &ResourceConfig, &ProtectedResource)| {
        let verifier = match &resource.issuers {
            None => Tokens::Ours(Arc::clone(tokens)),
            Some(others) => {
                let resource = known.resource.as_str();
                let trusted = others.issuers.iter().map(|issuer| authority(issuer, others));
                let world = Arc::clone(world);
                let authorities = Authorities::new(resource, trusted.collect(), issuers, world);
                Tokens::Others(authorities, Arc::clone(tokens))
            }
        };
        let gate = Gate::new(door(known), Arc::new(verifier), Arc::clone(world));
        let gate = match possession(known.possession, &policy.issuer, tokens) {
            Some(possession) => gate.with_possession(possession),
            None => gate,
        };
        let demands = Demands {
            policy: Arc::clone(policy),
            at_the_door: resource.scopes_required.clone(),
            of_server: of_server(&resource.upstream),
            rules: resource.rules.clone(),
            filter_lists: resource.filter_lists,
        };
        let endpoint = match &resource.upstream {
            ResourceUpstream::BuiltIn => {
                guard(mcp::endpoint(), gate.clone(), demands, origins.clone()).boxed()
            }
            ResourceUpstream::Management => {
                let office = Arc::new(Office::new(config, Arc::clone(own)));
                let endpoint = mcp::management::endpoint(office);
                guard(endpoint, gate.clone(), demands, origins.clone()).boxed()
            }
            ResourceUpstream::Gateway(gateway) => {
                let lender = lender(resource, grants, policy);
                let proxy = behind_gateway(gateway, known, tokens, lender, upstream, issuers);
                guard(proxy, gate.clone(), demands, origins.clone()).boxed()
            }
        };
        (path.to_owned(), Protected { gate, endpoint: Arc::new(endpoint) })
    };
    let served = config.resources.iter().zip(&policy.resources);
    let served = served.filter_map(|(resource, known)| Some((resource.path()?, resource, known)));
    served.map(protected).collect()
}

/// What the server behind the gate demands by itself. The management server's demands are rules of its resource.
fn of_server(upstream: &ResourceUpstream) -> fn(&Operation) -> &'static [&'static str] {
    match upstream {
        ResourceUpstream::BuiltIn => mcp::catalogue::scopes_of,
        ResourceUpstream::Gateway(_) => mcp::catalogue::scopes_of_kind,
        ResourceUpstream::Management => |_| &[],
    }
}

/// Who knows the tokens that the server of `resource` is handed, if it is handed people's own.
fn lender(
    resource: &ResourceConfig,
    grants: &Arc<Grants>,
    policy: &Arc<Policy>,
) -> Option<Arc<dyn Lend>> {
    let (provider, grants) = (resource.lent()?.to_owned(), Arc::clone(grants));
    Some(Arc::new(Lender { provider, grants, policy: Arc::clone(policy) }))
}

/// The server that runs elsewhere, as an endpoint.
fn behind_gateway(
    config: &GatewayConfig,
    known: &ProtectedResource,
    tokens: &AccessTokens,
    lender: Option<Arc<dyn Lend>>,
    upstream: &Upstream,
    issuers: &Arc<Upstream>,
) -> Proxy {
    let (resource, policy) = (known.resource.as_str(), &tokens.policy);
    let settings = PassageSettings {
        url: config.url.clone(),
        connect_deadline: Duration::from_secs(config.connect_timeout_seconds),
        answer_deadline: Duration::from_secs(config.answer_timeout_seconds),
        at_once_max: config.requests_max,
    };
    let voucher = Voucher {
        issuer: policy.issuer.clone(),
        resource: resource.to_owned(),
        seal: Arc::clone(&tokens.seal),
        world: Arc::clone(&tokens.world),
    };
    upstream
        .passage(&settings)
        .and_then(|passage| {
            let (vouch, upstream) = (Arc::new(voucher), Arc::clone(issuers));
            let world = Arc::clone(&tokens.world);
            let means = Means { passage, vouch, upstream, world, lender };
            proxy::endpoint(config, resource, &policy.issuer, means)
        })
        .expect("all URLs were checked when they were read")
}

/// How the tokens of this issuer are verified.
fn authority(issuer: &str, others: &IssuersConfig) -> Authority {
    match &others.verification {
        Verification::Signature { plain: true } => Signed::by(issuer).plain().into(),
        Verification::Signature { plain: false } => Signed::by(issuer).into(),
        Verification::Introspection { client_id, client_secret } => {
            Introspected::by(issuer, client_id, client_secret.expose()).into()
        }
    }
}

/// Who checks proofs of possession, where they are understood.
fn possession(rule: PossessionRule, public_url: &str, tokens: &AccessTokens) -> Option<Possession> {
    let is_required = match rule {
        PossessionRule::Refused => return None,
        PossessionRule::Allowed => false,
        PossessionRule::Required => true,
    };
    let prover = Arc::new(Proofs::new(Arc::clone(&tokens.ledger)));
    Some(Possession { is_required, base_url: public_url.to_owned(), prover })
}

/// What the resource tells those it does not let in.
fn door(known: &ProtectedResource) -> Door {
    let url = Url::parse(known.resource.as_str()).expect("a resource is a URL");
    Door {
        resource: known.resource.as_str().to_owned(),
        metadata_url: metadata::location(&url),
        first_scopes: known.scope.iter().map(|scope| scope.as_str().to_owned()).collect(),
    }
}
