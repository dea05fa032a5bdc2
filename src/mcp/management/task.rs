//! The tools of the management server: what each is called, takes and costs, and how its arguments are read.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Map, Value, json};

use super::{READ, WRITE};

/// Something to do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Task {
    /// Show the metadata of a protected resource (RFC 9728); of the first one if none is named.
    ResourceMetadata {
        /// Its path or identifier.
        resource: Option<String>,
    },
    /// Show the metadata of the authorization server (RFC 8414).
    ServerMetadata,
    /// Say whether an access token is good, and reaches as far as wanted.
    ValidateToken {
        /// The token.
        token: Presented,
        /// The scopes it must cover.
        required_scopes: Vec<String>,
    },
    /// Say what a value of this server is, whether or not it is still good.
    ExplainToken {
        /// The value.
        token: Presented,
    },
    /// Say why a request was refused on this node.
    ExplainRefusal {
        /// The id that was shown with the answer; without one, the latest refusals.
        correlation_id: Option<String>,
    },
    /// Show the configuration in effect.
    Configuration,
    /// Register a client (RFC 7591).
    RegisterClient {
        /// Its metadata.
        metadata: Map<String, Value>,
    },
    /// Examine a deployment the way clients do; this one if no URL is given.
    CheckCompliance {
        /// Where its MCP server is.
        url: Option<String>,
    },
    /// Show what is granted, as far as anybody remembers it.
    ListGrants,
    /// Make void what was issued.
    RevokeGrants(Revoked),
    /// Take the next step of replacing a key.
    RotateKeys {
        /// `sealing`, `registration` or `signing`.
        ring: String,
        /// Of the signing keys, which; `ES256` if nothing is said.
        algorithm: Option<String>,
    },
}

/// What becomes void.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Revoked {
    /// Everything that speaks for a person.
    User(String),
    /// Everything that a client holds, by its id.
    Client(String),
    /// One access token; of a refresh token the whole family.
    Token(Presented),
    /// Everything.
    Everything,
}

/// A token that somebody sent to be looked at; its debug form hides it.
#[derive(Clone, Eq, PartialEq)]
pub struct Presented(pub String);

impl std::fmt::Debug for Presented {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Presented(..)")
    }
}

/// A tool as it is described to clients.
pub struct Offer {
    /// Its name.
    pub name: &'static str,
    title: &'static str,
    description: &'static str,
    /// Whether it changes anything.
    pub writes: bool,
    schema: fn() -> Value,
    read: fn(&Arguments<'_>) -> Result<Task, String>,
}

/// Every tool.
pub const OFFERS: [Offer; 11] = [
    Offer {
        name: "mcp_oauth_protected_resource_metadata",
        title: "Protected resource metadata",
        description: "Shows the metadata of a protected resource of this deployment (RFC 9728).",
        writes: false,
        schema: || {
            object(
                &json!({ "resource": text("Path or identifier of the resource; the first one if left out") }),
                &[],
            )
        },
        read: |sent| Ok(Task::ResourceMetadata { resource: sent.optional("resource")? }),
    },
    Offer {
        name: "mcp_oauth_authorization_server_metadata",
        title: "Authorization server metadata",
        description: "Shows the metadata of the authorization server (RFC 8414).",
        writes: false,
        schema: || object(&json!({}), &[]),
        read: |_| Ok(Task::ServerMetadata),
    },
    Offer {
        name: "mcp_oauth_validate_token",
        title: "Validate a token",
        description: "Says whether an access token is good now, for whom and what, and which of the required scopes it lacks.",
        writes: false,
        schema: || {
            let scopes = json!({ "type": "array", "items": { "type": "string" }, "description": "Scopes the token must cover" });
            object(
                &json!({ "token": text("The access token"), "required_scopes": scopes }),
                &["token"],
            )
        },
        read: |sent| {
            let token = Presented(sent.required("token")?);
            Ok(Task::ValidateToken { token, required_scopes: sent.words("required_scopes")? })
        },
    },
    Offer {
        name: "mcp_oauth_get_configuration",
        title: "Configuration in effect",
        description: "Shows the configuration in effect on this node: resources, scopes, clients, lifetimes, ledger, keys by name. No secrets.",
        writes: false,
        schema: || object(&json!({}), &[]),
        read: |_| Ok(Task::Configuration),
    },
    Offer {
        name: "mcp_oauth_register_client",
        title: "Register a client",
        description: "Registers a client (RFC 7591) and shows its client_id, and its client_secret if it has one. Nothing is stored: the id is the registration.",
        writes: true,
        schema: registration,
        read: |sent| Ok(Task::RegisterClient { metadata: sent.0.clone() }),
    },
    Offer {
        name: "mcp_oauth_check_compliance",
        title: "Check a deployment",
        description: "Examines a deployment the way known clients discover, register and connect: what failed, what each client would do, how to mend it.",
        writes: false,
        schema: || {
            object(
                &json!({ "url": text("URL of the MCP server; this deployment if left out") }),
                &[],
            )
        },
        read: |sent| Ok(Task::CheckCompliance { url: sent.optional("url")? }),
    },
    Offer {
        name: "explain_token",
        title: "Explain a token",
        description: "Says what a value of this server is (access token, refresh token, code, client_id, ticket), what is in it and until when it lasts.",
        writes: false,
        schema: || object(&json!({ "token": text("The value") }), &["token"]),
        read: |sent| Ok(Task::ExplainToken { token: Presented(sent.required("token")?) }),
    },
    Offer {
        name: "explain_refusal",
        title: "Explain a refusal",
        description: "Says why a request was refused, by the correlation id on the page or in the header X-Correlation-Id. Each node remembers its own latest refusals only, until it is restarted.",
        writes: false,
        schema: || {
            object(
                &json!({ "correlation_id": text("Twelve hexadecimal digits; the latest refusals if left out") }),
                &[],
            )
        },
        read: |sent| Ok(Task::ExplainRefusal { correlation_id: sent.optional("correlation_id")? }),
    },
    Offer {
        name: "list_grants",
        title: "List grants",
        description: "Shows the bearer tokens of the configuration, and says what the ledger knows and cannot know of everything else that was granted.",
        writes: false,
        schema: || object(&json!({}), &[]),
        read: |_| Ok(Task::ListGrants),
    },
    Offer {
        name: "revoke_grants",
        title: "Revoke grants",
        description: "Makes void what was issued until now to a person, to a client, with one token, or at all. Says how far that reaches.",
        writes: true,
        schema: || {
            let everything =
                json!({ "type": "boolean", "description": "True: everything that was issued" });
            let members = json!({
                "user": text("Name of a person: everything that speaks for them"),
                "client_id": text("Id of a client: everything it holds"),
                "token": text("An access token, or a refresh token with all that descends from its consent"),
                "everything": everything,
            });
            object(&members, &[])
        },
        read: revoked,
    },
    Offer {
        name: "rotate_keys",
        title: "Rotate keys",
        description: "Takes the next step of replacing a key in the key ring file of this node: adds one, or puts the added one to use. Says what to do before the step after it.",
        writes: true,
        schema: || {
            let rings = json!({ "type": "string", "enum": ["sealing", "registration", "signing"], "description": "Which keys" });
            let algorithms = json!({ "type": "string", "enum": ["ES256", "EdDSA", "RS256"], "description": "Of the signing keys, which; ES256 if left out" });
            object(&json!({ "ring": rings, "algorithm": algorithms }), &["ring"])
        },
        read: |sent| {
            Ok(Task::RotateKeys {
                ring: sent.required("ring")?,
                algorithm: sent.optional("algorithm")?,
            })
        },
    },
];

impl Offer {
    /// The scopes that using it takes.
    #[must_use]
    pub fn scopes(&self) -> &'static [&'static str] {
        if self.writes { &[READ, WRITE] } else { &[READ] }
    }

