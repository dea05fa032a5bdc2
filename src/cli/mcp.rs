//! `mcp`: an MCP server of its own, which trusts an authorization server by asking it about every token.
//! Source: RFC 7662; MCP transports (streamable HTTP, stdio) and authorization (over stdio the token is in the environment).

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use poem::http::Method;
use poem::{EndpointExt as _, Route};
use rmcp::ServiceExt as _;
use tokio::net::TcpListener;
use url::Url;
use zeroize::Zeroizing;

use super::{Failure, arguments::parse_host, console, serve::start_logging};
use crate::gateway::origin::Origins;
use crate::gateway::{guard, mount};
use crate::http::cors::{self, Cors};
use crate::http::layer::Layer as _;
use crate::http::methods::Methods;
use crate::listen::{self, Limits};
use crate::mcp::notes::{self, Book, Desk, Door, Needs};
use crate::resource::{Introspected, Protect, REMEMBERED_SECONDS, Validator};
use crate::world::{RealWorld, World};

/// Who we are at the authorization server, unless the command line says it.
const CLIENT_ID: &str = "MCP_CLIENT_ID";
/// What proves it.
const CLIENT_SECRET: &str = "MCP_CLIENT_SECRET";
/// The token of whoever uses standard input and output.
const ACCESS_TOKEN: &str = "MCP_ACCESS_TOKEN";
const PORT: u16 = 9_100;

/// `mcp`.
#[derive(Args, Debug)]
pub(super) struct McpArguments {
    /// The authorization server whose tokens are taken; it is asked about each (RFC 7662).
    #[arg(long, value_name = "URL")]
    auth_server: String,
    /// How clients talk to this server.
    #[arg(long, value_enum, default_value_t = Transport::Http)]
    transport: Transport,
    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS", value_parser = parse_host, default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port to listen on.
    #[arg(long, default_value_t = PORT)]
    port: u16,
    /// The URL that people give to their client, and that tokens must be for. Without: <http://127.0.0.1:PORT/mcp>.
    #[arg(long, value_name = "URL")]
    resource: Option<String>,
    /// The id of this server at the authorization server; also `MCP_CLIENT_ID`.
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// A file with its secret; else the secret is in `MCP_CLIENT_SECRET`.
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// How long an answer is believed: so long a revoked token goes on to work. In seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = REMEMBERED_SECONDS, value_parser = clap::value_parser!(u64).range(0..=3_600))]
    cache_seconds: u64,
    /// Where the notes are kept.
    #[arg(long, value_name = "FILE", default_value = "notes.redb")]
    notes: PathBuf,
}

/// The transports of MCP.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Transport {
    /// Standard input and output; the access token is in `MCP_ACCESS_TOKEN`.
    Stdio,
    /// Streamable HTTP; each request brings its token.
    Http,
}

/// Serves until told to stop, or until standard input ends.
pub(super) fn mcp(
    arguments: &McpArguments,
    environment: &BTreeMap<String, String>,
) -> Result<(), Failure> {
    start_logging(environment.get("SEALBEARER_LOG").map_or("info", String::as_str))?;
    let resource = arguments.resource();
    let validator = validator(arguments, environment, &resource)?;
    let book = Book::open(&arguments.notes).map_err(|cause| {
        Failure::Failed(format!("{} cannot be used: {cause}", arguments.notes.display()))
    })?;
    let door = match arguments.transport {
        Transport::Http => Door::Gate,
        Transport::Stdio => {
            let access_token = environment.get(ACCESS_TOKEN).ok_or_else(|| {
                let problem = "stands for whoever uses standard input and output, and is not set";
                Failure::Usage(format!("environment variable {ACCESS_TOKEN}: {problem}. Set it."))
            })?;
            let access_token = Zeroizing::new(access_token.clone());
            Door::Environment { validator: validator.clone(), access_token }
        }
    };
    let world: Arc<dyn World> = Arc::new(RealWorld);
    let desk = Desk::new(&arguments.auth_server, door, Arc::new(book), world);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime
        .map_err(|reason| Failure::Failed(format!("no threads can be started: {reason}")))?;
    runtime.block_on(async {
        match arguments.transport {
            Transport::Stdio => over_stdio(desk).await,
            Transport::Http => over_http(arguments, &resource, &validator, desk).await,
        }
    })
}

