//! What `doctor` says of deployments that are set up as `deploy/` says, and of one that is not ours.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::Outcome;
use crate::deployments::{self, PASSWORD};
use crate::fleet::{Node, binary};
use crate::process::{Group, Trouble, free_port, log_file, mortal, run, run_any, wait_until};
use crate::tools::Tools;

const DEADLINE: Duration = Duration::from_mins(2);

/// Each deployment, and what is said of it.
pub(crate) fn all(tools: &Tools) -> Outcome {
    let told =
        [of_the_demo(tools)?, of_compose(tools)?, behind_nginx(tools)?, of_a_stranger(tools)?];
    Ok(told.join("\n"))
}

fn of_the_demo(tools: &Tools) -> Outcome {
    let mut deployment = deployments::demo(&tools.folder("doctor-demo")?)?;
    deployment.nodes.iter_mut().try_for_each(Node::start)?;
    in_order("the demo", &examine(&deployment.mcp(), None)?)
}

/// A node that is told what the container of the compose file is told.
fn of_compose(tools: &Tools) -> Outcome {
    let folder = tools.folder("doctor-compose")?;
    let port = free_port()?;
    let base = format!("http://127.0.0.1:{port}");
    let mut hashing = Command::new("sh");
    hashing.args(["-c", "printf '%s\\n' \"$1\" | \"$2\" user hash", "sh", PASSWORD]).arg(binary());
    let hashed = run(&mut hashing, DEADLINE)?;
    let hash =
        hashed.lines().find_map(|line| line.split('"').find(|part| part.starts_with("$argon2id$")));
    let hash = hash.ok_or_else(|| format!("there is no hash in {hashed}"))?;
    let users = format!("[{{ name = \"alice\", password_hash = \"{hash}\" }}]");
    let mut given: BTreeMap<&str, &str> = include_str!("../../deploy/env.example")
        .lines()
        .filter_map(|line| line.split_once('=').filter(|_| !line.starts_with('#')))
        .collect();
    given.insert("MCP_OAUTH_ISSUER", &base);
    given.insert("MCP_OAUTH_CLIENT_SECRET", "0hwkX8aCNnWPkZlcdz6Zt1TkNYMyr2aPSB4VYPFd5rw");
    given.insert("SEALBEARER_SECRET", "V5i/Z4B9AmlZ4eBe98mxpK6f+xzXENteAh/Gcb9WlUw=");
    given.insert("SEALBEARER_USERS", &users);
    let compose: Value = serde_yaml_ng::from_str(include_str!("../../deploy/compose.yaml"))
        .map_err(|error| error.to_string())?;
    let environment = compose["services"]["sealbearer"]["environment"].as_object();
    let text = port.to_string();
    let arguments = ["serve", "--host", "127.0.0.1", "--port", &text];
    let mut node = Node::new("compose", port, &folder, &arguments);
    for (name, value) in environment.into_iter().flatten() {
        let mut value = value.as_str().unwrap_or_default().to_owned();
        for (variable, filled) in &given {
            value = value.replace(&format!("${{{variable}:?}}"), filled);
        }
        node = node.with_environment(name, &value);
    }
    node.start()?;
    in_order("the variables of the compose file", &examine(&format!("{base}/mcp"), None)?)
}