    /// Its description.
    pub(super) fn tool(&self) -> Tool {
        let schema = match (self.schema)() {
            Value::Object(members) => members,
            _ => JsonObject::new(),
        };
        let hints = ToolAnnotations::with_title(self.title)
            .read_only(!self.writes)
            .destructive(self.writes)
            .idempotent(!self.writes);
        Tool::new(self.name, self.description, Arc::new(schema))
            .with_title(self.title)
            .with_annotations(hints.open_world(self.name == "mcp_oauth_check_compliance"))
    }

    /// What a call with `arguments` wants done.
    ///
    /// # Errors
    ///
    /// A sentence saying what is wrong with them.
    pub(super) fn task(&self, arguments: &JsonObject) -> Result<Task, String> {
        (self.read)(&Arguments(arguments))
    }
}

/// What a call was given.
struct Arguments<'a>(&'a JsonObject);

impl Arguments<'_> {
    fn optional(&self, name: &str) -> Result<Option<String>, String> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
            Some(_) => Err(format!("`{name}` must be a text that is not empty.")),
        }
    }

    fn required(&self, name: &str) -> Result<String, String> {
        self.optional(name)?.ok_or_else(|| format!("`{name}` is missing."))
    }

    /// A list of words, or one text with spaces between them.
    fn words(&self, name: &str) -> Result<Vec<String>, String> {
        let wrong = || format!("`{name}` must be a list of scopes.");
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(text.split_whitespace().map(str::to_owned).collect()),
            Some(Value::Array(items)) => items
                .iter()
                .map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong))
                .collect(),
            Some(_) => Err(wrong()),
        }
    }
}

fn revoked(sent: &Arguments<'_>) -> Result<Task, String> {
    let everything = match sent.0.get("everything") {
        None | Some(Value::Null | Value::Bool(false)) => None,
        Some(Value::Bool(true)) => Some(Revoked::Everything),
        Some(_) => return Err("`everything` must be true or false.".to_owned()),
    };
    let named = [
        sent.optional("user")?.map(Revoked::User),
        sent.optional("client_id")?.map(Revoked::Client),
        sent.optional("token")?.map(|token| Revoked::Token(Presented(token))),
        everything,
    ];
    let mut named = named.into_iter().flatten();
    match (named.next(), named.next()) {
        (Some(one), None) => Ok(Task::RevokeGrants(one)),
        _ => Err("Give one of `user`, `client_id`, `token` and `everything`.".to_owned()),
    }
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn object(properties: &Value, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": properties, "required": required })
}

/// The client metadata that are read.
fn registration() -> Value {
    let list = |description: &str| json!({ "type": "array", "items": { "type": "string" }, "description": description });
    let properties = json!({
        "client_name": text("What people read at the consent page"),
        "redirect_uris": list("Where authorization responses go"),
        "token_endpoint_auth_method": text("none, client_secret_basic, client_secret_post or private_key_jwt"),
        "grant_types": list("authorization_code, refresh_token, client_credentials"),
        "scope": text("The scopes it may ask for, with spaces between them"),
        "jwks_uri": text("Where its public keys are, for private_key_jwt"),
    });
    object(&properties, &["client_name"])
}
