//! On the way to an identity provider: what a client asks is allowed, then the browser is sent on.
//!
//! Source: MCP security best practices 2026-07-28 (confused deputy), RFC 9700 §4.7, OpenID Connect Core 1.0 §3.1.2.1.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poem::Request;
use protocol::federation::admission::Admission;
use protocol::flow::approval::AwaitingApproval;
use protocol::flow::consent::Reduced;
use protocol::flow::prompt::Prompt;
use protocol::flow::provider::Handshake;
use protocol::flow::refusal::Rejection;
use protocol::flow::request::AuthorizationRequest;
use protocol::flow::ticket::Ticket;
use protocol::oauth::client::Client;
use protocol::oauth::time::UnixTime;
use url::form_urlencoded;

use super::Server;
use super::answer::{Answer, Prefill};
use super::authorize::{login, refused};
use super::consent::{ConsentForm, Decision, NOTHING_TICKED};
use super::cookies::Visitor;
use super::transactions;
use crate::seal::claims::ApprovalTicketClaims;
use crate::upstream::identity::{LoginAsked, Provider};

/// An identity provider, and who may come in through it.
pub struct Federated {
    /// The way to it.
    pub provider: Provider,
    /// What it calls itself; together with what it calls people it is who they are.
    pub issuer: String,
    /// Who may come in, and what they may allow.
    pub admission: Admission,
}

/// The identity providers, by id.
pub type Providers = BTreeMap<String, Federated>;

/// Asks whether the client may act for whoever will come back; sends the browser on where nobody need be asked.
pub(super) async fn approve(
    server: &Server,
    http: &Request,
    visitor: &Visitor,
    stage: AwaitingApproval,
    client: &Client,
    now: UnixTime,
) -> Answer {
    if !stage.must_ask(client) {
        return depart(server, http, visitor, stage, now).await;
    }
    let ticket = Ticket::new(stage, visitor.digest(), now);
    let claims = ApprovalTicketClaims::new(&ticket, &server.policy.issuer);
    let sealed = server.seal.seal(&claims, now);
    Answer::approval(server, client, ticket.stage(), sealed, None)
}

/// Answers the consent form where the person was not known yet; `ticket` is what it carried.
pub(super) async fn approved(
    server: &Server,
    http: &Request,
    visitor: &Visitor,
    form: &ConsentForm,
    ticket: Ticket<AwaitingApproval>,
    now: UnixTime,
) -> Answer {
    let stage = match ticket.resume(visitor.known_digest(), now) {
        Ok(stage) => stage,
        Err(reason) => return Answer::rejected(reason),
    };
    let client = match server.client_of(stage.request()).await {
        Ok(client) => client,
        Err(reason) => return Answer::rejected(reason),
    };
    match form.decision {
        Decision::Deny => {
            let signed_in = visitor.session.is_some();
            refused(server, &stage.approval_denied(), &client, signed_in)
        }
        Decision::Switch => {
            let stage = stage.provider_switched();
            login(server, http, visitor, stage, &client, Prefill::Hint(""), now).await
        }
        Decision::Allow => match reduced(server, stage, form) {
            Reduced::To(stage) => depart(server, http, visitor, stage, now).await,
            Reduced::Nothing(stage) => {
                let (ticket, error) = (form.ticket.clone(), Some(NOTHING_TICKED));
                Answer::approval(server, &client, &stage, ticket, error)
            }
        },
    }
}

fn reduced(
    server: &Server,
    stage: AwaitingApproval,
    form: &ConsentForm,
) -> Reduced<AwaitingApproval> {
    match &form.ticked {
        Some(ticked) => stage.reduced_to(ticked, &server.policy),
        None => Reduced::To(stage),
    }
}

/// Sends the browser to the identity provider. Only now is there anything to come back with.
async fn depart(
    server: &Server,
    http: &Request,
    visitor: &Visitor,
    stage: AwaitingApproval,
    now: UnixTime,
) -> Answer {
    let Some(federated) = server.providers.get(stage.provider()) else {
        return Answer::rejected(Rejection::ProviderUnknown);
    };
    let restart = restart_link(server, stage.request());
    let mut secret = [0; 32];
    secret[..16].copy_from_slice(&server.world.random());
    secret[16..].copy_from_slice(&server.world.random());
    let handshake = Handshake::new(server.world.random(), secret);
    let stage = stage.approved(handshake, now);
    let request = stage.request();
    let prompt = prompt_of(request);
    let asked = LoginAsked {
        redirect_uri: &callback_of(server, stage.provider()),
        state: &handshake.state(),
        nonce: Some(&handshake.nonce()),
        code_challenge: &handshake.code_challenge(),
        login_hint: request.login_hint.as_deref(),
        prompt: prompt.as_deref(),
        max_age_seconds: request.max_age_seconds,
        now,
    };
    let departure = match federated.provider.departure(&asked).await {
        Ok(departure) => departure,
        Err(fault) => return Answer::provider_fault(&fault, restart, None),
    };
    let transaction = Ticket::new(stage, visitor.digest(), now);
    match transactions::keep(http, server, &transaction, now) {
        Some(cookies) => Answer::redirect(departure.authorization_url).with_cookies(cookies),
        None => Answer::rejected(Rejection::TransactionTooLarge),
    }
}

/// Where a provider sends the browser back to: one place for each, so that no answer is taken for another's.
pub(super) fn callback_of(server: &Server, provider: &str) -> String {
    format!("{}/oauth/callback/{provider}", server.policy.issuer)
}

/// The pages that the client demands and that are the provider's to show. Consent is ours.
fn prompt_of(request: &AuthorizationRequest) -> Option<String> {
    let passed_on = [Prompt::LOGIN, Prompt::SELECT_ACCOUNT];
    prompt_words(request, |page| passed_on.contains(&page))
}

/// Those pages that the client demands and that `count`, as `prompt` has them; `None` without any.
fn prompt_words(request: &AuthorizationRequest, count: impl Fn(Prompt) -> bool) -> Option<String> {
    let demanded = |page: Prompt| request.prompt.demands(page) && count(page);
    let words = Prompt::VALUES.into_iter().filter(|(_, page)| demanded(*page));
    let words: Vec<_> = words.map(|(word, _)| word).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The authorization request once more, for somebody whose login came to nothing.
pub(super) fn restart_link(server: &Server, request: &AuthorizationRequest) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let scope = request.scope.to_string();
    let fixed = [
        ("response_type", "code"),
        ("client_id", &request.client_id),
        ("redirect_uri", request.redirect_uri.as_str()),
        ("scope", &scope),
        ("resource", request.resource.as_str()),
    ];
    query.extend_pairs(fixed);
    if let Some(challenge) = request.code_challenge.hash() {
        query.append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(challenge.as_bytes()));
        query.append_pair("code_challenge_method", "S256");
    }
    let prompt = prompt_words(request, |_| true);
    let max_age = request.max_age_seconds.map(|seconds| seconds.to_string());
    let optional = [
        ("state", request.state.as_deref()),
        ("nonce", request.nonce.as_deref()),
        ("max_age", max_age.as_deref()),
        ("login_hint", request.login_hint.as_deref()),
        ("prompt", prompt.as_deref()),
    ];
    query.extend_pairs(optional.into_iter().filter_map(|(name, value)| Some((name, value?))));
    format!("{}/oauth/authorize?{}", server.policy.issuer, query.finish())
}
