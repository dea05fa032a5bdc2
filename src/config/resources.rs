//! `[[resources]]`: what tokens are for, here or at another server, and in which form.

use std::fs;
use std::path::{Path, PathBuf};

use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::resource::Resource;
use protocol::operation::OperationRules;
use protocol::policy::TokenForm;
use url::Url;

use super::{
    GatewayConfig, IssuersConfig, Place, PublicUrl, ScopeConfig, gateway, grammar, management,
    operations,
    people::one_line,
    reader::{Found, Table},
    sources::Sources,
};
use crate::keys::{KeyRing, KeyRingError};
use crate::seal::Recipient;

/// More resources than one deployment has paths for.
const RESOURCES_MAX: usize = 64;
/// A public key is a tenth of this.
const KEY_BYTES_MAX: u64 = 8 * 1024;
const WHERE: &str =
    "Write path = \"/mcp\", or identifier = \"https://mcp.example.com/mcp\" for another server";
const NEW_KEY: &str = "Write the public key of the resource server as a JWK (EC, P-256) in quotes, or the path of a file with it";

/// `[[resources]]`: a protected resource.
#[derive(Clone, Debug)]
pub struct ResourceConfig {
    /// Whether we serve it.
    pub place: ResourcePlace,
    /// Who answers behind our gate. Only for what we serve.
    pub upstream: ResourceUpstream,
    /// What pages call it. Default: the path or identifier.
    pub name: String,
    /// Scopes a token must have to get in at all. Default: none; a tool may demand more. Only for what we serve.
    pub scopes_required: Vec<String>,
    /// `tools`, `resources`, `prompts`: what using what fits a pattern takes, besides `scopes` and the scope of its kind
    /// (`mcp:tools`, `mcp:resources`, `mcp:prompts`, if it is declared). Default: nothing more. Only for what we serve.
    /// Source: MCP 2026-07-28 authorization (scopes of an operation).
    pub rules: OperationRules,
    /// Whether lists leave out what the token that asks may not use. Default false: a client that sees a tool can ask for
    /// its scope. Only for what we serve.
    pub filter_lists: bool,
    /// Scopes its metadata names. Default: all. Source: RFC 9728 §2 `scopes_supported`.
    pub scopes_supported: Vec<String>,
    /// Whether `[[static_tokens]]` are taken here. Default true.
    pub static_tokens: bool,
    /// `access_token` with `algorithm`. Default: `sealed`, which is short and says nothing to who finds it; `signed` (with
    /// ES256) where another server must read it. Source: RFC 9068.
    pub form: TokenForm,
    /// `encryption_key`: the public key of the resource server, for `sealed_to` and nothing else.
    pub encryption_key: Option<Recipient>,
    /// `authorization_servers` and what belongs to them: whose tokens are taken instead of ours. Default: ours. Only for what
    /// we serve.
    pub issuers: Option<IssuersConfig>,
}

/// Who answers at a resource that we serve: `upstream`.
#[derive(Clone, Debug, Default)]
pub enum ResourceUpstream {
    /// The MCP server inside this process: `"builtin"`.
    #[default]
    BuiltIn,
    /// The management server inside this process: `"management"`. It demands scopes of its own, which nobody has whose
    /// settings do not name them.
    Management,
    /// One that runs elsewhere: its URL.
    Gateway(Box<GatewayConfig>),
}

/// Where a resource is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ResourcePlace {
    /// Path below the public URL, `/mcp`. The resource identifier is the public URL with this path. Source: RFC 9728 §2.
    Here(String),
    /// At another server, by its identifier: an absolute `https` URL (`http` on a loopback host). Source: RFC 8707 §2.
    Elsewhere(Resource),
}

