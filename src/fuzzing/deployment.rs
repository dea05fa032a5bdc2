//! One node with a clock that stands still, and the values it sealed before an input arrives.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderMap, StatusCode, Uri};
use poem::{Endpoint as _, EndpointExt as _, Request, Response};
use protocol::oauth::time::UnixTime;
use protocol::replay::{Claim, Holder, Revocation, Rotation};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

use super::values::{Values, sealed_by};
use crate::config::{Config, Sources};
use crate::http::Server;
use crate::keys::KeyRing;
use crate::ledger::{Answer, Capacity, CodeClaim, Guarantee, Ledger, Memory, RefreshUse, UseClaim};
use crate::server;
use crate::upstream::{Later, Limits, Network, Settings, Upstream};
use crate::world::World;

/// When every input arrives.
pub(super) const NOW: UnixTime = UnixTime(1_795_262_400);
/// Who answers.
pub(super) const ISSUER: &str = "https://auth.example";
/// A password of the only person.
pub(super) const PASSWORD: &str = "correct horse";
/// Secrets of this ring protect nothing: it exists in fuzz targets and tests only.
const SECRET: &str = "W1l8L_Bjkz4HG7ltHdRDyfAV_WKA_95SoNOL6hIQ9NU";

const FILE: &str = r#"
public_url = "https://auth.example"
keyring_file = "keyring.json"

[registration]
out_of_band = true
client_credentials = true

[[users]]
name = "alice"
password_hash = "$argon2id$v=19$m=19456,t=2,p=1$1FmOV4RiiG4Lhp0KiEEOkg$vQjDXh7w6lPYGfqQicB5FN1xbM6PJNEZhGo8SZk7K/Y"

[[clients]]
id = "web"
redirect_uris = ["https://web.example/cb", "https://web.example/cb?a=b"]
consent = "remembered"

[[clients]]
id = "own"
redirect_uris = ["https://own.example/cb"]
consent = "implied"

[[clients]]
id = "desktop"
redirect_uris = ["http://127.0.0.1/cb", "cursor://anysphere.cursor-mcp/oauth", "urn:ietf:wg:oauth:2.0:oob"]

[[clients]]
id = "machine"
secret_hash = "K7gNU3sdo-OL0wNhqoVWhr3g6s1xYv72ol_pe_Unols"
grant_types = ["client_credentials"]

[[clients]]
id = "robot"
jwks = '{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1","x":"_RckOFqgx1tk-3jNYC-h2ZH96_drE8WO1wLqyDXp9hg"}]}'
grant_types = ["client_credentials"]

[[providers]]
id = "idp"
kind = "oauth2"
issuer = "https://idp.example"
authorization_endpoint = "https://idp.example/authorize"
token_endpoint = "https://idp.example/token"
userinfo_endpoint = "https://idp.example/userinfo"
client_id = "sealbearer"
client_secret = "a secret of ours"
allow = "everyone"

[[resources]]
path = "/mcp"
upstream = "builtin"
"#;

/// The secret of the client `machine`.
pub(super) const MACHINE_SECRET: &str = "secret";

/// The redirect URIs of the clients above and of `{registered}`, as text.
pub(super) fn redirect_uris_of(client_id: &str) -> &'static [&'static str] {
    match client_id {
        "web" => &["https://web.example/cb", "https://web.example/cb?a=b"],
        "own" => &["https://own.example/cb"],
        "desktop" => &["http://127.0.0.1/cb", "cursor://anysphere.cursor-mcp/oauth"],
        id if id == node().values.registered => &["https://app.example/cb", "http://localhost/cb"],
        _ => &[],
    }
}

/// A node, ready to be asked.
pub(super) struct Node {
    pub(super) server: Arc<Server>,
    pub(super) values: Values,
    app: BoxEndpoint<'static, Response>,
    ledger: Arc<Renewed>,
    runtime: Runtime,
}

/// An answer with its body read.
pub(super) struct Answered {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

/// The node that all inputs are fed to.
pub(super) fn node() -> &'static Node {
    static NODE: LazyLock<Node> = LazyLock::new(Node::start);
    &NODE
}

impl Node {
    fn start() -> Self {
        let file = Some((PathBuf::from("sealbearer.toml"), FILE.to_owned()));
        let config = Config::load(&Sources { file, ..Sources::default() });
        let config = config.unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let ring = KeyRing::from_secrets(SECRET, None).expect("it looks random");
        let memory = Memory::new(Capacity::default());
        let guarantee = *memory.guarantee();
        let ledger = Arc::new(Renewed { memory: ArcSwap::from_pointee(memory), guarantee });
        let limits = Limits { deadline: Duration::ZERO, ..Limits::default() };
        let settings = Settings { limits, ..Settings::default() };
        let nowhere = Upstream::new(settings, Arc::new(Nowhere));
        let server = server::assemble_through(
            &config,
            &ring,
            Arc::new(StandingStill),
            Arc::clone(&ledger) as Arc<dyn Ledger>,
            Arc::new(nowhere),
        );
        let server = Arc::new(server);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        Self {
            values: sealed_by(&server),
            app: server::app(Arc::clone(&server), &config).boxed(),
            server,
            ledger,
            runtime: runtime.expect("a runtime without sockets can be had"),
        }
    }

