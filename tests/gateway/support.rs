//! A server that writes down every byte it gets and says what a test wants, a whole node in front of it, and a client.

mod line;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::static_token::{StaticTokenDigest, write};
use sealbearer::config::Config;
use sealbearer::http::Server;
use sealbearer::listen::{Limits, serve};
use sealbearer::server;
use sealbearer::upstream::{Network, Settings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::support::authority::AUTHORITY;
use crate::support::internet::Internet;
use crate::support::{Clock, Deployment, FixedWorld};

pub(crate) use line::{Line, Reply};

/// Longer than anything here takes, shorter than anybody's patience.
pub(crate) const NEVER: Duration = Duration::from_secs(30);

/// A request as it arrived.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heard {
    /// Method, target and version.
    pub(crate) line: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Heard {
    /// The value of a header that is there once at the most.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(known, _)| known == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} is there twice: {self:?}");
        value
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.headers.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// What a server does with a request.
pub(crate) enum Say {
    /// Answers with these bytes.
    This(String),
    /// Begins to answer with these bytes, and goes on with what comes.
    On(String, mpsc::UnboundedReceiver<String>),
    /// Answers with these bytes, and closes the connection without having said so.
    Last(String),
    /// Closes the connection.
    HangUp,
    /// Keeps silent until the other side hangs up.
    Nothing,
}

/// A response with a body of known length; `head` begins with the status.
pub(crate) fn response(head: &str, body: &str) -> Say {
    Say::This(format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()))
}

/// JSON with status 200.
pub(crate) fn json(body: &str) -> Say {
    response("200 OK\r\nContent-Type: application/json", body)
}

/// A stream of events that goes on with what is sent.
pub(crate) fn stream() -> (mpsc::UnboundedSender<String>, Say) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    (sender, Say::On(head.to_owned(), receiver))
}

type Script = dyn Fn(&Heard) -> Say + Send + Sync;

/// A server on loopback.
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    book: Arc<Book>,
}

#[derive(Default)]
struct Book {
    heard: Mutex<Vec<Heard>>,
    raw: Mutex<Vec<u8>>,
    connections: watch::Sender<usize>,
    hung_up: watch::Sender<usize>,
}

impl Upstream {
    pub(crate) async fn start(script: impl Fn(&Heard) -> Say + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has ports");
        let address = listener.local_addr().expect("it is bound");
        let (book, script) = (Arc::new(Book::default()), Arc::new(script));
        let noted = Arc::clone(&book);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                noted.connections.send_modify(|count| *count += 1);
                tokio::spawn(converse(
                    socket,
                    Arc::clone(&noted),
                    Arc::clone(&script) as Arc<Script>,
                ));
            }
        });
        Self { address, book }
    }

    /// Always the same answer.
    pub(crate) async fn saying(head: &'static str, body: &'static str) -> Self {
        Self::start(move |_| response(head, body)).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.book.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The only request, or the last one.
    pub(crate) fn last(&self) -> Heard {
        self.heard().pop().expect("something was asked")
    }

    /// Every byte that arrived.
    pub(crate) fn raw(&self) -> String {
        let raw = self.book.raw.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&raw).into_owned()
    }

    pub(crate) fn connections(&self) -> usize {
        *self.book.connections.borrow()
    }

    /// Waits until the other side has hung up so often.
    pub(crate) async fn hung_up(&self, times: usize) {
        let mut counted = self.book.hung_up.subscribe();
        let waited = timeout(NEVER, counted.wait_for(|count| *count >= times)).await;
        waited.expect("the gateway hangs up").expect("the server lives");
    }
}

