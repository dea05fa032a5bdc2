//! The management server as the protocol library wants it.

use std::sync::Arc;

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
        ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig,
    },
    service::RequestContext,
};

use super::{Operator, task::OFFERS};
use crate::mcp::toolbox::caller;

/// The tools over whoever can do what they are for; clones share them.
pub struct Office<O> {
    operator: Arc<O>,
}

impl<O> Clone for Office<O> {
    fn clone(&self) -> Self {
        Self { operator: Arc::clone(&self.operator) }
    }
}

impl<O> Office<O> {
    pub(super) fn new(operator: Arc<O>) -> Self {
        Self { operator }
    }
}

impl<O: Operator> ServerHandler for Office<O> {
    fn get_info(&self) -> ServerConfig {
        let implementation =
            Implementation::new("sealbearer-management", env!("CARGO_PKG_VERSION"))
                .with_title("Sealbearer management");
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(implementation)
            .with_instructions(
                "Tools for whoever runs this authorization server. Those that change something say so.",
            )
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(OFFERS.iter().map(super::task::Offer::tool).collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let offer = OFFERS.iter().find(|offer| offer.name == request.name);
        let offer = offer
            .ok_or_else(|| ErrorData::invalid_params("There is no tool of this name.", None))?;
        let caller = caller(&context).cloned();
        if offer.writes {
            let subject = caller.as_ref().map(|caller| caller.subject.as_str());
            tracing::warn!(tool = offer.name, subject, "asked to change something");
        }
        let outcome = match offer.task(&request.arguments.unwrap_or_default()) {
            Ok(task) => self.operator.perform(task, caller).await,
            Err(wrong) => Err(wrong),
        };
        let result = match outcome {
            Ok(said) => CallToolResult::structured(said),
            Err(sentence) => CallToolResult::error(vec![ContentBlock::text(sentence)]),
        };
        Ok(result.into())
    }
}