/// A node behind the proxy of `deploy/nginx.conf`, with a certificate made for this run.
fn behind_nginx(tools: &Tools) -> Outcome {
    let folder = tools.folder("doctor-nginx")?;
    let (public, port, plain) = (free_port()?, free_port()?, free_port()?);
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    let mut issuing = Command::new("openssl");
    issuing.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]);
    issuing.args(["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]);
    run(issuing.arg("-out").arg(&certificate).arg("-keyout").arg(&key), DEADLINE)?;
    let site = include_str!("../../deploy/nginx.conf")
        .replace("/etc/nginx/tls/auth.example.com.pem", &certificate.display().to_string())
        .replace("/etc/nginx/tls/auth.example.com.key", &key.display().to_string())
        .replace("listen 80;", &format!("listen 127.0.0.1:{plain};"))
        .replace("listen 443 ", &format!("listen 127.0.0.1:{public} "))
        .replace("127.0.0.1:9000", &format!("127.0.0.1:{port}"));
    let configuration = folder.join("nginx.conf");
    let shown = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {shown}/tmp-{kind};"))
        .join(" ");
    let text = format!(
        "daemon off; master_process off; pid {shown}/nginx.pid; error_log stderr warn;\n\
         events {{ worker_connections 512; }}\n\
         http {{ access_log off; {temporary}\n{site}\n}}\n"
    );
    fs::write(&configuration, text).map_err(|error| error.to_string())?;
    let base = format!("https://127.0.0.1:{public}");
    let (url, text) = (base.as_str(), port.to_string());
    let arguments = ["serve", "--demo", "--port", &text, "--public-url", url];
    let mut node = Node::new("node", port, &folder, &arguments);
    node.start()?;
    let mut command = mortal(&tools.nginx);
    command.arg("-p").arg(&folder).arg("-e").arg("stderr").arg("-c").arg(&configuration);
    let log = folder.join("proxy.log");
    let _proxy = Group::start(command.stdout(log_file(&log)?).stderr(log_file(&log)?))?;
    listens(public)?;
    let report = examine(&format!("{base}/mcp"), Some(&certificate))?;
    in_order("the proxy of deploy/nginx.conf", &report)
}

/// The authorization server and the bearer check of the TypeScript SDK.
fn of_a_stranger(tools: &Tools) -> Outcome {
    let folder = tools.folder("doctor-stranger")?;
    let port = free_port()?;
    let mut command = tools.script("stranger.mjs");
    let log = folder.join("server.log");
    command.arg(port.to_string()).stdout(log_file(&log)?).stderr(log_file(&log)?);
    let _server = Group::start(&mut command)?;
    listens(port)?;
    let report = examine(&format!("http://127.0.0.1:{port}/mcp"), None)?;
    let codes = codes(&report);
    for expected in ["documents_not_supported", "resource_metadata_not_at_root", "iss_not_named"] {
        if !codes.iter().any(|code| code == expected) {
            return Err(format!("{expected} was not found: {codes:?}"));
        }
    }
    // Each of them was registered there, and its redirect URI taken.
    if report["verdict"] != "works" {
        return Err(format!("the server of the TypeScript SDK was said to be broken: {report:#}"));
    }
    Ok(format!("the server of the TypeScript SDK: {}", codes.join(", ")))
}

fn listens(port: u16) -> Result<(), Trouble> {
    wait_until("it listens", Duration::from_secs(20), || {
        Ok(TcpStream::connect(("127.0.0.1", port)).is_ok())
    })
}

/// What `doctor URL --register --json` says; whatever its exit status is.
fn examine(url: &str, certificate: Option<&Path>) -> Result<Value, Trouble> {
    let mut command = mortal(binary());
    command.args(["doctor", url, "--register", "--json"]);
    if let Some(certificate) = certificate {
        command.env("SSL_CERT_FILE", certificate);
    }
    let (status, output) = run_any(&mut command, DEADLINE, |_line| {})?;
    let (start, end) = (output.find('{'), output.rfind('}'));
    let json = start.zip(end).and_then(|(start, end)| output.get(start..=end));
    let report: Value = serde_json::from_str(json.unwrap_or_default())
        .map_err(|error| format!("{url}: {status}, {error}: {output}"))?;
    if status.success() != (report["verdict"] == "works") {
        return Err(format!("{url}: {status}, but {}", report["verdict"]));
    }
    Ok(report)
}

fn codes(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().into_iter().flatten();
    findings.filter_map(|finding| finding["code"].as_str()).map(str::to_owned).collect()
}

/// Nothing at all was found, and every client works.
fn in_order(what: &str, report: &Value) -> Outcome {
    let works = |client: &Value| client["outcome"] == "works";
    let clients = report["clients"].as_array().cloned().unwrap_or_default();
    if clients.is_empty() || !clients.iter().all(works) || !codes(report).is_empty() {
        return Err(format!("{what}: {report:#}"));
    }
    Ok(format!("{what}: {} clients, nothing found", clients.len()))
}
