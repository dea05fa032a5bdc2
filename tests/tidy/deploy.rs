//! `deploy/`: everything that it names exists, and what it configures starts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use sealbearer::config::{
    Config, KeySource, LedgerKind, Overrides, RefreshTokens, ResourceConfig, Sources,
};
use sealbearer::contract;
use serde_json::Value;

use super::files::{files, read};

/// What an operator would fill into the example, each in its form.
const FILLED_IN: [(&str, &str); 3] = [
    ("MCP_OAUTH_CLIENT_SECRET", "0hwkX8aCNnWPkZlcdz6Zt1TkNYMyr2aPSB4VYPFd5rw"),
    ("SEALBEARER_SECRET", "V5i/Z4B9AmlZ4eBe98mxpK6f+xzXENteAh/Gcb9WlUw="),
    (
        "SEALBEARER_USERS",
        "[{ name = \"alice\", password_hash = \"$argon2id$v=19$m=19456,t=2,p=1$1FmOV4RiiG4Lhp0KiEEOkg$vQjDXh7w6lPYGfqQicB5FN1xbM6PJNEZhGo8SZk7K/Y\" }]",
    ),
];

fn yaml(path: &str) -> Vec<Value> {
    use serde::Deserialize as _;
    let text = read(Path::new(path));
    let documents = serde_yaml_ng::Deserializer::from_str(&text);
    documents.map(|document| Value::deserialize(document).expect("it is YAML")).collect()
}

/// The lines `NAME=value` of the example.
fn example() -> BTreeMap<String, String> {
    let text = read(Path::new("deploy/env.example"));
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.map(|line| line.split_once('=').expect("NAME=value"));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// `text` with its `${NAME:?}` filled in.
fn interpolated(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut parts = text.split("${");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(":?}").expect("every variable must be there");
        whole.push_str(&variables[name]);
        whole.push_str(rest);
    }
    whole
}

/// What the container of the compose file is told.
fn told_by_compose(variables: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let compose = yaml("deploy/compose.yaml").remove(0);
    let environment = &compose["services"]["sealbearer"]["environment"];
    let pairs = environment.as_object().expect("variables").iter();
    let text = |value: &Value| interpolated(value.as_str().expect("text"), variables);
    pairs.map(|(name, value)| (name.clone(), text(value))).collect()
}

#[test]
fn the_compose_file_starts_with_the_variables_of_the_docker_server() {
    let mut variables = example();
    let empty: Vec<_> = variables
        .iter()
        .filter(|(_, value)| value.is_empty())
        .map(|(name, _)| name.clone())
        .collect();
    assert_eq!(empty, FILLED_IN.map(|(name, _)| name), "no secret has a default");
    variables.extend(FILLED_IN.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let environment = told_by_compose(&variables);
    let seeds = [
        "ENABLE_MCP_OAUTH",
        "MCP_OAUTH_REQUIRE_AUTH",
        "MCP_OAUTH_AUTHORIZATION_SERVER",
        "MCP_OAUTH_ISSUER",
        "MCP_OAUTH_RESOURCE_URI",
        "MCP_OAUTH_CLIENT_ID",
        "MCP_OAUTH_CLIENT_SECRET",
        "MCP_OAUTH_CLIENT_NAME",
        "MCP_OAUTH_TOKEN_EXPIRY",
        "MCP_OAUTH_SCOPE",
        "MCP_OAUTH_REQUIRE_HTTPS",
        "MCP_OAUTH_DYNAMIC_REGISTRATION",
        "MCP_OAUTH_ENABLE_PKCE",
    ];
    assert!(seeds.iter().all(|name| environment.contains_key(*name)));
    let sources = Sources { environment, ..Sources::default() };
    let config = Config::load(&sources).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(config.resources.first().and_then(ResourceConfig::path), Some("/mcp"));
    assert_eq!(config.clients.first().map(|client| client.id.as_str()), Some("docker-mcp"));
    assert_eq!(config.listen.to_string(), "0.0.0.0:9000");
    let compose = yaml("deploy/compose.yaml").remove(0);
    // It listens everywhere inside, and is reached from this machine alone.
    let ports = compose["services"]["sealbearer"]["ports"].clone();
    assert_eq!(ports, serde_json::json!(["127.0.0.1:9000:9000"]));
}

#[test]
fn a_compose_file_with_nothing_filled_in_does_not_start() {
    let environment = told_by_compose(&example());
    let mistakes = Config::load(&Sources { environment, ..Sources::default() });
    let mistakes = mistakes.err().map(|mistakes| mistakes.to_string()).unwrap_or_default();
    assert!(mistakes.contains("SEALBEARER_SECRET"), "{mistakes}");
}

fn of_kind<'a>(objects: &'a [Value], kind: &str) -> &'a Value {
    objects.iter().find(|object| object["kind"] == kind).expect("there is one")
}