impl ResourceConfig {
    /// The path, of what we serve.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match &self.place {
            ResourcePlace::Here(path) => Some(path),
            ResourcePlace::Elsewhere(_) => None,
        }
    }

    /// What tokens for it name as their audience.
    ///
    /// # Panics
    ///
    /// Never: paths are checked when they are read.
    #[must_use]
    pub fn resource(&self, public_url: &PublicUrl) -> Resource {
        match &self.place {
            ResourcePlace::Here(path) => Resource::parse(&public_url.join(path))
                .expect("a path was checked when it was read"),
            ResourcePlace::Elsewhere(resource) => resource.clone(),
        }
    }

    /// What a server of ours at `path` is like where nothing else is said.
    pub(super) fn here(path: &str, scopes: &[ScopeConfig]) -> Self {
        Self {
            place: ResourcePlace::Here(path.to_owned()),
            upstream: ResourceUpstream::BuiltIn,
            name: path.to_owned(),
            scopes_required: Vec::new(),
            rules: OperationRules::default(),
            filter_lists: false,
            scopes_supported: scopes.iter().map(|scope| scope.name.clone()).collect(),
            static_tokens: true,
            form: TokenForm::Sealed,
            encryption_key: None,
            issuers: None,
        }
    }

    /// Reads `[[resources]]`; files that it names lie beside the configuration file.
    pub(super) fn read_all(root: &Table, scopes: &[ScopeConfig], sources: &Sources) -> Vec<Self> {
        let mut resources: Vec<Self> = Vec::new();
        let tables = root.tables("resources");
        if tables.len() > RESOURCES_MAX {
            let problem = format!("are more than {RESOURCES_MAX}");
            root.refuse("resources", problem, "Split the deployment");
        }
        for table in tables {
            if let Some(resource) = Self::read(&table, scopes, sources) {
                if resources.iter().any(|other| other.place == resource.place) {
                    let problem =
                        format!("names \"{}\" twice", grammar::shorten(&resource.place()));
                    table.refuse(resource.key(), problem, "Remove one of the two");
                }
                resources.push(resource);
            }
            table.finish();
        }
        resources
    }

    fn read(table: &Table, scopes: &[ScopeConfig], sources: &Sources) -> Option<Self> {
        let (place, upstream) = read_place(table, sources).unzip();
        let is_here = !matches!(place, Some(ResourcePlace::Elsewhere(_)));
        let rules = operations::read(table, scopes, is_here);
        let filter_lists = table.flag("filter_lists");
        let form = read_form(table, place.as_ref());
        let encryption_key = read_key(table, form, &sources.file_folder());
        let issuers = IssuersConfig::read(table, is_here, sources);
        let required = ScopeConfig::read_names(table, "scopes", scopes);
        let supported = ScopeConfig::read_names(table, "scopes_supported", scopes);
        let name = table.text("name").map(|found| one_line(found, 128));
        let place = place?;
        if let (ResourcePlace::Elsewhere(_), Some(_)) = (&place, &required) {
            let problem = "is for a resource that is served here; the other server demands its own";
            table.refuse("scopes", problem, "Remove it, or write scopes_supported");
        }
        if let (ResourcePlace::Elsewhere(_), Some(found)) = (&place, &filter_lists) {
            found.refuse("is for a resource that is served here", "Remove it");
        }
        let every = || scopes.iter().map(|scope| scope.name.clone()).collect();
        let mut resource = Self {
            place,
            upstream: upstream.unwrap_or_default(),
            name: String::new(),
            scopes_required: required.unwrap_or_default(),
            rules,
            filter_lists: filter_lists.is_some_and(|found| found.value),
            scopes_supported: supported.unwrap_or_else(every),
            static_tokens: table.flag("static_tokens").is_none_or(|found| found.value),
            form,
            encryption_key,
            issuers,
        };
        if let (Some(_), true) = (&resource.issuers, table.has("access_token")) {
            let problem =
                "is for tokens that are issued here, and this resource takes those of others";
            table.refuse("access_token", problem, "Remove it");
        }
        resource.name = name.unwrap_or_else(|| resource.place());
        if matches!(resource.upstream, ResourceUpstream::Management) {
            resource = management::demanding(resource);
        }
        Some(resource)
    }

    fn place(&self) -> String {
        match &self.place {
            ResourcePlace::Here(path) => path.clone(),
            ResourcePlace::Elsewhere(resource) => resource.as_str().to_owned(),
        }
    }

    fn key(&self) -> &'static str {
        match &self.place {
            ResourcePlace::Here(_) => "path",
            ResourcePlace::Elsewhere(_) => "identifier",
        }
    }

    /// Notes what is wrong with all of them together.
    pub(super) fn check(resources: &[Self], public_url: &PublicUrl, root: &Table) {
        if resources.is_empty() {
            let remedy = "Write [[resources]] with path = \"/mcp\" and upstream = \"builtin\"";
            let problem = "is missing, so that no token would be good for anything";
            root.refuse("resources", problem, remedy);
        }
        let is_here = |one: &&Self| one.path().is_some();
        let here: Vec<_> =
            resources.iter().filter(is_here).map(|one| one.resource(public_url)).collect();
        for (at, one) in resources.iter().enumerate() {
            if let ResourceUpstream::Gateway(gateway) = &one.upstream {
                gateway.check(at, public_url, root);
            }
            if matches!(&one.place, ResourcePlace::Elsewhere(resource) if here.contains(resource)) {
                let problem = "is served here, as another entry says";
                root.refuse_at(
                    &format!("resources[{at}].identifier"),
                    problem,
                    "Remove one of the two",
                );
            }
        }
    }

    /// Checks that `ring` has a key for whatever this resource's tokens are signed with.
    /// # Errors
    /// [`KeyRingError::SigningKeyMissing`].
    pub(super) fn check_ring(&self, ring: &KeyRing) -> Result<(), KeyRingError> {
        let signs_for = match &self.upstream {
            ResourceUpstream::Gateway(gateway) => gateway.signs_for(),
            ResourceUpstream::BuiltIn | ResourceUpstream::Management => None,
        };
        if let Some(setting) = signs_for
            && !SigningAlgorithm::ALL.iter().any(|algorithm| ring.signs_with(*algorithm))
        {
            let wanted_by = format!("{}: {} ({setting})", self.key(), self.place());
            let algorithm = SigningAlgorithm::Es256.as_str();
            return Err(KeyRingError::SigningKeyMissing { wanted_by, algorithm });
        }
        match self.form.algorithm() {
            Some(algorithm) if !ring.signs_with(algorithm) => {
                Err(KeyRingError::SigningKeyMissing {
                    wanted_by: format!("{}: {}", self.key(), self.place()),
                    algorithm: algorithm.as_str(),
                })
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// `path` with `upstream`, or `identifier`; `None` once a mistake is noted.
fn read_place(table: &Table, sources: &Sources) -> Option<(ResourcePlace, ResourceUpstream)> {
    let (path, identifier) = (table.text("path"), table.text("identifier"));
    let upstream = table.text("upstream");
    match (path, identifier) {
        (Some(path), Some(_)) => {
            path.refuse("is given, and identifier too", "Keep one of the two");
            None
        }
        (None, None) => {
            table.refuse("path", "is missing", WHERE);
            None
        }
        (None, Some(identifier)) => {
            if let Some(upstream) = upstream {
                upstream.refuse("is for a resource that is served here", "Remove it");
            }
            elsewhere(&identifier).map(|place| (place, ResourceUpstream::default()))
        }
        (Some(path), None) => {
            let upstream = read_upstream(table, upstream, sources);
            if let Err(problem) = grammar::resource_path(&path.value) {
                path.refuse(problem, "Write a path such as \"/mcp\"");
            }
            Some((ResourcePlace::Here(path.value), upstream))
        }
    }
}

/// Who answers; the built-in server once a mistake is noted.
fn read_upstream(
    table: &Table,
    upstream: Option<Found<String>>,
    sources: &Sources,
) -> ResourceUpstream {
    let Some(found) = upstream else {
        table.refuse(
            "upstream",
            "is missing",
            "Write upstream = \"builtin\", or the URL of an MCP server",
        );
        return ResourceUpstream::BuiltIn;
    };
    if found.value == "builtin" {
        table.refused("gateway", "is for an upstream that is a URL", "Remove it");
        return ResourceUpstream::BuiltIn;
    }
    if found.value == "management" {
        table.refused("gateway", "is for an upstream that is a URL", "Remove it");
        return ResourceUpstream::Management;
    }
    let Some(url) = gateway::read_url(&found) else { return ResourceUpstream::BuiltIn };
    ResourceUpstream::Gateway(Box::new(GatewayConfig::read(table, url, sources)))
}

fn elsewhere(identifier: &Found<String>) -> Option<ResourcePlace> {
    let url = Url::parse(&identifier.value).ok();
    let is_safe = url.is_some_and(|url| {
        let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        url.scheme() == "https" || url.scheme() == "http" && loopback
    });
    let resource = Resource::parse(&identifier.value).ok().filter(|_| is_safe);
    if resource.is_none() {
        let problem = "must be an https URL (http on a loopback host) without user or fragment";
        identifier.refuse(problem, "Write identifier = \"https://mcp.example.com/mcp\"");
    }
    resource.map(ResourcePlace::Elsewhere)
}

/// The words of `access_token`, before an algorithm is chosen.
#[derive(Clone, Copy)]
enum Word {
    Sealed,
    Signed,
    SealedTo,
}

fn read_form(table: &Table, place: Option<&ResourcePlace>) -> TokenForm {
    let words = [("sealed", Word::Sealed), ("signed", Word::Signed), ("sealed_to", Word::SealedTo)];
    let word = table.choice("access_token", &words).map(|found| found.value);
    let algorithms = SigningAlgorithm::ALL.map(|algorithm| (algorithm.as_str(), algorithm));
    let algorithm = table.choice("algorithm", &algorithms);
    let chosen = algorithm.as_ref().map_or(SigningAlgorithm::Es256, |found| found.value);
    let is_here = matches!(place, Some(ResourcePlace::Here(_)));
    match word {
        Some(Word::Signed) => TokenForm::Signed(chosen),
        Some(Word::SealedTo) => {
            if is_here {
                let problem =
                    "must not be \"sealed_to\": what is served here reads what is sealed here";
                table.refuse("access_token", problem, "Write \"sealed\" or \"signed\"");
            }
            TokenForm::SealedTo(chosen)
        }
        // Only introspection reads what we seal, so it is said where it is meant.
        None if place.is_some() && !is_here => TokenForm::Signed(chosen),
        Some(Word::Sealed) | None => {
            if let Some(algorithm) = algorithm {
                let problem = "is for tokens that others verify";
                algorithm.refuse(problem, "Remove it, or write access_token = \"signed\"");
            }
            TokenForm::Sealed
        }
    }
}

fn read_key(table: &Table, form: TokenForm, folder: &Path) -> Option<Recipient> {
    let found = table.text("encryption_key");
    let is_needed = matches!(form, TokenForm::SealedTo(_));
    match found {
        None if is_needed => {
            table.refuse("encryption_key", "is missing", NEW_KEY);
            None
        }
        None => None,
        Some(found) if !is_needed => {
            found.refuse("is for access_token = \"sealed_to\"", "Remove it");
            None
        }
        Some(found) => {
            let inline = found.value.trim_start().starts_with('{');
            let json = if inline { Ok(found.value.clone()) } else { read_file(&found, folder) };
            let key = json.and_then(|json| Recipient::parse(&json).map_err(str::to_owned));
            key.map_err(|problem| found.refuse(problem, NEW_KEY)).ok()
        }
    }
}

fn read_file(found: &Found<String>, folder: &Path) -> Result<String, String> {
    let path = match found.place {
        Place::File { .. } => folder.join(&found.value),
        _ => PathBuf::from(&found.value),
    };
    let failed = |reason| format!("names {}, which cannot be read: {reason}", path.display());
    let length = fs::metadata(&path).map_err(failed)?.len();
    if length > KEY_BYTES_MAX {
        return Err(format!("names {}, which is too large to be a key", path.display()));
    }
    fs::read_to_string(&path).map_err(failed)
}
