//! An identity provider with people, in the internet of a test. Its answers have the shapes of OpenID Connect Core 1.0
//! §3.1.3.3 and §12.2, Discovery 1.0 §4.2 and RFC 9207, and it believes nobody without the right `code_verifier`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::oauth::algorithm::SigningAlgorithm;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::{Url, form_urlencoded};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::authority::Identity;
use super::internet::Internet;
use super::{Clock, Signer, wait};

/// An identity provider.
pub(crate) struct IdentityProvider {
    site: MockServer,
    host: &'static str,
    state: Arc<Mutex<State>>,
}

/// What it knows and how it behaves.
struct State {
    host: &'static str,
    signer: Signer,
    clock: Clock,
    codes: BTreeMap<String, Login>,
    grants: BTreeMap<String, Login>,
    count: usize,
    /// What it says of everybody, in place of what is usual.
    claims: Value,
    /// How it answers at the token endpoint, in place of what is right.
    trouble: Option<ResponseTemplate>,
    names_itself: bool,
    is_disabled: bool,
    /// How many bytes its refresh tokens have, if not as few as possible.
    token_bytes: usize,
    /// How long it thinks before it answers at the token endpoint.
    delay: Duration,
}

/// A login that somebody made there.
#[derive(Clone)]
struct Login {
    person: String,
    nonce: String,
    challenge: String,
    redirect_uri: String,
}

impl IdentityProvider {
    /// A provider at `host`.
    pub(crate) fn open(internet: &Arc<Internet>, host: &'static str) -> Self {
        let state = State {
            host,
            signer: Signer::new(SigningAlgorithm::Es256, "1"),
            clock: Clock::new(),
            codes: BTreeMap::new(),
            grants: BTreeMap::new(),
            count: 0,
            claims: json!({}),
            trouble: None,
            names_itself: true,
            is_disabled: false,
            token_bytes: 0,
            delay: Duration::ZERO,
        };
        let state = Arc::new(Mutex::new(state));
        let site = wait(async {
            let site = MockServer::start().await;
            Mock::given(any()).respond_with(Answers(Arc::clone(&state))).mount(&site).await;
            internet.host(host, &Identity::of(host), &site).await;
            site
        });
        Self { site, host, state }
    }

    /// Lives in the time of a node.
    pub(crate) fn follow(&self, clock: &Clock) {
        self.state().clock = clock.clone();
    }

    /// Says this of everybody from now on, besides or in place of what is usual.
    pub(crate) fn say(&self, claims: Value) {
        self.state().claims = claims;
    }

    /// Answers at the token endpoint like this from now on; `None` is as it should.
    pub(crate) fn trouble(&self, answer: Option<ResponseTemplate>) {
        self.state().trouble = answer;
    }

    /// Gives refresh tokens of so many bytes from now on.
    pub(crate) fn lengthen(&self, token_bytes: usize) {
        self.state().token_bytes = token_bytes;
    }

    /// Answers so late from now on.
    pub(crate) fn hesitate(&self, delay: Duration) {
        self.state().delay = delay;
    }

    /// Whether it names itself in answers, and says that it does. Before anybody asked.
    pub(crate) fn names_itself(&self, does: bool) {
        self.state().names_itself = does;
    }

    /// Lets nobody in any more, and renews nothing.
    pub(crate) fn disable(&self) {
        self.state().is_disabled = true;
    }

    /// `person` logs in at the authorization URL; where the browser is sent back to.
    pub(crate) fn log_in(&self, authorization_url: &str, person: &str) -> String {
        let url = Url::parse(authorization_url).expect("it is a URL");
        assert_eq!(url.host_str(), Some(self.host), "the browser was sent here");
        let sent: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(sent["response_type"], "code");
        assert_eq!(sent["code_challenge_method"], "S256");
        assert!(sent["state"].len() <= 64, "state is short");
        let mut state = self.state();
        state.count += 1;
        let code = format!("code-{}-{}", self.host, state.count);
        let login = Login {
            person: person.to_owned(),
            nonce: sent["nonce"].clone(),
            challenge: sent["code_challenge"].clone(),
            redirect_uri: sent["redirect_uri"].clone(),
        };
        state.codes.insert(code.clone(), login);
        let names_itself = state.names_itself;
        drop(state);
        self.answer(
            &sent["redirect_uri"],
            &[("code", &code), ("state", &sent["state"])],
            names_itself,
        )
    }

