//! Real sockets against the accept loop, with shortened deadlines: nothing here sleeps, each test waits for the server.

use std::net::SocketAddr;
use std::sync::Arc;

use poem::http::StatusCode;
use poem::{Body, Endpoint, IntoResponse as _, Request, Response};
use sealbearer::listen::{Limits, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Duration, Instant};

mod bodies;
mod connections;
mod heads;
mod shutdown;

/// Longer than any deadline under test, shorter than anybody's patience.
const NEVER: Duration = Duration::from_mins(1);
/// A deadline under test.
const SOON: Duration = Duration::from_millis(200);

fn patient() -> Limits {
    Limits {
        head_deadline: NEVER,
        idle_deadline: NEVER,
        stall_deadline: NEVER,
        drain_deadline: NEVER,
        connections_max: 100,
    }
}

/// A server that runs, and how to stop it.
struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    stopped: JoinHandle<std::io::Result<()>>,
}

impl Running {
    async fn new(limits: Limits, endpoint: impl Endpoint + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let (stop, stopping) = oneshot::channel();
        let stopped = tokio::spawn(serve(listener, endpoint, limits, async {
            stopping.await.ok();
        }));
        Self { address, stop, stopped }
    }

    async fn connect(&self) -> Connection {
        Connection(TcpStream::connect(self.address).await.expect("the server listens"))
    }

    /// Sends `request` on a connection of its own, and returns all that comes back until the server closes.
    async fn ask(&self, request: impl AsRef<[u8]>) -> String {
        let mut connection = self.connect().await;
        connection.send(request).await;
        connection.rest().await
    }
}

struct Connection(TcpStream);

impl Connection {
    async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        // The server may have closed already, which what it said tells better than an error here.
        self.0.write_all(bytes.as_ref()).await.ok();
    }

    /// All that comes until the server closes. A reset after an early answer does not lose what was read before.
    async fn rest(&mut self) -> String {
        let mut all = Vec::new();
        let mut some = [0; 4096];
        let read_all = async {
            while let Ok(count @ 1..) = self.0.read(&mut some).await {
                all.extend_from_slice(&some[..count]);
            }
        };
        tokio::time::timeout(NEVER, read_all).await.expect("the server closes the connection");
        String::from_utf8_lossy(&all).into_owned()
    }

    /// What comes until `end` has come.
    async fn until(&mut self, end: &str) -> String {
        let mut all = String::new();
        while !all.ends_with(end) {
            let byte = tokio::time::timeout(NEVER, self.0.read_u8()).await;
            all.push(char::from(byte.expect("it comes").expect("the connection lives")));
        }
        all
    }
}

/// Repeats the body of a request; the path `/panic` panics.
async fn echo(request: Request) -> Response {
    assert!(request.uri().path() != "/panic", "as asked");
    match request.into_body().into_vec().await {
        Ok(body) => Response::builder().body(body),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

fn echoing() -> impl Endpoint + 'static {
    poem::endpoint::make(|request| async { Ok::<_, poem::Error>(echo(request).await) })
}

/// An endpoint that answers when told to, and says when it was asked.
fn waiting(asked: Arc<Notify>, go_on: Arc<Notify>) -> impl Endpoint + 'static {
    poem::endpoint::make(move |_| {
        let (asked, go_on) = (Arc::clone(&asked), Arc::clone(&go_on));
        async move {
            asked.notify_one();
            go_on.notified().await;
            Ok::<_, poem::Error>(Response::builder().body("done"))
        }
    })
}

/// The status of each response in `text`.
fn statuses(text: &str) -> Vec<&str> {
    text.match_indices("HTTP/1.1 ").map(|(at, start)| &text[at + start.len()..][..3]).collect()
}
