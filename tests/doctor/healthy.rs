//! Deployments where nothing is wrong: ours, and one that is as every client likes it best.

use sealbearer::doctor::{Outcome, Settings, Verdict};
use sealbearer::listen::{Limits, serve};
use sealbearer::server;
use tokio::net::TcpListener;

use super::{examined, hindered, of_site, told};
use crate::support::{Deployment, Node, wait};

/// Where this deployment answers on loopback.
pub(super) fn ours(deployment: Deployment) -> String {
    let listener = wait(TcpListener::bind("127.0.0.1:0")).expect("loopback has ports");
    let base = format!("http://{}", listener.local_addr().expect("it is bound"));
    let deployment = deployment.at(&base);
    let node = Node::start(&deployment);
    let app = server::app(std::sync::Arc::clone(node.server()), &deployment.config());
    wait(async {
        tokio::spawn(serve(listener, app, Limits::default(), std::future::pending()));
    });
    base
}

#[test]
fn every_client_can_connect_to_the_server_as_it_is() {
    for deployment in [Deployment::usual(), Deployment::demo(), Deployment::usual().signing()] {
        let base = ours(deployment);
        for register in [false, true] {
            let settings = Settings { register, ..Settings::default() };
            let report = wait(examined(&format!("{base}/mcp"), settings));
            assert_eq!((told(&report).as_str(), report.verdict), ("", Verdict::Works));
            assert!(report.clients.iter().all(|client| client.outcome == Outcome::Works));
        }
    }
}

#[test]
fn an_issuer_leads_to_the_endpoint_behind_it() {
    let base = ours(Deployment::usual());
    let report = wait(examined(&base, Settings::default()));
    assert_eq!(report.endpoint.as_deref(), Some(format!("{base}/mcp").as_str()));
    assert_eq!((told(&report).as_str(), report.issuers), ("", vec![base]));
}

#[test]
fn a_foreign_deployment_that_is_in_order_is_said_to_be() {
    let report = of_site(Settings { register: true, ..Settings::default() }, |_| {});
    assert_eq!((told(&report), hindered(&report)), (String::new(), Vec::new()));
    assert_eq!(report.verdict, Verdict::Works);
}

#[test]
fn an_issuer_without_a_resource_is_examined_by_itself() {
    let base = ours(
        Deployment::usual().with("[[resources]]\nidentifier = \"https://rs.example.com/mcp\""),
    );
    let report = wait(examined(&base, Settings::default()));
    assert_eq!(report.verdict, Verdict::Works, "{}", report.text());
}

#[test]
fn nothing_is_registered_unless_it_is_asked_for() {
    let report = of_site(Settings::default(), |_| {});
    let asked = |what| report.asked.iter().filter(|asked| asked.what == what).count();
    assert_eq!((asked("registration"), asked("authorization"), report.registered), (0, 0, false));
    let report = of_site(Settings { register: true, ..Settings::default() }, |_| {});
    assert!(report.asked.iter().any(|asked| asked.what == "registration"));
}
