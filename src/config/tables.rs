//! Reading the tables of [`super::settings`].

use std::ops::RangeInclusive;

use super::{
    AssertionAudience, CorsOrigins, DocumentsConfig, LedgerKind, LimitsConfig, RatesConfig,
    RefreshTokens, RegistrationConfig, ResourceConfig, ScopeConfig, TokensConfig, Upstream,
    grammar::{self, is_private_use_scheme},
    people::{one_line, plain},
    reader::Table,
    sources::Sources,
};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
/// Of every client and of `[tokens]`.
pub(super) const ACCESS_LIFETIME: RangeInclusive<u64> = 60..=DAY;
/// Of every client and of `[tokens]`.
pub(super) const REFRESH_GRACE: RangeInclusive<u64> = 0..=HOUR;
const REFRESH_LIFETIME: RangeInclusive<u64> = HOUR..=365 * DAY;
/// Where Claude's hosted clients take their codes; they and their guides register without naming it.
const CLAUDE_CALLBACKS: [&str; 2] =
    ["https://claude.ai/api/mcp/auth_callback", "https://claude.com/api/mcp/auth_callback"];
/// More resources than one deployment has paths for.
const RESOURCES_MAX: usize = 64;

impl TokensConfig {
    /// Reads `[tokens]`.
    pub(super) fn read(root: &Table, ledger: &LedgerKind) -> Self {
        let table = root.table("tokens");
        let seconds =
            |key, bounds, default| table.seconds(key, bounds).map_or(default, |found| found.value);
        let fitting = match ledger {
            LedgerKind::None => RefreshTokens::Off,
            LedgerKind::Memory | LedgerKind::File(_) | LedgerKind::Valkey(_) => {
                RefreshTokens::Rotating
            }
        };
        let words = [
            ("rotating", RefreshTokens::Rotating),
            ("convergent", RefreshTokens::Convergent),
            ("off", RefreshTokens::Off),
        ];
        let refresh_tokens = table.choice("refresh_tokens", &words);
        match (refresh_tokens.as_ref().map(|found| found.value), ledger) {
            (Some(RefreshTokens::Rotating), LedgerKind::None) => table.refuse(
                "refresh_tokens",
                "is \"rotating\", but the ledger \"none\" cannot see that a token was used before",
                "Write \"convergent\" or \"off\", or ledger.kind = \"memory\"",
            ),
            (
                Some(RefreshTokens::Convergent),
                LedgerKind::Memory | LedgerKind::File(_) | LedgerKind::Valkey(_),
            ) => table.refuse(
                "refresh_tokens",
                "is \"convergent\", which is for the ledger \"none\" only",
                "Write \"rotating\" or \"off\", or ledger.kind = \"none\"",
            ),
            _ => {}
        }
        let needed = table.flag("refresh_tokens_need_offline_access");
        let needed = needed.is_some_and(|found| found.value);
        let tokens = Self {
            access_lifetime_seconds: seconds("access_lifetime", ACCESS_LIFETIME, HOUR),
            refresh_idle_seconds: seconds("refresh_idle", REFRESH_LIFETIME, 30 * DAY),
            refresh_absolute_seconds: seconds("refresh_absolute", REFRESH_LIFETIME, 90 * DAY),
            refresh_grace_seconds: seconds("refresh_grace", REFRESH_GRACE, 60),
            refresh_tokens: refresh_tokens.map_or(fitting, |found| found.value),
            assertion_audience: table
                .choice("assertion_audience", AssertionAudience::SPELLINGS)
                .map_or(AssertionAudience::IssuerOrTokenEndpoint, |found| found.value),
            revoked_before: table.instant("revoked_before"),
            refresh_tokens_need_offline_access: needed,
            advertise_offline_access: table
                .flag("advertise_offline_access")
                .map_or(needed, |found| found.value),
        };
        if tokens.refresh_absolute_seconds < tokens.refresh_idle_seconds {
            let problem = "is shorter than refresh_idle";
            table.refuse(
                "refresh_absolute",
                problem,
                "Lengthen it, or shorten refresh_idle (default \"30d\")",
            );
        }
        table.finish();
        tokens
    }
}

