//! Providers as they answer, rightly and wrongly: what becomes of a login. Cases FED-08 to FED-17 of the catalogue.

mod failures;
mod github;
mod openid;
mod presets;
mod refusals;
mod tokens;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use protocol::oauth::algorithm::SigningAlgorithm;
use protocol::oauth::time::UnixTime;
use sealbearer::config::{Config, ProviderConfig, Sources};
use sealbearer::upstream::identity::{
    Arrival, Departure, Identity, LoginAsked, Provider, ProviderFault,
};
use sealbearer::upstream::{Limits, Settings, Upstream};
use serde_json::{Value, json};
use tokio::time::Duration;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::support::Signer;
use crate::support::authority::{AUTHORITY, Identity as Host};
use crate::support::internet::Internet;

const NOW: UnixTime = UnixTime(1_800_000_000);
const ISSUER: &str = "https://sso.example.com";
const CALLBACK: &str = "https://auth.example.com/oauth/callback/corp";
const NONCE: &str = "n-0S6_WzA2Mj";
const ACCESS_TOKEN: &str = "SlAV32hkKG";
const REFRESH_TOKEN: &str = "8xLOxBtZp8";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const SECRET: &str = "a secret/of:ours";

/// Patience for servers that are slow because this machine is busy, and none for those that never answer.
const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(4),
    at_once_max: 32,
    at_once_per_host_max: 32,
    pending_max: 64,
};

/// What a site says at `GET /path` and the like; 404 elsewhere.
#[derive(Clone, Default)]
struct Script(Arc<Mutex<BTreeMap<String, ResponseTemplate>>>);

impl Respond for Script {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let place = format!("{} {}", request.method, request.url.path());
        let known = self.0.lock().expect("no test panics in here").get(&place).cloned();
        known.unwrap_or_else(|| {
            ResponseTemplate::new(404).set_body_json(json!({ "message": "Not Found" }))
        })
    }
}

/// A provider, and the hosts it is at.
struct Scene {
    internet: Arc<Internet>,
    script: Script,
    site: MockServer,
    config: ProviderConfig,
    provider: Provider,
}

impl Scene {
    /// A provider that is configured with these lines, and one site at all of `hosts`.
    async fn new(lines: &str, hosts: &[&str]) -> Self {
        let (site, script, internet) =
            (MockServer::start().await, Script::default(), Internet::new());
        Mock::given(any()).respond_with(script.clone()).mount(&site).await;
        for host in hosts {
            internet.host(host, &Host::of(host), &site).await;
        }
        let settings = Settings { authorities: AUTHORITY.pem(), ..Settings::default() };
        let upstream = Upstream::new(settings, Arc::<Internet>::clone(&internet) as Arc<_>);
        let config = configured(lines);
        let provider = Provider::within(config.settings.clone(), &upstream, LIMITS);
        Self { internet, script, site, config, provider }
    }

    /// Says `answer` there from now on.
    fn says(&self, place: &str, answer: ResponseTemplate) {
        let mut script = self.script.0.lock().expect("no test panics in here");
        script.insert(place.to_owned(), answer);
    }

    /// Says this JSON there from now on.
    fn tells(&self, place: &str, answer: Value) {
        self.says(place, ResponseTemplate::new(200).set_body_json(answer));
    }

    /// What it was asked: places, in order.
    async fn asked(&self) -> Vec<String> {
        let requests = self.site.received_requests().await.expect("requests are kept");
        requests
            .iter()
            .map(|request| format!("{} {}", request.method, request.url.path()))
            .collect()
    }

    /// How often it was asked there.
    async fn asked_at(&self, place: &str) -> usize {
        self.asked().await.iter().filter(|asked| *asked == place).count()
    }

    /// Header and body of the last request there.
    async fn last(&self, place: &str) -> (Option<String>, String) {
        let requests = self.site.received_requests().await.expect("requests are kept");
        let is_there =
            |request: &&Request| format!("{} {}", request.method, request.url.path()) == place;
        let request = requests.iter().rfind(is_there).expect("it was asked");
        let authorization = request.headers.get("authorization");
        let authorization = authorization.and_then(|value| value.to_str().ok()).map(str::to_owned);
        (authorization, String::from_utf8_lossy(&request.body).into_owned())
    }

