//! The protected resources that are served here: who answers behind each gate.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use poem::EndpointExt as _;
use protocol::policy::{Policy, ProtectedResource};
use url::Url;

use crate::config::{Config, CorsOrigins, GatewayConfig, ResourceConfig, ResourceUpstream};
use crate::gateway::origin::Origins;
use crate::gateway::proxy::{self, Proxy};
use crate::gateway::{Door, Gate, guard, metadata};
use crate::http::Protected;
use crate::http::verify::{AccessTokens, Demands};
use crate::http::vouch::Voucher;
use crate::mcp;
use crate::upstream::{PassageSettings, Upstream};
use crate::world::World;

/// Every protected resource that is served here, by path.
pub(super) fn all(
    config: &Config,
    policy: &Arc<Policy>,
    tokens: &Arc<AccessTokens>,
    world: &Arc<dyn World>,
    upstream: &Upstream,
) -> BTreeMap<String, Protected> {
    let origins = match &config.cors_origins {
        CorsOrigins::Any => vec!["*".to_owned()],
        CorsOrigins::Listed(origins) => origins.clone(),
    };
    let origins = Origins::new(config.public_url.url(), &[], &origins);
    let protected = |(path, resource, known): (&str, &ResourceConfig, &ProtectedResource)| {
        let gate = Gate::new(door(known), Arc::clone(tokens), Arc::clone(world));
        let demands = Demands {
            policy: Arc::clone(policy),
            at_the_door: resource.scopes_required.clone(),
            of_server: mcp::catalogue::scopes_of,
            rules: resource.rules.clone(),
            filter_lists: resource.filter_lists,
        };
        let endpoint = match &resource.upstream {
            ResourceUpstream::BuiltIn => {
                guard(mcp::endpoint(), gate.clone(), demands, origins.clone()).boxed()
            }
            ResourceUpstream::Gateway(gateway) => {
                let proxy = behind_gateway(gateway, known, policy, tokens, upstream);
                guard(proxy, gate.clone(), demands, origins.clone()).boxed()
            }
        };
        (path.to_owned(), Protected { gate, endpoint: Arc::new(endpoint) })
    };
    let served = config.resources.iter().zip(&policy.resources);
    let served = served.filter_map(|(resource, known)| Some((resource.path()?, resource, known)));
    served.map(protected).collect()
}

/// The server that runs elsewhere, as an endpoint.
fn behind_gateway(
    config: &GatewayConfig,
    known: &ProtectedResource,
    policy: &Policy,
    tokens: &AccessTokens,
    upstream: &Upstream,
) -> Proxy {
    let resource = known.resource.as_str();
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
        .and_then(|passage| proxy::endpoint(config, resource, passage, Arc::new(voucher)))
        .expect("both URLs were checked when they were read")
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