#[test]
fn what_kubernetes_mounts_and_probes_is_there() {
    let objects = yaml("deploy/kubernetes/sealbearer.yaml");
    let pod = &of_kind(&objects, "Deployment")["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    let mount = |name: &str| {
        let mounts = container["volumeMounts"].as_array().expect("mounts");
        let mount = mounts.iter().find(|mount| mount["name"] == name).expect("it is mounted");
        PathBuf::from(mount["mountPath"].as_str().expect("a path"))
    };
    let text = of_kind(&objects, "ConfigMap")["data"]["sealbearer.toml"].as_str();
    let file = mount("configuration").join("sealbearer.toml");
    let arguments = container["args"].as_array().expect("arguments");
    assert_eq!(arguments.last().and_then(Value::as_str), file.to_str());
    let sources = Sources {
        file: Some((file, text.expect("text").to_owned())),
        environment: BTreeMap::new(),
        overrides: Overrides::default(),
    };
    let config = Config::load(&sources).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let KeySource::File { path, create: false } = &config.keys else { panic!("a file") };
    assert_eq!(*path, mount("keys").join("keyring.json"));
    assert!(!mount("keys").starts_with(mount("configuration")), "nothing can be mounted in it");
    assert_eq!(u64::from(config.listen.port()), container["ports"][0]["containerPort"]);
    // No node knows of another.
    assert_eq!(config.ledger.kind, LedgerKind::None);
    assert_eq!(config.tokens.refresh_tokens, RefreshTokens::Convergent);
    assert_eq!(of_kind(&objects, "Deployment")["spec"]["replicas"], 3);
    for probe in ["readinessProbe", "livenessProbe"] {
        let path = container[probe]["httpGet"]["path"].as_str().expect("a path");
        assert!(contract::methods_of(path).is_some(), "{path}");
    }
    let patience = pod["terminationGracePeriodSeconds"].as_u64().expect("seconds");
    assert!(patience > config.limits.drain_timeout_seconds);
}

#[test]
fn paths_of_the_proxy_and_ports_everywhere_are_ours() {
    let text = read(Path::new("deploy/nginx.conf"));
    let words = |after: &str| {
        let lines = text.lines().map(str::trim).filter_map(|line| line.strip_prefix(after));
        lines.map(|rest| rest.trim_end_matches([';', '{']).trim().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(words("server 127.0.0.1:"), ["9000"]);
    assert_eq!(words("location "), ["/", "/mcp", "= /readyz"]);
    assert!(contract::methods_of("/readyz").is_some());
    assert!(read(Path::new("deploy/Containerfile")).contains("EXPOSE 9000"));
}

/// A variable is one of those that were tried above, or is named in the code.
#[test]
fn every_variable_that_is_named_is_known() {
    let mut named = BTreeSet::new();
    for path in
        ["deploy/Containerfile", "deploy/compose.yaml", "deploy/env.example", "deploy/nginx.conf"]
    {
        named.extend(variables_in(&read(Path::new(path))));
    }
    for path in files("deploy", "md").into_iter().chain(files("deploy/kubernetes", "yaml")) {
        named.extend(variables_in(&read(&path)));
    }
    let code: String = files("src", "rs").iter().map(|path| read(path)).collect();
    let tried = told_by_compose(&example());
    let unknown = named.iter().filter(|name| !tried.contains_key(*name) && !code.contains(*name));
    assert_eq!(unknown.collect::<Vec<_>>(), Vec::<&String>::new());
}

fn variables_in(text: &str) -> BTreeSet<String> {
    let is_name = |character: char| {
        character.is_ascii_uppercase() || character.is_ascii_digit() || character == '_'
    };
    let words = text.split(|character: char| !is_name(character));
    let ours = |word: &&str| {
        ["SEALBEARER_", "MCP_OAUTH_", "ENABLE_MCP_"].iter().any(|prefix| word.starts_with(prefix))
    };
    words.filter(ours).map(str::to_owned).collect()
}

/// What is copied into the image is let through to where it is built, and is what Cargo needs.
#[test]
fn what_the_image_is_built_from_is_there() {
    let text = read(Path::new("deploy/Containerfile"));
    let copied = text.lines().filter_map(|line| line.strip_prefix("COPY "));
    let copied = copied.filter(|line| !line.starts_with("--from"));
    let names: BTreeSet<_> = copied
        .flat_map(|line| line.split(' ').rev().skip(1).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let let_through = read(Path::new("deploy/Containerfile.dockerignore"));
    let let_through: BTreeSet<_> =
        let_through.lines().filter_map(|line| line.strip_prefix('!')).map(str::to_owned).collect();
    assert_eq!(names, let_through);
    assert!(names.iter().all(|name| Path::new(name).exists()), "{names:?}");
    let manifest: toml::Table = read(Path::new("Cargo.toml")).parse().expect("TOML");
    let members = manifest["workspace"]["members"].as_array().expect("members");
    let mut members = members.iter().filter_map(toml::Value::as_str);
    assert!(members.all(|member| names.contains(member.split('/').next().unwrap_or(member))));
    let version = manifest["workspace"]["package"]["rust-version"].as_str().expect("a version");
    assert!(text.contains(&format!("/rust:{version}-alpine")));
}