async fn converse(mut socket: TcpStream, book: Arc<Book>, script: Arc<Script>) {
    let mut waiting = Vec::new();
    while let Some(heard) = read(&mut socket, &mut waiting, &book).await {
        let say = script(&heard);
        book.heard.lock().unwrap_or_else(PoisonError::into_inner).push(heard);
        match say {
            Say::This(bytes) => socket.write_all(bytes.as_bytes()).await.expect("somebody listens"),
            Say::On(head, more) => {
                socket.write_all(head.as_bytes()).await.expect("somebody listens");
                if go_on(&mut socket, more).await {
                    continue;
                }
                break;
            }
            Say::Last(bytes) => {
                return socket.write_all(bytes.as_bytes()).await.expect("somebody listens");
            }
            Say::HangUp => return,
            Say::Nothing => {
                let _end = socket.read(&mut [0; 64]).await;
                break;
            }
        }
    }
    book.hung_up.send_modify(|count| *count += 1);
}

/// Sends what comes as chunks; whether it ended before the other side hung up.
async fn go_on(socket: &mut TcpStream, mut more: mpsc::UnboundedReceiver<String>) -> bool {
    let mut byte = [0; 1];
    loop {
        tokio::select! {
            next = more.recv() => {
                let text = next.as_deref().unwrap_or_default();
                let chunk = format!("{:x}\r\n{text}\r\n", text.len());
                if socket.write_all(chunk.as_bytes()).await.is_err() || next.is_none() {
                    return next.is_none();
                }
            }
            _ = socket.read(&mut byte) => return false,
        }
    }
}

/// The next request of a connection.
async fn read(socket: &mut TcpStream, waiting: &mut Vec<u8>, book: &Book) -> Option<Heard> {
    let end = loop {
        if let Some(end) = waiting.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        more(socket, waiting, book).await?;
    };
    let head = String::from_utf8_lossy(&waiting[..end]).into_owned();
    let mut lines = head.trim_end().split("\r\n");
    let line = lines.next().unwrap_or_default().to_owned();
    let header = |text: &str| {
        let (name, value) = text.split_once(':').expect("a header line has a colon");
        (name.to_ascii_lowercase(), value.trim().to_owned())
    };
    let mut received = Heard { line, headers: lines.map(header).collect(), body: String::new() };
    let length =
        received.header("content-length").map_or(0, |text| text.parse().expect("a length"));
    while waiting.len() < end + length {
        more(socket, waiting, book).await?;
    }
    received.body = String::from_utf8_lossy(&waiting[end..end + length]).into_owned();
    waiting.drain(..end + length);
    Some(received)
}

async fn more(socket: &mut TcpStream, waiting: &mut Vec<u8>, book: &Book) -> Option<()> {
    let mut some = [0; 4096];
    let count = socket.read(&mut some).await.ok().filter(|count| *count > 0)?;
    waiting.extend_from_slice(&some[..count]);
    book.raw.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&some[..count]);
    Some(())
}

/// A node that listens, and in front of whom.
pub(crate) struct House {
    pub(crate) address: SocketAddr,
}

/// The bearer token of `number`; those of [`ALICE`] and [`BOB`] speak for the people of these names, [`BRIEF`] for alice and
/// two seconds, others for themselves.
pub(crate) fn token(number: u16) -> String {
    let mut bytes = [7; 32];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    write(bytes)
}

pub(crate) const ALICE: u16 = 0;
pub(crate) const BOB: u16 = 1;
pub(crate) const BRIEF: u16 = 2;

/// An entry for [`token`].
pub(crate) fn entry(number: u16) -> String {
    let hash = URL_SAFE_NO_PAD.encode(StaticTokenDigest::of(&token(number)).0);
    let (subject, end) = match number {
        ALICE => ("subject = \"alice\"", "2027-04-25T08:00:00Z"),
        BOB => ("subject = \"bob\"", "2027-04-25T08:00:00Z"),
        BRIEF => ("subject = \"alice\"", "2027-01-15T08:00:02Z"),
        _ => ("", "2027-04-25T08:00:00Z"),
    };
    format!(
        "[[static_tokens]]\nname = \"{number}\"\nhash = \"sha256:{hash}\"\nexpires_at = \"{end}\"\nscopes = [\"mcp:tools\"]\n{subject}"
    )
}

