//! Deployments that are not on this computer: TLS, names, and where a stranger's server may lead.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use sealbearer::doctor::{Report, Settings, Verdict, examine};
use sealbearer::upstream::Addresses;
use serde_json::json;
use tokio::net::TcpListener;
use url::Url;

use super::site::{AT_PATH, AT_ROOT, OAUTH, OPENID, Site};
use super::{now, prober, told};
use crate::support::authority::Identity;
use crate::support::internet::{Behind, Internet};
use crate::support::wait;

const HOST: &str = "mcp.example.com";
const BASE: &str = "https://mcp.example.com";

/// Examines `url` in an internet where `site` has a certificate for [`HOST`].
fn examined(
    site: Site,
    identity: &Identity,
    url: &str,
    settings: Settings,
) -> (Report, Arc<Internet>) {
    let internet = Internet::new();
    let report = wait(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has ports");
        let address = site.serve(listener);
        internet.host_with(HOST, identity, address, None).await;
        let network = Arc::<Internet>::clone(&internet);
        examine(&Url::parse(url).expect("a URL"), &prober(network), settings, now()).await
    });
    (report, internet)
}

fn at_host(change: impl FnOnce(&mut Site)) -> Report {
    let mut site = Site::healthy(BASE);
    change(&mut site);
    examined(site, &Identity::of(HOST), &format!("{BASE}/mcp"), Settings::default()).0
}

#[test]
fn a_deployment_behind_tls_is_in_order() {
    let report = at_host(|_| {});
    assert_eq!((told(&report).as_str(), report.verdict), ("", Verdict::Works), "{}", report.text());
}

/// The commonest mistake behind a proxy: the server believes that it is reached as its own socket is.
#[test]
fn a_server_that_does_not_know_of_its_proxy_is_found() {
    let http = "http://mcp.example.com";
    let report = at_host(|site| {
        site.set(&[AT_PATH, AT_ROOT], "resource", &json!(format!("{http}/mcp")));
        site.set(&[AT_PATH, AT_ROOT], "authorization_servers", &json!([http]));
    });
    assert_eq!(report.verdict, Verdict::Fails);
    insta::assert_snapshot!(told(&report));
    let seen = &report.findings[0].seen[0];
    assert!(seen.ends_with("another scheme"), "{seen}");
}

#[test]
fn endpoints_that_a_proxy_made_http_are_found() {
    let report = at_host(|site| {
        site.set(
            &[OAUTH, OPENID],
            "authorization_endpoint",
            &json!("http://mcp.example.com/authorize"),
        );
    });
    assert_eq!(told(&report), "endpoints_plain_http (error); stops all");
}

#[test]
fn http_on_the_internet_stops_clients_that_are_hosted() {
    let base = "http://mcp.example.com";
    let internet = Internet::new();
    let report = wait(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has ports");
        let address = Site::healthy(base).serve(listener);
        let somewhere = IpAddr::V4(Ipv4Addr::new(198, 35, 26, 96));
        internet.name(HOST, &[somewhere]);
        internet.put(somewhere, 80, Behind::Listener(address));
        let url = Url::parse(&format!("{base}/mcp")).expect("a URL");
        examine(&url, &prober(internet), Settings::default(), now()).await
    });
    let first = told(&report).lines().next().map(str::to_owned);
    let expected = "plain_http (error); stops Claude (web, desktop, phone), ChatGPT, n8n";
    assert!(first.is_some_and(|first| first.starts_with(expected)), "{}", told(&report));
}

/// Nobody's metadata make the examiner ask in a private network, unless the examined server is there itself.
#[test]
fn a_server_of_the_internet_cannot_lead_into_a_private_network() {
    for inside in
        ["http://127.0.0.1:1", "http://10.0.0.1", "http://169.254.169.254", "http://[::1]:1"]
    {
        let mut site = Site::healthy(BASE);
        site.set(&[AT_PATH, AT_ROOT], "authorization_servers", &json!([inside]));
        let (report, internet) =
            examined(site, &Identity::of(HOST), &format!("{BASE}/mcp"), Settings::default());
        let public = |address: &std::net::SocketAddr| {
            address.ip() == IpAddr::V4(Ipv4Addr::new(198, 35, 26, 96))
        };
        assert!(internet.connected().iter().all(public), "{inside}: {:?}", internet.connected());
        let mut faults = report.asked.iter().filter_map(|asked| asked.fault.as_deref());
        assert!(faults.any(|fault| fault.contains("private network")), "{inside}");
    }
}

#[test]
fn whoever_examines_for_a_stranger_reaches_nothing_private() {
    let settings = Settings { addresses: Some(Addresses::Public), ..Settings::default() };
    let report = super::of_site(settings, |_| {});
    assert_eq!((report.verdict, report.clients.len()), (Verdict::Unreachable, 0));
}

#[test]
fn a_certificate_that_nobody_vouches_for_makes_it_unreachable() {
    for identity in
        [Identity::self_signed(HOST), Identity::expired(HOST), Identity::of("other.example.com")]
    {
        let site = Site::healthy(BASE);
        let (report, _) = examined(site, &identity, &format!("{BASE}/mcp"), Settings::default());
        assert_eq!(report.verdict, Verdict::Unreachable);
        assert!(report.text().contains("TLS failed"), "{}", report.text());
    }
}
