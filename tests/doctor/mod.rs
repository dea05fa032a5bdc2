//! `doctor`: what it says of healthy deployments, and of those that are broken in one place each.

mod broken;
mod healthy;
mod outside;
mod registering;
mod site;
mod told;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use protocol::oauth::time::UnixTime;
use sealbearer::doctor::{Outcome, Report, Settings, examine};
use sealbearer::upstream::{Network, Patience, Prober, RealNetwork};
use tokio::net::TcpListener;
use tokio::time::Duration;
use url::Url;

use crate::support::authority::AUTHORITY;
use crate::support::{Deployment, wait};
use site::Site;

const PATIENCE: Patience =
    Patience { head: Duration::from_secs(5), body: Duration::from_millis(300) };

fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    UnixTime(since.as_secs())
}

fn prober(network: Arc<dyn Network>) -> Prober {
    Prober::new(network, "Sealbearer/test".to_owned(), AUTHORITY.pem(), PATIENCE)
}

/// Examines what `url` is, on this computer.
async fn examined(url: &str, settings: Settings) -> Report {
    let prober = prober(Arc::new(RealNetwork::default()));
    examine(&Url::parse(url).expect("a URL"), &prober, settings, now()).await
}

/// Examines the endpoint of a site that `change` has broken.
fn of_site(settings: Settings, change: impl FnOnce(&mut Site)) -> Report {
    wait(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has ports");
        let base = format!("http://{}", listener.local_addr().expect("it is bound"));
        let mut site = Site::healthy(&base);
        change(&mut site);
        site.serve(listener);
        examined(&format!("{base}/mcp"), settings).await
    })
}

/// Where a deployment of ours answers that is in order.
pub(crate) fn healthy_address() -> String {
    healthy::ours(Deployment::usual())
}

/// Where a deployment answers to which some clients cannot become known.
pub(crate) fn site_without_registration() -> String {
    wait(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has ports");
        let base = format!("http://{}", listener.local_addr().expect("it is bound"));
        let mut site = Site::healthy(&base);
        site.set(&[site::OAUTH, site::OPENID], "registration_endpoint", &serde_json::Value::Null);
        site.serve(listener);
        base
    })
}

/// The findings of a report, one in a line, with whom they hit.
fn told(report: &Report) -> String {
    let lines = report.findings.iter().map(|finding| {
        let hit = |said: &str, clients: &[&str]| match (clients.len(), report.clients.len()) {
            (0, _) => String::new(),
            (some, all) if some == all => format!("; {said} all"),
            _ => format!("; {said} {}", clients.join(", ")),
        };
        let code = serde_json::to_value(finding.code).expect("a name");
        let weight = serde_json::to_value(finding.weight).expect("a name");
        format!(
            "{} ({}){}{}",
            code.as_str().expect("text"),
            weight.as_str().expect("text"),
            hit("stops", &finding.fails),
            hit("slows", &finding.falls_back)
        )
    });
    lines.collect::<Vec<_>>().join("\n  ")
}

/// Clients that do not simply work.
fn hindered(report: &Report) -> Vec<&'static str> {
    let hindered = report.clients.iter().filter(|client| client.outcome != Outcome::Works);
    hindered.map(|client| client.client).collect()
}
