//! `doctor`: why a client cannot connect, at a URL or at what a configuration serves.

use std::collections::BTreeMap;
use std::sync::Arc;

use url::Url;

use super::{
    Failure,
    arguments::{DoctorArguments, ServeArguments},
    console, serve,
};
use crate::{
    config::{Config, ResourceConfig, weaknesses},
    doctor::{self, Report, Settings, Verdict},
    upstream::{Patience, Prober, RealNetwork},
    world::{RealWorld, World as _},
};

/// Examines and prints a report for each URL.
pub(super) fn doctor(
    arguments: DoctorArguments,
    environment: BTreeMap<String, String>,
) -> Result<(), Failure> {
    let DoctorArguments { url, config, register, json } = arguments;
    let wants_config = config.is_some() || url.is_none();
    let config = if wants_config {
        let options = ServeArguments { config, ..ServeArguments::default() };
        Some(serve::load(options, environment)?)
    } else {
        None
    };
    let urls = match (&url, &config) {
        (Some(url), _) => vec![url.clone()],
        (None, Some(config)) => served(config),
        (None, None) => Vec::new(),
    };
    let urls = urls.iter().map(|url| parse(url)).collect::<Result<Vec<_>, _>>()?;
    let settings = Settings { register, addresses: None };
    let mut reports = examine(&urls, settings)?;
    if let Some(config) = &config {
        let named = weaknesses(config);
        for report in &mut reports {
            report.settings.clone_from(&named);
        }
    }
    let shown = if json {
        let reports: Vec<_> = reports.iter().map(Report::json).collect();
        if let [report] = &*reports {
            format!("{report}\n")
        } else {
            format!("[{}]\n", reports.join(",\n"))
        }
    } else {
        reports.iter().map(Report::text).collect::<Vec<_>>().join("\n")
    };
    console::print(&shown)?;
    let is = |verdict| reports.iter().any(|report| report.verdict == verdict);
    if is(Verdict::Unreachable) {
        return Err(Failure::Usage("Nothing answered at the URL.".to_owned()));
    }
    if is(Verdict::Fails) {
        return Err(Failure::Failed(
            "A client cannot connect, or something must be mended.".to_owned(),
        ));
    }
    Ok(())
}

/// What clients are given of a configuration: its MCP endpoints, or else the issuer.
fn served(config: &Config) -> Vec<String> {
    let paths = config.resources.iter().filter_map(ResourceConfig::path);
    let urls: Vec<_> = paths.map(|path| config.public_url.join(path)).collect();
    if urls.is_empty() { vec![config.public_url.as_str().to_owned()] } else { urls }
}

/// People leave out the scheme.
fn parse(text: &str) -> Result<Url, Failure> {
    let with_scheme =
        if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&with_scheme)
        .map_err(|reason| Failure::Usage(format!("{text} is no URL: {reason}")))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(Failure::Usage(format!("{text} is no http or https URL")));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Failure::Usage("leave user and password out of the URL".to_owned()));
    }
    Ok(url)
}

fn examine(urls: &[Url], settings: Settings) -> Result<Vec<Report>, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime
        .map_err(|reason| Failure::Failed(format!("no threads can be started: {reason}")))?;
    let agent = format!("Sealbearer/{} (doctor)", env!("CARGO_PKG_VERSION"));
    let network = Arc::new(RealNetwork::default());
    let prober = Prober::new(network, agent, Vec::new(), Patience::default());
    runtime.block_on(async {
        let mut reports = Vec::new();
        for url in urls {
            reports.push(doctor::examine(url, &prober, settings, RealWorld.now()).await);
        }
        Ok(reports)
    })
}
