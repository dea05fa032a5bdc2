//! A deployment in process: what a small production file says, with keys made now and a clock that stands still.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use poem::{Endpoint, Request, Response};
use protocol::oauth::time::UnixTime;
use sealbearer::config::{ClientSecretHash, Config, PasswordHash, Sources};
use sealbearer::http::Server;
use sealbearer::keys::KeyRing;
use sealbearer::ledger::Memory;
use sealbearer::seal::Seal;
use sealbearer::server::{app, assemble_with};
use sealbearer::world::{RealWorld, World};
use tokio::runtime::Runtime;

pub(crate) const ISSUER: &str = "https://auth.example.com";
pub(crate) const RESOURCE: &str = "https://auth.example.com/mcp";
pub(crate) const USER: &str = "alice";
pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const MACHINE: &str = "ci";
pub(crate) const MACHINE_SECRET: &str = "V5i_Z4B9AmlZ4eBe98mxpK6f-xzXENteAh_Gcb9WlUw";
pub(crate) const NOW: UnixTime = UnixTime(1_800_000_000);

struct StillWorld;

impl World for StillWorld {
    fn now(&self) -> UnixTime {
        NOW
    }

    fn random(&self) -> [u8; 16] {
        RealWorld.random()
    }

    /// A minute later each time, so that no round is refused because there were many before it.
    fn elapsed(&self) -> Duration {
        static ASKED: AtomicU32 = AtomicU32::new(0);
        Duration::from_mins(ASKED.fetch_add(1, Ordering::Relaxed).into())
    }
}

/// A node, and how to ask it.
pub(crate) struct Deployment<E> {
    server: Arc<Server>,
    app: E,
    runtime: Runtime,
}

/// A node of the usual deployment.
pub(crate) fn deployment() -> Deployment<impl Endpoint<Output = Response> + 'static> {
    let ring = KeyRing::generate(NOW);
    let config = config();
    let ledger = Arc::new(Memory::default());
    let server = Arc::new(assemble_with(&config, &ring, Arc::new(StillWorld), ledger));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime starts");
    let app = app(Arc::clone(&server), &config);
    Deployment { server, app, runtime }
}

impl<E: Endpoint<Output = Response>> Deployment<E> {
    pub(crate) fn ask(&self, request: Request) -> Response {
        self.runtime.block_on(self.app.get_response(request))
    }

    /// The response's status and text.
    pub(crate) fn read(&self, request: Request) -> (u16, String) {
        let response = self.ask(request);
        let status = response.status().as_u16();
        let text = self.runtime.block_on(response.into_body().into_string());
        (status, text.expect("it is text"))
    }

    pub(crate) fn seal(&self) -> &Seal {
        &self.server.seal
    }
}

pub(crate) fn config() -> Config {
    let password = PasswordHash::hash(PASSWORD).expect("it is long enough").to_phc();
    let secret = ClientSecretHash::of_machine_made(MACHINE_SECRET).to_text();
    let file = format!(
        r#"
        public_url = "{ISSUER}"
        keyring_file = "not read: the ring is made in memory"

        [[resources]]
        path = "/mcp"
        upstream = "builtin"

        [[users]]
        name = "{USER}"
        password_hash = "{password}"

        [[clients]]
        id = "{MACHINE}"
        secret_hash = "{secret}"
        grant_types = ["client_credentials"]
        "#
    );
    let sources = Sources {
        file: Some((PathBuf::from("sealbearer.toml"), file)),
        environment: BTreeMap::new(),
        ..Sources::default()
    };
    Config::load(&sources).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}