    async fn departs(&self) -> Result<Departure, ProviderFault> {
        self.provider.departure(&asked()).await
    }

    async fn arrives(&self) -> Result<Identity, ProviderFault> {
        self.arrives_at(NOW).await
    }

    async fn arrives_at(&self, now: UnixTime) -> Result<Identity, ProviderFault> {
        self.provider.arrive(&Arrival { now, ..arrival() }).await
    }
}

/// What these lines of a `[[providers]]` make.
fn configured(lines: &str) -> ProviderConfig {
    let text = format!(
        "public_url = \"https://auth.example.com\"\nkeyring_file = \"keyring.json\"\n\
         [[resources]]\npath = \"/mcp\"\nupstream = \"builtin\"\n[[providers]]\nid = \"corp\"\nclient_id = \"s6BhdRkqt3\"\n{lines}"
    );
    let file = Some((PathBuf::from("/etc/sealbearer/sealbearer.toml"), text));
    let config = Config::load(&Sources { file, ..Sources::default() });
    let mut config = config.unwrap_or_else(|mistakes| panic!("{mistakes}"));
    config.providers.pop().expect("there is one")
}

fn asked() -> LoginAsked<'static> {
    LoginAsked {
        redirect_uri: CALLBACK,
        state: "af0ifjsldkj",
        nonce: Some(NONCE),
        code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        login_hint: None,
        prompt: None,
        max_age_seconds: None,
        now: NOW,
    }
}

fn arrival() -> Arrival<'static> {
    Arrival {
        code: "SplxlOBeZQQYbYS6WxSbIA",
        code_verifier: VERIFIER,
        nonce: Some(NONCE),
        redirect_uri: CALLBACK,
        iss: None,
        max_age_seconds: None,
        now: NOW,
    }
}

/// The parameters of a URL, one a line.
fn shown(departure: &Departure) -> String {
    let url = url::Url::parse(&departure.authorization_url).expect("it is a URL");
    let place = url[..url::Position::AfterPath].to_owned();
    let parameters = url.query_pairs().map(|(name, value)| format!("{name}={value}"));
    std::iter::once(place).chain(parameters).collect::<Vec<_>>().join("\n")
}

const CORP: &str = "kind = \"oidc\"\nissuer = \"https://sso.example.com\"\n\
     client_secret = \"a secret/of:ours\"\nallow = \"everyone\"\n";

fn signer(name: &str) -> Signer {
    Signer::new(SigningAlgorithm::Es256, name)
}

fn discovery() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://sso.example.com/authorize?tenant=1",
        "token_endpoint": "https://sso.example.com/token",
        "jwks_uri": "https://sso.example.com/jwks",
        "userinfo_endpoint": "https://sso.example.com/userinfo",
        "end_session_endpoint": "https://sso.example.com/logout",
        "response_types_supported": ["code", "id_token"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
    })
}

/// The claims of an ID token with nothing wrong in it.
fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "248289761001", "aud": "s6BhdRkqt3", "nonce": NONCE,
        "exp": NOW.0 + 300, "iat": NOW.0, "auth_time": NOW.0 - 5,
        "name": "Jane Doe", "email": "jane@ok.com", "email_verified": true,
    })
}

/// `value` with another member, or without it where that is null.
fn with(mut value: Value, name: &str, member: Value) -> Value {
    let members = value.as_object_mut().expect("it is an object");
    if member.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), member);
    }
    value
}

fn granted(id_token: &str) -> Value {
    json!({
        "access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 3600,
        "refresh_token": REFRESH_TOKEN, "id_token": id_token,
    })
}

/// A provider that answers as it should, and its key.
async fn corp_with(lines: &str) -> (Scene, Signer) {
    let (scene, signer) = (Scene::new(lines, &["sso.example.com"]).await, signer("k1"));
    scene.tells("GET /.well-known/openid-configuration", discovery());
    scene.tells("GET /jwks", json!({ "keys": [signer.jwk()] }));
    scene.tells("POST /token", granted(&signer.sign(&claims())));
    (scene, signer)
}

async fn corp() -> (Scene, Signer) {
    corp_with(CORP).await
}