impl RegistrationConfig {
    /// Reads `[registration]`.
    pub(super) fn read(root: &Table, scopes: &[ScopeConfig], sources: &Sources) -> Self {
        let is_demo = sources.overrides.demo;
        let table = root.table("registration");
        let open = table
            .choice("dynamic", &[("open", true), ("closed", false)])
            .is_none_or(|found| found.value);
        let redirect_schemes = table.list("redirect_schemes").map(|found| {
            for scheme in &found.value {
                if !is_private_use_scheme(&scheme.value) {
                    let problem = format!(
                        "is \"{}\", which is no private-use scheme",
                        grammar::shorten(&scheme.value)
                    );
                    scheme.refuse(
                        problem,
                        "Write a scheme in lower case without \":\", such as \"cursor\"",
                    );
                }
            }
            plain(found.value)
        });
        let known = || ["cursor", "vscode", "vscode-insiders"].map(str::to_owned).into();
        let mut registration = Self {
            open,
            scopes: ScopeConfig::read_names(&table, "scopes", scopes),
            redirect_schemes: redirect_schemes.unwrap_or_else(known),
            reverse_domain_schemes: table
                .flag("reverse_domain_schemes")
                .is_none_or(|found| found.value),
            out_of_band: table.flag("out_of_band").map_or(is_demo, |found| found.value),
            client_credentials: table
                .flag("client_credentials")
                .map_or(is_demo, |found| found.value),
            default_redirect_uris: CLAUDE_CALLBACKS.map(str::to_owned).into(),
            documents: DocumentsConfig::read(&table, sources),
        };
        if let Some(found) = table.list("default_redirect_uris") {
            let rules = registration.redirect_rules(registration.out_of_band);
            for uri in &found.value {
                if let Err(problem) = grammar::redirect_uri(&uri.value, &rules) {
                    uri.refuse(problem, "Write an https URI");
                }
            }
            registration.default_redirect_uris = plain(found.value);
        }
        table.finish();
        registration
    }
}

impl ResourceConfig {
    /// Reads `[[resources]]`.
    pub(super) fn read_all(root: &Table, scopes: &[ScopeConfig]) -> Vec<Self> {
        let mut resources: Vec<Self> = Vec::new();
        let tables = root.tables("resources");
        if tables.len() > RESOURCES_MAX {
            root.refuse(
                "resources",
                format!("are more than {RESOURCES_MAX}"),
                "Split the deployment",
            );
        }
        for table in tables {
            let Some(path) = table.required_text("path", "Write path = \"/mcp\"") else { continue };
            if let Err(problem) = grammar::resource_path(&path.value) {
                path.refuse(problem, "Write a path such as \"/mcp\"");
            }
            if resources.iter().any(|other| other.path == path.value) {
                path.refuse(
                    format!("names \"{}\" twice", grammar::shorten(&path.value)),
                    "Remove one of the two",
                );
            }
            if let Some(found) = table.required_text("upstream", "Write upstream = \"builtin\"")
                && found.value != "builtin"
            {
                let problem =
                    "must be \"builtin\"; a gateway to another server is not in this release";
                found.refuse(problem, "Write upstream = \"builtin\"");
            }
            table.refused(
                "access_token",
                "is not in this release",
                "Remove it; access tokens are sealed",
            );
            table.refused("tools", "is not in this release", "Remove it");
            let every = || scopes.iter().map(|scope| scope.name.clone()).collect();
            resources.push(Self {
                name: table
                    .text("name")
                    .map_or_else(|| path.value.clone(), |found| one_line(found, 128)),
                path: path.value,
                upstream: Upstream::Builtin,
                static_tokens: table.flag("static_tokens").is_none_or(|found| found.value),
                scopes_required: ScopeConfig::read_names(&table, "scopes", scopes)
                    .unwrap_or_default(),
                scopes_supported: ScopeConfig::read_names(&table, "scopes_supported", scopes)
                    .unwrap_or_else(every),
            });
            table.finish();
        }
        resources
    }
}

impl CorsOrigins {
    /// Reads `[cors]`.
    pub(super) fn read(root: &Table) -> Self {
        let table = root.table("cors");
        let origins = table.list("origins");
        table.finish();
        let Some(origins) = origins.map(|found| found.value) else { return Self::Any };
        if let [only] = origins.as_slice()
            && only.value == "*"
        {
            return Self::Any;
        }
        for origin in origins.iter().filter(|origin| !grammar::is_origin(&origin.value)) {
            let problem =
                format!("is \"{}\", which is not an origin", grammar::shorten(&origin.value));
            origin.refuse(problem, "Write \"https://host\" or \"https://host:port\" without a slash at the end, or only \"*\"");
        }
        Self::Listed(plain(origins))
    }
}

impl LimitsConfig {
    /// Reads `[limits]`, and `rate` in it.
    pub(super) fn read(root: &Table) -> (Self, RatesConfig) {
        let table = root.table("limits");
        let seconds =
            |key, bounds, default| table.seconds(key, bounds).map_or(default, |found| found.value);
        let limits = Self {
            connections_max: table.whole("connections_max", 16..=1_000_000, 10_000),
            header_timeout_seconds: seconds("header_timeout", 1..=60, 10),
            drain_timeout_seconds: seconds("drain_timeout", 0..=300, 30),
            password_checks_max: table.whole("password_checks_max", 1..=64, 4),
        };
        let rates = RatesConfig::read(&table);
        table.finish();
        (limits, rates)
    }
}
