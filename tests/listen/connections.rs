//! How long a connection may do nothing, how many there may be, and what a panic leaves of one.

use std::io::ErrorKind::WouldBlock;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body_util::combinators::BoxBody;
use hyper::body::{Body as HttpBody, Bytes, Frame};
use tracing::Dispatch;

use super::*;
use crate::support::log::Written;

async fn ends_soon(connection: &mut Connection) -> String {
    let since = Instant::now();
    let text = connection.rest().await;
    assert!(since.elapsed() < SOON * 10, "it took {:?}", since.elapsed());
    text
}

#[tokio::test]
async fn a_client_who_sends_nothing_or_half_a_head_is_cut_off() {
    let limits = Limits { head_deadline: SOON, ..patient() };
    let server = Running::new(limits, echoing()).await;
    for start in ["", "GET / HTTP/1.1\r\nHost: a\r\n"] {
        let mut connection = server.connect().await;
        connection.send(start).await;
        assert_eq!(ends_soon(&mut connection).await, "", "after {start:?}");
    }
}

#[tokio::test]
async fn a_client_who_dribbles_a_head_gains_no_time() {
    let limits = Limits { head_deadline: SOON, ..patient() };
    let server = Running::new(limits, echoing()).await;
    let mut connection = server.connect().await;
    let since = Instant::now();
    connection.send("GET / HTTP/1.1\r\nX: ").await;
    // Each byte is acknowledged by nothing; what ends the loop is that the server closes.
    let mut ticks = tokio::time::interval(SOON / 20);
    while connection.0.try_read(&mut [0; 1]).is_err_and(|error| error.kind() == WouldBlock) {
        ticks.tick().await;
        connection.send("y").await;
        assert!(since.elapsed() < SOON * 10, "it may dribble forever");
    }
}

#[tokio::test]
async fn a_second_head_that_stalls_is_cut_off_although_idling_is_allowed() {
    let limits = Limits { head_deadline: SOON, ..patient() };
    let server = Running::new(limits, echoing()).await;
    let request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab";
    for pieces in [
        [request, "GET /"].as_slice(),
        &["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nabGET /"],
    ] {
        let mut connection = server.connect().await;
        for piece in pieces {
            connection.send(piece).await;
        }
        let answer = ends_soon(&mut connection).await;
        assert_eq!(statuses(&answer), ["200"]);
    }
}

#[tokio::test]
async fn a_connection_idles_beyond_the_time_of_a_head_but_not_for_ever() {
    let limits = Limits { head_deadline: SOON, idle_deadline: SOON * 3, ..patient() };
    let server = Running::new(limits, echoing()).await;
    let mut connection = server.connect().await;
    connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab").await;
    connection.until("\r\n\r\nab").await;
    let since = Instant::now();
    assert_eq!(ends_soon(&mut connection).await, "");
    assert!(since.elapsed() >= SOON * 2, "it was cut off after {:?}", since.elapsed());
}

#[tokio::test]
async fn an_answer_may_take_longer_than_any_request_may() {
    let (asked, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let limits = Limits { head_deadline: SOON, idle_deadline: SOON, ..patient() };
    let server = Running::new(limits, waiting(Arc::clone(&asked), Arc::clone(&go_on))).await;
    let mut slow = server.connect().await;
    slow.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    asked.notified().await;
    // A connection that was opened later and is cut off shows that the deadlines have passed.
    let mut idle = server.connect().await;
    assert_eq!(ends_soon(&mut idle).await, "");
    go_on.notify_one();
    assert_eq!(statuses(&slow.until("done").await), ["200"]);
}

/// Events that come when told to.
fn events(go_on: Arc<Notify>) -> impl Endpoint + 'static {
    poem::endpoint::make(move |_| {
        let go_on = Arc::clone(&go_on);
        async move {
            let (mut ours, theirs) = tokio::io::duplex(64);
            tokio::spawn(async move {
                loop {
                    go_on.notified().await;
                    ours.write_all(b"data: x\n\n").await.expect("somebody listens");
                }
            });
            let body = Body::from_async_read(theirs);
            Ok::<_, poem::Error>(Response::builder().content_type("text/event-stream").body(body))
        }
    })
}