impl House {
    /// A node with `upstream` at `/mcp`, and `settings` as its `[resources.gateway]`.
    pub(crate) async fn before(upstream: &Upstream, settings: &str) -> Self {
        Self::protecting(&upstream.url("/mcp"), settings).await
    }

    /// The same with any URL.
    pub(crate) async fn protecting(url: &str, settings: &str) -> Self {
        Self::start(&deployment(url, settings), &Clock::new()).await
    }

    /// A node of any deployment.
    pub(crate) async fn start(deployment: &Deployment, clock: &Clock) -> Self {
        let config = deployment.config();
        let world = Arc::new(FixedWorld::new(clock.clone(), 0));
        let ledger = server::ledger(&config, clock.now()).expect("memory needs nothing");
        let server = server::assemble_with(&config, &deployment.ring(), world, ledger);
        Self::open_at(server, &config).await
    }

    /// The same in an internet where the test authority is believed.
    pub(crate) async fn start_in(
        internet: &Arc<Internet>,
        deployment: &Deployment,
        clock: &Clock,
    ) -> Self {
        let config = deployment.config();
        let world = Arc::new(FixedWorld::new(clock.clone(), 0));
        let ledger = server::ledger(&config, clock.now()).expect("memory needs nothing");
        let settings = Settings { authorities: AUTHORITY.pem(), ..Settings::default() };
        let network = Arc::clone(internet) as Arc<dyn Network>;
        let out = Arc::new(sealbearer::upstream::Upstream::new(settings, network));
        let server = server::assemble_through(&config, &deployment.ring(), world, ledger, out);
        Self::open_at(server, &config).await
    }

    async fn open_at(server: Server, config: &Config) -> Self {
        let app = server::app(Arc::new(server), config);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has ports");
        let address = listener.local_addr().expect("it is bound");
        tokio::spawn(serve(listener, app, Limits::default(), std::future::pending()));
        Self { address }
    }

    /// Sends a request, `text` being its line and headers but `Host`, and returns what comes back until the end.
    pub(crate) async fn ask(&self, text: &str, body: &str) -> Reply {
        let mut line = self.open(text, body).await;
        line.whole().await
    }

    /// Sends a request and waits for nothing.
    pub(crate) async fn open(&self, text: &str, body: &str) -> Line {
        let mut socket = TcpStream::connect(self.address).await.expect("the node listens");
        let (first, rest) = text.split_once("\r\n").unwrap_or((text, ""));
        let rest = if rest.is_empty() { String::new() } else { format!("{rest}\r\n") };
        let length = if body.is_empty() {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", body.len())
        };
        let text = format!(
            "{first} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{length}{rest}\r\n{body}"
        );
        socket.write_all(text.as_bytes()).await.expect("the node reads");
        Line { socket, seen: String::new() }
    }

    /// POSTs a message as the bearer of `number`.
    pub(crate) async fn post(&self, number: u16, headers: &str, message: &str) -> Reply {
        self.ask(&posting(number, headers), message).await
    }
}

/// A deployment with the server at `url` behind `/mcp`, and tokens for alice and bob.
pub(crate) fn deployment(url: &str, settings: &str) -> Deployment {
    let people = [ALICE, BOB, BRIEF].map(entry).join("\n");
    Deployment::usual()
        .signing()
        .protecting(url)
        .with_form(&format!("[resources.gateway]\n{settings}"))
        .with(&people)
}

/// The line and headers of a POST.
pub(crate) fn posting(number: u16, headers: &str) -> String {
    let more = if headers.is_empty() { String::new() } else { format!("\r\n{headers}") };
    let token = token(number);
    format!(
        "POST /mcp\r\nAuthorization: Bearer {token}\r\nAccept: application/json, text/event-stream\r\nContent-Type: application/json{more}"
    )
}

/// The line and headers of another method.
pub(crate) fn asking(method: &str, number: u16, headers: &str) -> String {
    let more = if headers.is_empty() { String::new() } else { format!("\r\n{headers}") };
    format!("{method} /mcp\r\nAuthorization: Bearer {}{more}", token(number))
}

pub(crate) const LIST: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