    /// Forgets what earlier inputs used.
    pub(super) fn forget(&self) {
        self.ledger.memory.store(Arc::new(Memory::new(Capacity::default())));
    }

    /// Waits for what needs no sockets.
    pub(super) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// What the node answers. No request may make it fail.
    pub(super) fn ask(&self, request: Request) -> Answered {
        self.runtime.block_on(async {
            let response = self.app.get_response(request).await;
            let (head, body) = response.into_parts();
            assert_ne!(head.status, StatusCode::INTERNAL_SERVER_ERROR);
            let body = body.into_string().await.expect("what we write is text");
            Answered { status: head.status, headers: head.headers, body }
        })
    }
}

impl Answered {
    /// The values of a header, as far as they are text.
    pub(super) fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
    }

    /// Where the person is sent: by a redirect, or by links of a page.
    pub(super) fn targets(&self) -> Vec<String> {
        let parts = ["href=\"", "content=\"0;url="].map(|start| self.body.split(start).skip(1));
        let links = parts.into_iter().flatten();
        let links = links.filter_map(|rest| rest.split('"').next()).map(unescaped);
        self.header("location").map(str::to_owned).chain(links).collect()
    }
}

/// Undoes the escaping of a page.
fn unescaped(text: &str) -> String {
    let named = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    let named = named.replace("&#38;", "&").replace("&#34;", "\"").replace("&#39;", "'");
    named.replace("&#60;", "<").replace("&#62;", ">").replace("&amp;", "&")
}

/// A request for this path and query; none if no server would get it.
pub(super) fn request_for(path_and_query: &[u8]) -> Option<poem::RequestBuilder> {
    Uri::try_from(path_and_query).ok().map(|uri| Request::builder().uri(uri))
}

/// A network in which nobody has an address.
struct Nowhere;

impl Network for Nowhere {
    fn resolve<'a>(&'a self, _: &'a str) -> Later<'a, Vec<IpAddr>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn connect(&self, _: SocketAddr) -> Later<'_, TcpStream> {
        Box::pin(async { Err(ErrorKind::NotConnected.into()) })
    }
}

struct StandingStill;

impl World for StandingStill {
    fn now(&self) -> UnixTime {
        NOW
    }

    fn random(&self) -> [u8; 16] {
        *b"a random number!"
    }

    /// A second later each time, so that no input is refused because there were many before it.
    fn elapsed(&self) -> Duration {
        static ASKED: AtomicU32 = AtomicU32::new(0);
        Duration::from_secs(ASKED.fetch_add(1, Ordering::Relaxed).into())
    }
}

/// A ledger that is a new one for every input.
struct Renewed {
    memory: ArcSwap<Memory>,
    guarantee: Guarantee,
}

impl Ledger for Renewed {
    fn claim(&self, claimed: UseClaim, now: UnixTime) -> Answer<'_, Claim> {
        let ledger = self.memory.load_full();
        Box::pin(async move { ledger.claim(claimed, now).await })
    }

    fn claim_code(&self, claimed: CodeClaim, now: UnixTime) -> Answer<'_, Claim> {
        let ledger = self.memory.load_full();
        Box::pin(async move { ledger.claim_code(claimed, now).await })
    }

    fn rotate(&self, used: RefreshUse, now: UnixTime) -> Answer<'_, Rotation> {
        let ledger = self.memory.load_full();
        Box::pin(async move { ledger.rotate(used, now).await })
    }

    fn foresee(&self, used: RefreshUse, now: UnixTime) -> Answer<'_, Rotation> {
        let ledger = self.memory.load_full();
        Box::pin(async move { ledger.foresee(used, now).await })
    }

    fn revoke(&self, what: Revocation, now: UnixTime) -> Answer<'_, ()> {
        let ledger = self.memory.load_full();
        Box::pin(async move { ledger.revoke(what, now).await })
    }

    fn is_revoked(&self, holder: Holder, now: UnixTime) -> Answer<'_, bool> {
        let ledger = self.memory.load_full();
        Box::pin(async move { ledger.is_revoked(holder, now).await })
    }

    fn check(&self) -> Answer<'_, ()> {
        let ledger = self.memory.load_full();
        Box::pin(async move { ledger.check().await })
    }

    fn guarantee(&self) -> &Guarantee {
        &self.guarantee
    }
}