impl McpArguments {
    fn resource(&self) -> String {
        let here = || format!("http://127.0.0.1:{}/mcp", self.port);
        self.resource.clone().unwrap_or_else(here)
    }
}

fn validator(
    arguments: &McpArguments,
    environment: &BTreeMap<String, String>,
    resource: &str,
) -> Result<Validator, Failure> {
    let set = |name: &str| environment.get(name).filter(|value| !value.is_empty()).cloned();
    let client_id = arguments.client_id.clone().or_else(|| set(CLIENT_ID));
    let client_id = client_id.ok_or_else(|| {
        Failure::Usage(format!("--client-id is missing. Give it, or set {CLIENT_ID}."))
    })?;
    let of_file = arguments.client_secret_file.as_ref().map(|path| {
        let text = std::fs::read_to_string(path);
        text.map(|text| text.trim().to_owned())
            .map_err(|cause| Failure::Failed(format!("{}: {cause}", path.display())))
    });
    let secret = of_file.transpose()?.or_else(|| set(CLIENT_SECRET)).ok_or_else(|| {
        Failure::Usage(format!("--client-secret-file is missing. Give it, or set {CLIENT_SECRET}."))
    })?;
    let secret = Zeroizing::new(secret);
    let asked = Introspected::by(&arguments.auth_server, &client_id, &secret)
        .remembered(arguments.cache_seconds);
    let offered = ["mcp:tools", "mcp:resources"];
    let built = Validator::new(resource).trusts(asked).offers(offered).named("Notes").build();
    built.map_err(|mistake| Failure::Usage(mistake.to_string()))
}

async fn over_stdio(desk: Desk) -> Result<(), Failure> {
    let failed = |reason: String| Failure::Failed(format!("standard input and output: {reason}"));
    let running = desk.serve(rmcp::transport::stdio()).await;
    let running = running.map_err(|reason| failed(reason.to_string()))?;
    running.waiting().await.map_err(|reason| failed(reason.to_string()))?;
    Ok(())
}

async fn over_http(
    arguments: &McpArguments,
    resource: &str,
    validator: &Validator,
    desk: Desk,
) -> Result<(), Failure> {
    let address = SocketAddr::new(arguments.host, arguments.port);
    let listener = TcpListener::bind(address).await;
    let listener = listener
        .map_err(|cause| Failure::Failed(format!("cannot listen on {address}: {cause}")))?;
    console::complain(&format!(
        "Notes at {resource}, for people whom {} knows.",
        arguments.auth_server
    ));
    let app = app(resource, validator, desk)?;
    let served = listen::serve(listener, app, Limits::default(), listen::told_to_stop()).await;
    served.map_err(|cause| Failure::Failed(format!("serving ended: {cause}")))
}

/// The notes behind the gate, and the metadata of the resource for everybody.
fn app(
    resource: &str,
    validator: &Validator,
    desk: Desk,
) -> Result<impl poem::Endpoint<Output = poem::Response> + use<>, Failure> {
    let url: Url = resource
        .parse()
        .map_err(|reason| Failure::Usage(format!("{resource} is no URL: {reason}")))?;
    let path = match url.path() {
        "/" => return Err(Failure::Usage("--resource needs a path, such as /mcp.".to_owned())),
        path => path.trim_end_matches('/').to_owned(),
    };
    // A page of any origin may call: no browser adds a bearer token on its own.
    let origins = Origins::new(&url, &[], &["*".to_owned()]);
    let guarded = guard(notes::endpoint(desk), validator.gate(), Needs, origins);
    let metadata = validator.metadata_path().to_owned();
    let slashed = format!("{path}/");
    let mcp = vec![Method::GET, Method::POST, Method::DELETE];
    let rows = [(path.as_str(), mcp.clone()), (&slashed, mcp), (&metadata, vec![Method::GET])];
    let methods = Methods::new(rows);
    let open = [path.as_str(), slashed.as_str(), metadata.as_str()];
    let cors = Cors::new(open, cors::Origins::Any, methods.clone());
    let told = poem::endpoint::make_sync(|_| poem::http::StatusCode::NOT_FOUND);
    let told = told.with(Protect::with(validator)).map_to_response();
    let route = mount(Route::new(), &path, guarded).at(&metadata, told);
    Ok(cors.around(methods.around(route)))
}
