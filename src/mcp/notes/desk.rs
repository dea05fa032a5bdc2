//! The answers of the notes server. Who asks is known before anything is looked up, and is part of every look-up.
//! Source: MCP tools (errors a person can act on are results, not protocol errors), resources; authorization over stdio.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poem::http::header::AUTHORIZATION;
use poem::http::request::Parts;
use poem::http::{HeaderMap, HeaderValue, Method, Uri};
use protocol::operation::{Operation, Primitive};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult, ResourceContents,
    ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use super::usage::Usage;
use super::{Book, BookError, Needs, Note, Owner, offers};
use crate::gateway::guard::Permissions as _;
use crate::mcp::Caller;
use crate::resource::Validator;
use crate::world::World;

/// How somebody got here.
pub enum Door {
    /// Through the gate, which left the [`Caller`] in the request.
    Gate,
    /// As the owner of the one token in the environment, which is admitted for every request.
    Environment {
        /// Who admits it.
        validator: Validator,
        /// The token.
        access_token: Zeroizing<String>,
    },
}

/// The server; clones share it.
#[derive(Clone)]
pub struct Desk(Arc<Shared>);

struct Shared {
    issuer: String,
    door: Door,
    book: Arc<Book>,
    usage: Usage,
    world: Arc<dyn World>,
}

impl Desk {
    /// The server for people whom `issuer` names.
    #[must_use]
    pub fn new(issuer: &str, door: Door, book: Arc<Book>, world: Arc<dyn World>) -> Self {
        let (issuer, usage) = (issuer.to_owned(), Usage::default());
        Self(Arc::new(Shared { issuer, door, book, usage, world }))
    }

    /// Who asks for `operation`, and may.
    async fn caller(
        &self,
        context: &RequestContext<RoleServer>,
        operation: Operation,
    ) -> Result<Caller, ErrorData> {
        match &self.0.door {
            Door::Gate => {
                let parts = context.extensions.get::<Parts>();
                let caller = parts.and_then(|parts| parts.extensions.get::<Caller>());
                caller.cloned().ok_or_else(|| refused("Nobody is signed in."))
            }
            Door::Environment { validator, access_token } => {
                admitted(validator, access_token, &operation).await
            }
        }
    }

    fn owner(&self, caller: &Caller) -> Owner {
        Owner { issuer: self.0.issuer.clone(), subject: caller.subject.clone() }
    }

    fn profile(&self, caller: &Caller) -> Value {
        json!({
            "subject": caller.subject,
            "issuer": self.0.issuer,
            "client_id": caller.client,
            "scopes": caller.scopes,
        })
    }

    /// Asks the book on a thread that may wait for the disk.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Book) -> Result<T, BookError> + Send + 'static,
    ) -> Result<T, BookError> {
        let book = Arc::clone(&self.0.book);
        let asked = tokio::task::spawn_blocking(move || question(&book)).await;
        asked.unwrap_or(Err(BookError::Unavailable))
    }

    async fn create(&self, owner: Owner, arguments: &Map<String, Value>) -> CallToolResult {
        let text = |name| arguments.get(name).and_then(Value::as_str).map(str::to_owned);
        let (Some(title), Some(content)) = (text("title"), text("content")) else {
            return wrong("`title` and `content` must be strings.");
        };
        let id = URL_SAFE_NO_PAD.encode(self.0.world.random());
        let now = self.0.world.now();
        let written = self.ask(move |book| book.write(&owner, id, &title, &content, now)).await;
        match written {
            Ok(note) => told(&json!({ "note_id": note.id, "uri": uri(&note) })),
            Err(reason) => wrong(&reason.to_string()),
        }
    }

    async fn list(&self, owner: Owner) -> CallToolResult {
        match self.ask(move |book| book.list(&owner)).await {
            Ok(notes) => {
                let line = |note: &Note| {
                    json!({
                        "note_id": note.id, "title": note.title, "created_at": note.created_at,
                        "uri": uri(note),
                    })
                };
                told(&json!({ "notes": notes.iter().map(line).collect::<Vec<_>>() }))
            }
            Err(reason) => wrong(&reason.to_string()),
        }
    }
}