    /// The person presses a button there that says no; where the browser is sent back to.
    pub(crate) fn refuse(&self, authorization_url: &str, error: &str) -> String {
        let url = Url::parse(authorization_url).expect("it is a URL");
        let sent: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        let text = "<script>alert(1)</script>";
        let parameters = [("error", error), ("error_description", text), ("state", &sent["state"])];
        self.answer(&sent["redirect_uri"], &parameters, true)
    }

    fn answer(&self, to: &str, parameters: &[(&str, &str)], names_itself: bool) -> String {
        let mut url = Url::parse(to).expect("it is a URL");
        url.query_pairs_mut().extend_pairs(parameters);
        if names_itself {
            url.query_pairs_mut().append_pair("iss", &format!("https://{}", self.host));
        }
        url[url::Position::BeforePath..].to_owned()
    }

    /// How often its token endpoint was asked.
    pub(crate) fn exchanges(&self) -> usize {
        let asked = wait(self.site.received_requests()).expect("requests are kept");
        asked.iter().filter(|request| request.url.path() == "/token").count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics in here")
    }
}

/// What its site answers.
struct Answers(Arc<Mutex<State>>);

impl Respond for Answers {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut state = self.0.lock().expect("no test panics in here");
        let issuer = format!("https://{}", state.host);
        match request.url.path() {
            "/.well-known/openid-configuration" => json_of(json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/authorize"),
                "token_endpoint": format!("{issuer}/token"),
                "jwks_uri": format!("{issuer}/jwks"),
                "end_session_endpoint": format!("{issuer}/logout"),
                "response_types_supported": ["code"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "authorization_response_iss_parameter_supported": state.names_itself,
            })),
            "/jwks" => {
                ResponseTemplate::new(200).set_body_raw(state.signer.key_set(), "application/json")
            }
            "/token" => match state.trouble.clone() {
                Some(answer) => answer,
                None => state.exchange(&request.body),
            },
            _ => ResponseTemplate::new(404),
        }
    }
}

fn json_of(value: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(value)
}

impl State {
    fn exchange(&mut self, body: &[u8]) -> ResponseTemplate {
        let sent: BTreeMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
        let known = match sent["grant_type"].as_str() {
            "authorization_code" => self.codes.remove(&sent["code"]).filter(|login| {
                let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&sent["code_verifier"]));
                login.challenge == challenge && login.redirect_uri == sent["redirect_uri"]
            }),
            "refresh_token" => self.grants.remove(&sent["refresh_token"]),
            _ => None,
        };
        let Some(login) = known.filter(|_| !self.is_disabled) else {
            let error = json!({ "error": "invalid_grant" });
            return ResponseTemplate::new(400).set_body_json(error);
        };
        self.count += 1;
        let mut refresh_token = format!("upstream-refresh-{}", self.count);
        while refresh_token.len() < self.token_bytes {
            refresh_token.push('x');
        }
        self.grants.insert(refresh_token.clone(), login.clone());
        json_of(json!({
            "access_token": format!("upstream-access-{}", self.count),
            "token_type": "Bearer",
            "expires_in": 600,
            "refresh_token": refresh_token,
            "id_token": self.signer.sign(&self.claims_of(&login)),
        }))
        .set_delay(self.delay)
    }

    fn claims_of(&self, login: &Login) -> Value {
        let now = self.clock.now().0;
        let mut claims = json!({
            "iss": format!("https://{}", self.host),
            "sub": login.person,
            "aud": "sealbearer",
            "iat": now,
            "exp": now + 600,
            "nonce": login.nonce,
            "name": format!("{} of {}", login.person, self.host),
            "email": "shared@example.com",
            "email_verified": true,
        });
        for (name, value) in self.claims.as_object().expect("claims are an object") {
            claims[name] = value.clone();
        }
        claims
    }
}
