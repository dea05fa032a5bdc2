//! What a person reads when the server has started: where to go next, and what the ledger can promise.

use std::fmt::Write as _;

use super::{Config, ResourceUpstream, weaknesses};

/// The text for the start, ending with a line break. `guarantee`: one sentence of the active ledger.
/// Shows the demo password, which exists for this, and no other secret.
#[must_use]
pub fn banner(config: &Config, guarantee: &str) -> String {
    let url = |path: &str| config.public_url.join(path);
    let mut text =
        format!("Sealbearer {} serves {}\n\n", env!("CARGO_PKG_VERSION"), config.public_url);
    let mut line = |name: &str, value: &str| {
        writeln!(text, "  {name:<12} {value}").expect("writing to a String cannot fail");
    };
    line("listening on", &config.listen.to_string());
    if config.docs_enabled {
        line("Swagger UI", &url("/docs"));
    }
    line("metadata", &metadata_url(config));
    for resource in &config.resources {
        let Some(path) = resource.path() else { continue };
        match &resource.upstream {
            ResourceUpstream::BuiltIn => line("MCP server", &url(path)),
            ResourceUpstream::Management => line("management", &url(path)),
            ResourceUpstream::Gateway(gateway) => {
                let behind = gateway.url.origin().ascii_serialization();
                line("MCP server", &format!("{}, in front of {behind}", url(path)));
            }
        }
    }
    if let Some(account) = &config.demo {
        line("demo user", &format!("{}, password {}", account.name, account.password.expose()));
    }
    if config.rates.is_behind_unnamed_proxy {
        line("proxies", "none is named in [proxies] trusted, so limits count all clients as one");
    }
    for weakness in weaknesses(config) {
        line("weakened", &weakness);
    }
    line("ledger", guarantee);
    text.push('\n');
    text
}

/// RFC 8414 §3.1: the well-known part stands between host and path.
fn metadata_url(config: &Config) -> String {
    format!(
        "{}/.well-known/oauth-authorization-server{}",
        config.public_url.origin(),
        config.public_url.path()
    )
}
