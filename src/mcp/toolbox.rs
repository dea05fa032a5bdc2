//! The answers of the built-in server. Nothing here is remembered from one request to the next.
//! Source: MCP tools (errors a person can act on are results, not protocol errors), resources, prompts.

use std::time::Instant;

use poem::http::request::Parts;
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock,
        GetPromptRequestParams, GetPromptResponse, GetPromptResult, Implementation, JsonObject,
        ListPromptsResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
        PromptMessage, ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult,
        ResourceContents, Role, ServerCapabilities, ServerConfig,
    },
    service::RequestContext,
};
use serde_json::{Value, json};

use super::{Caller, calculator, metrics, offers};

/// How many characters of a prompt's argument are taken over into the prompt.
const PROMPT_ARGUMENT_CHARS_MAX: usize = 200;

/// The built-in MCP server.
#[derive(Clone, Debug)]
pub struct Toolbox {
    started: Instant,
}

impl Toolbox {
    /// A server whose uptime counts from `started`.
    #[must_use]
    pub fn new(started: Instant) -> Self {
        Self { started }
    }
}

impl ServerHandler for Toolbox {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_prompts()
            .build();
        ServerConfig::new(capabilities)
            .with_server_info(
                Implementation::new("sealbearer", env!("CARGO_PKG_VERSION"))
                    .with_title("Sealbearer"),
            )
            .with_instructions(
                "Tools to try a connection with: `echo`, `calculator`, `system_info`.",
            )
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(offers::tools()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        let result = match request.name.as_ref() {
            "echo" => echo(&arguments),
            "system_info" => system_info(caller(&context)),
            "calculator" => calculator_result(&arguments),
            _ => return Err(ErrorData::invalid_params("There is no tool of this name.", None)),
        };
        Ok(result.into())
    }

    async fn list_resources(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(offers::resources()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let document = match request.uri.as_str() {
            "system://metrics" => metrics::metrics(self.started),
            "system://platform" => metrics::platform(),
            other => {
                let asked = Some(json!({ "uri": other }));
                return Err(ErrorData::resource_not_found(
                    "There is no resource of this URI.",
                    asked,
                ));
            }
        };
        let contents = ResourceContents::text(document.to_string(), request.uri)
            .with_mime_type("application/json");
        Ok(ReadResourceResult::new(vec![contents]).into())
    }

    async fn list_prompts(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(offers::prompts()))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let arguments = request.arguments.unwrap_or_default();
        let text = match request.name.as_str() {
            "explain_access" => explain_access(caller(&context), argument(&arguments, "reader")),
            "summarize_metrics" => summarize_metrics(argument(&arguments, "focus")),
            _ => return Err(ErrorData::invalid_params("There is no prompt of this name.", None)),
        };
        Ok(GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)]).into())
    }
}

/// Who called, as far as the door in front of this server said.
pub(super) fn caller(context: &RequestContext<RoleServer>) -> Option<&Caller> {
    context.extensions.get::<Parts>()?.extensions.get::<Caller>()
}

fn echo(arguments: &Value) -> CallToolResult {
    match arguments.get("message").and_then(Value::as_str) {
        Some(message) => CallToolResult::success(vec![ContentBlock::text(message)]),
        None => refused("`message` must be a string."),
    }
}

fn calculator_result(arguments: &Value) -> CallToolResult {
    match calculator::calculate(arguments) {
        Ok(result) => CallToolResult::success(vec![ContentBlock::text(
            calculator::as_json(result).to_string(),
        )]),
        Err(reason) => refused(&reason.to_string()),
    }
}

fn system_info(caller: Option<&Caller>) -> CallToolResult {
    let mut description = metrics::platform();
    if let Some(caller) = caller {
        description["signed_in"] = json!({ "subject": caller.subject, "scopes": caller.scopes });
    }
    CallToolResult::success(vec![ContentBlock::text(description.to_string())])
}

fn refused(reason: &str) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(reason)])
}

fn explain_access(caller: Option<&Caller>, reader: Option<String>) -> String {
    let access = caller.map_or_else(
        || "Nobody is signed in.".to_owned(),
        |caller| {
            format!("Signed in: {}. Granted scopes: {}.", caller.subject, caller.scopes.join(" "))
        },
    );
    let reader = reader.unwrap_or_else(|| "the person who is signed in".to_owned());
    format!(
        "{access}\n\nExplain in plain words, for {reader}, what this lets you do on this MCP server and what not."
    )
}

fn summarize_metrics(focus: Option<String>) -> String {
    let focus = focus.map_or_else(String::new, |focus| format!(" Look at this first: {focus}."));
    format!(
        "Read the resource system://metrics and summarize it: is anything unusual or in need of attention?{focus}"
    )
}

fn argument(arguments: &JsonObject, name: &str) -> Option<String> {
    let text = arguments.get(name)?.as_str()?;
    Some(text.chars().take(PROMPT_ARGUMENT_CHARS_MAX).collect())
}