impl ServerHandler for Desk {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_resources().build();
        let name = Implementation::new("sealbearer-notes", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(capabilities)
            .with_server_info(name.with_title("Sealbearer notes"))
            .with_instructions("Keeps notes of the person who is signed in; nobody else sees them.")
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        self.caller(&context, Operation::Other).await?;
        Ok(ListToolsResult::with_all_items(offers::tools()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let name = Some(request.name.to_string());
        let operation = Operation::Use { primitive: Primitive::Tool, name };
        let caller = self.caller(&context, operation).await?;
        let Some(name) = offers::TOOLS.into_iter().find(|known| *known == request.name) else {
            return Err(ErrorData::invalid_params("There is no tool of this name.", None));
        };
        let owner = self.owner(&caller);
        self.0.usage.count(&owner, name);
        let result = match name {
            "get_user_profile" => told(&self.profile(&caller)),
            "create_secure_note" => {
                self.create(owner, &request.arguments.unwrap_or_default()).await
            }
            "list_secure_notes" => self.list(owner).await,
            _ => told(&json!({ "subject": caller.subject, "calls": self.0.usage.of(&owner) })),
        };
        Ok(result.into())
    }

    async fn list_resources(
        &self,
        _page: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let caller = self.caller(&context, Operation::Other).await?;
        let owner = self.owner(&caller);
        let notes = self.ask(move |book| book.list(&owner)).await.map_err(unavailable)?;
        let notes = notes.iter().map(|note| offers::note(&note.id, &note.title));
        let listed = std::iter::once(offers::profile()).chain(notes).collect();
        Ok(ListResourcesResult::with_all_items(listed))
    }

    async fn list_resource_templates(
        &self,
        _page: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        self.caller(&context, Operation::Other).await?;
        Ok(ListResourceTemplatesResult::with_all_items(vec![offers::note_template()]))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let name = Some(request.uri.clone());
        let operation = Operation::Use { primitive: Primitive::Resource, name };
        let caller = self.caller(&context, operation).await?;
        let owner = self.owner(&caller);
        let document = if request.uri == offers::PROFILE {
            self.0.usage.count(&owner, "user://profile");
            self.profile(&caller)
        } else if let Some(id) = request.uri.strip_prefix(offers::NOTE).map(str::to_owned) {
            self.0.usage.count(&owner, "user://notes");
            let note = self.ask(move |book| book.read(&owner, &id)).await.map_err(unavailable)?;
            let note = note.ok_or_else(|| nothing_at(&request.uri))?;
            json!(note)
        } else {
            return Err(nothing_at(&request.uri));
        };
        let contents = ResourceContents::text(document.to_string(), request.uri)
            .with_mime_type("application/json");
        Ok(ReadResourceResult::new(vec![contents]).into())
    }
}

/// Admits the token of the environment, as a request over HTTP would be.
async fn admitted(
    validator: &Validator,
    access_token: &str,
    operation: &Operation,
) -> Result<Caller, ErrorData> {
    let mut headers = HeaderMap::new();
    let value = Zeroizing::new(format!("Bearer {access_token}"));
    let value = HeaderValue::from_str(&value);
    let mut value = value.map_err(|_| refused("The access token is malformed."))?;
    value.set_sensitive(true);
    headers.insert(AUTHORIZATION, value);
    let admitted = validator.admit(&Method::POST, &Uri::from_static("/"), &headers).await;
    let permitted = admitted.and_then(|admitted| {
        validator.permit(&admitted, &Needs.needed(operation)).map(|()| admitted)
    });
    let admitted = permitted.map_err(|reason| match reason.shortfall {
        Some(shortfall) => refused(&shortfall.description()),
        None => refused(reason.refusal.description()),
    })?;
    Ok(admitted.caller())
}

fn uri(note: &Note) -> String {
    format!("{}{}", offers::NOTE, note.id)
}

/// A result as a client shows it and a program reads it.
fn told(value: &Value) -> CallToolResult {
    let mut result = CallToolResult::success(vec![ContentBlock::text(value.to_string())]);
    result.structured_content = Some(value.clone());
    result
}

fn wrong(reason: &str) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(reason)])
}

fn refused(reason: &str) -> ErrorData {
    ErrorData::invalid_request(reason.to_owned(), None)
}

fn unavailable(reason: BookError) -> ErrorData {
    ErrorData::internal_error(reason.to_string(), None)
}

fn nothing_at(uri: &str) -> ErrorData {
    ErrorData::resource_not_found("There is no resource of this URI.", Some(json!({ "uri": uri })))
}

impl fmt::Debug for Desk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Desk").field("issuer", &self.0.issuer).finish_non_exhaustive()
    }
}
