//! Sends one form to a server that the operator names.

use std::pin::Pin;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, CONTENT_TYPE, HOST};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_openssl::SslStream;
use url::{Url, form_urlencoded};

use super::Failure;
use crate::upstream::Trust;

/// From the first byte to the last.
const DEADLINE: Duration = Duration::from_secs(10);
/// No answer of this server's is longer.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// The body of the answer to a form with one field.
///
/// # Errors
///
/// What a person can do about it.
pub(super) fn form(url: &str, name: &str, value: &str) -> Result<String, Failure> {
    let target: Url =
        url.parse().map_err(|reason| Failure::Usage(format!("{url} is no URL: {reason}")))?;
    let body = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime
        .map_err(|reason| Failure::Failed(format!("no threads can be started: {reason}")))?;
    let host = target.host_str().unwrap_or_default();
    let failed = |reason: String| Failure::Failed(format!("{host}: {reason}"));
    let (status, answer) = runtime
        .block_on(async {
            let sending = tokio::time::timeout(DEADLINE, send(&target, body));
            sending.await.unwrap_or_else(|_| Err("no answer within 10 s".to_owned()))
        })
        .map_err(failed)?;
    if status == StatusCode::OK { Ok(answer) } else { Err(failed(format!("{status}: {answer}"))) }
}

async fn send(target: &Url, body: String) -> Result<(StatusCode, String), String> {
    let addresses = target.socket_addrs(|| None).map_err(|reason| reason.to_string())?;
    let socket = TcpStream::connect(&*addresses).await.map_err(|reason| reason.to_string())?;
    match target.scheme() {
        "http" => ask(socket, target, body).await,
        "https" => {
            let trust = Trust::new(Vec::new());
            let configuration = trust.configure().await.map_err(|reason| reason.to_string())?;
            let host = target.host_str().unwrap_or_default().trim_matches(['[', ']']);
            let session = configuration.into_ssl(host).map_err(|reason| reason.to_string())?;
            let mut stream =
                SslStream::new(session, socket).map_err(|reason| reason.to_string())?;
            Pin::new(&mut stream).connect().await.map_err(|reason| reason.to_string())?;
            ask(stream, target, body).await
        }
        other => Err(format!("{other} is neither https nor http")),
    }
}

async fn ask(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    target: &Url,
    body: String,
) -> Result<(StatusCode, String), String> {
    let connecting = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = connecting.map_err(|reason| reason.to_string())?;
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let host = &target[url::Position::BeforeHost..url::Position::AfterPort];
    let request = Request::post(target.path())
        .header(HOST, host)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(CONNECTION, "close")
        .body(Full::new(Bytes::from(body)))
        .map_err(|reason| reason.to_string())?;
    let response = sender.send_request(request).await.map_err(|reason| reason.to_string())?;
    let status = response.status();
    let read = Limited::new(response.into_body(), BODY_BYTES_MAX).collect().await;
    let bytes = read.map_err(|reason| reason.to_string())?.to_bytes();
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}