#[tokio::test]
async fn a_stream_of_events_may_be_silent_for_as_long_as_it_likes() {
    let go_on = Arc::new(Notify::new());
    let limits =
        Limits { head_deadline: SOON, idle_deadline: SOON, stall_deadline: SOON, ..patient() };
    let server = Running::new(limits, events(Arc::clone(&go_on))).await;
    let mut stream = server.connect().await;
    stream.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    go_on.notify_one();
    stream.until("data: x\n\n").await;
    let mut idle = server.connect().await;
    assert_eq!(ends_soon(&mut idle).await, "");
    go_on.notify_one();
    stream.until("data: x\n\n").await;
}

#[tokio::test]
async fn a_client_who_stops_reading_is_cut_off() {
    let limits = Limits { stall_deadline: SOON, ..patient() };
    let ended = Arc::new(Notify::new());
    let told = Arc::clone(&ended);
    let endless = poem::endpoint::make(move |_| {
        let told = Arc::clone(&told);
        async move {
            let (mut ours, theirs) = tokio::io::duplex(64 * 1024);
            tokio::spawn(async move {
                while ours.write_all(&[b'x'; 4 * 1024]).await.is_ok() {}
                told.notify_one();
            });
            Ok::<_, poem::Error>(Response::builder().body(Body::from_async_read(theirs)))
        }
    });
    let server = Running::new(limits, endless).await;
    let mut connection = server.connect().await;
    connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let gave_up = tokio::time::timeout(NEVER, ended.notified()).await;
    assert!(gave_up.is_ok(), "the server stops to produce what nobody reads");
}

#[tokio::test]
async fn a_connection_beyond_the_limit_is_served_when_another_ends() {
    let limits = Limits { connections_max: 1, ..patient() };
    let server = Running::new(limits, echoing()).await;
    let request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab";
    let mut first = server.connect().await;
    first.send(request).await;
    first.until("\r\n\r\nab").await;
    let mut second = server.connect().await;
    second.send(request).await;
    first.send(request).await;
    first.until("\r\n\r\nab").await;
    let early = second.0.try_read(&mut [0; 1]);
    assert!(early.is_err_and(|error| error.kind() == WouldBlock), "the second has to wait");
    drop(first);
    assert_eq!(statuses(&second.until("\r\n\r\nab").await), ["200"]);
}

/// A body that panics when it is read.
struct Panicking;

impl HttpBody for Panicking {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        panic!("as asked")
    }
}

/// No layer sees what happens while an answer is sent: the connection is lost, and the log says so.
#[tokio::test]
async fn a_panic_while_an_answer_is_sent_is_logged() {
    let written = Written::default();
    let _second = Dispatch::new(tracing_subscriber::registry());
    let log = tracing_subscriber::fmt().with_ansi(false).with_writer(written.clone()).finish();
    let _guard = tracing::subscriber::set_default(log);
    let endpoint = poem::endpoint::make_sync(|_| {
        Response::builder().body(Body::from(BoxBody::new(Panicking)))
    });
    let server = Running::new(patient(), endpoint).await;
    server.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let again = server.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(!again.contains("as asked"), "{again}");
    server.stop.send(()).expect("it runs");
    server.stopped.await.expect("it does not panic").expect("it ends well");
    let told = written.text();
    assert!(told.contains("a connection ended with a panic"), "{told}");
}

#[tokio::test]
async fn a_panic_is_answered_and_its_connection_lives_on() {
    let server = Running::new(patient(), echoing()).await;
    let mut connection = server.connect().await;
    connection.send("GET /panic HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!(statuses(&connection.until("\r\n\r\n").await), ["500"]);
    connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab").await;
    assert_eq!(statuses(&connection.until("\r\n\r\nab").await), ["200"]);
}
