//! The pages of a login with an identity provider: the question before, and what can go wrong.

use poem::http::StatusCode;
use protocol::flow::approval::AwaitingApproval;
use protocol::oauth::client::Client;

use super::Server;
use super::answer::{Answer, Body, Problem, consent_page};
use crate::ui::ConsentPage;
use crate::upstream::identity::ProviderFault;

/// When to come back while a provider is in trouble, in seconds.
const PROVIDER_WAIT_SECONDS: u64 = 30;
/// When to come back while the ledger does not answer, in seconds.
const LEDGER_WAIT_SECONDS: u64 = 2;

impl Answer {
    /// The consent page for whoever the provider will name.
    pub(super) fn approval(
        server: &Server,
        client: &Client,
        stage: &AwaitingApproval,
        ticket: String,
        error: Option<&'static str>,
    ) -> Self {
        let (request, policy) = (stage.request(), &server.policy);
        let page = consent_page(server, client, request, &stage.fixed(policy), ticket, error);
        let provider_name = policy.provider(stage.provider()).map(|known| known.name.clone());
        let page = ConsentPage {
            provider_name: Some(provider_name.unwrap_or_default()),
            can_switch: policy.only_provider().is_none(),
            ..page
        };
        Self::asking(server, request, &page)
    }

    /// A page, because the provider is of no help. `restart`: where to begin anew; `back`: where the client hears of it.
    pub(super) fn provider_fault(
        fault: &ProviderFault,
        restart: String,
        back: Option<String>,
    ) -> Self {
        let problem = Problem {
            title: "You could not be logged in",
            cause: fault.cause(),
            remedy: fault.remedy().to_owned(),
            hints: &[],
            continue_link: back,
            restart_link: (*fault != ProviderFault::OtherIssuer).then_some(restart),
        };
        if fault.is_passing() {
            let wait_seconds = PROVIDER_WAIT_SECONDS;
            let status = StatusCode::SERVICE_UNAVAILABLE;
            return Self {
                status,
                body: Body::Later { problem, wait_seconds },
                cookies: Vec::new(),
            };
        }
        let foreign =
            matches!(fault, ProviderFault::OtherIssuer | ProviderFault::IdTokenInvalid(_));
        let status = if foreign { StatusCode::FORBIDDEN } else { StatusCode::BAD_REQUEST };
        Self::problem(status, problem)
    }

    /// A page, because the rules of this deployment do not let the person in.
    pub(super) fn not_admitted(
        cause: &'static str,
        remedy: &'static str,
        restart: String,
        back: Option<String>,
    ) -> Self {
        let problem = Problem {
            title: "You may not come in",
            cause: cause.to_owned(),
            remedy: remedy.to_owned(),
            hints: &[],
            continue_link: back,
            restart_link: Some(restart),
        };
        Self::problem(StatusCode::FORBIDDEN, problem)
    }

    /// A page, because nobody can say whether this login was finished before.
    pub(super) fn ledger_unavailable() -> Self {
        Self::later(
            StatusCode::SERVICE_UNAVAILABLE,
            "Please wait",
            "This server cannot look up at the moment whether this login was already finished.",
            LEDGER_WAIT_SECONDS,
        )
    }

    /// The same page with a link to begin anew.
    pub(super) fn with_restart(mut self, link: String) -> Self {
        if let Body::Problem(problem) = &mut self.body {
            problem.restart_link = Some(link);
        }
        self
    }
}
