//! A complete MCP server of your own behind the validator, made with axum and rmcp.
//!
//! ```sh
//! sealbearer serve --config sealbearer.toml   # with a resource at http://127.0.0.1:3000/mcp, see README.md
//! cargo run --example protect_axum
//! ```
//!
//! A client that knows nothing but the URL <http://127.0.0.1:3000/mcp> is told where to log in, and whoever comes back with
//! a token for this server is greeted.

use std::sync::Arc;

use axum::Router;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, JsonObject,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use sealbearer::resource::{Caller, Mistake, Signed, Validator};

/// What people give to their client; tokens must be for it.
const RESOURCE: &str = "http://127.0.0.1:3000/mcp";
/// Who issues the tokens.
const ISSUER: &str = "http://127.0.0.1:9000";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, app(RESOURCE, ISSUER)?).await?;
    Ok(())
}

/// The server behind the validator. The layer also answers the metadata of the resource, so it goes around everything.
pub(crate) fn app(resource: &str, issuer: &str) -> Result<Router, Mistake> {
    let validator =
        Validator::new(resource).trusts(Signed::by(issuer)).requires(["mcp:tools"]).build()?;
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true);
    let sessions = Arc::new(NeverSessionManager::default());
    let greeter = StreamableHttpService::new(|| Ok(Greeter), sessions, config);
    Ok(Router::new().route_service("/mcp", greeter).layer(validator.layer()))
}

/// Has one tool.
#[derive(Clone)]
struct Greeter;

impl ServerHandler for Greeter {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let schema = JsonObject::from_iter([("type".to_owned(), "object".into())]);
        let greet = Tool::new("greet", "Greets whoever is signed in", Arc::new(schema));
        Ok(ListToolsResult::with_all_items(vec![greet]))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if request.name != "greet" {
            return Err(ErrorData::invalid_params("There is no tool of this name.", None));
        }
        // The layer left the caller in the request; the token is gone.
        let parts = context.extensions.get::<axum::http::request::Parts>();
        let caller = parts.and_then(|parts| parts.extensions.get::<Caller>());
        let name = caller.map_or("stranger", |caller| caller.subject.as_str());
        let text = ContentBlock::text(format!("Hello, {name}!"));
        Ok(CallToolResult::success(vec![text]).into())
    }
}
