//! Streams: nothing is held back, whoever leaves is gone on the other side too, and the token's end is the stream's.
//! Source: MCP streamable HTTP, HTTP+SSE of 2024-11-05; HTML Standard §9.2.6.

use std::time::Instant;

use proptest::prelude::*;
use sealbearer::gateway::proxy::endpoint_event::{EVENT_BYTES_MAX, First, Rewrite, first};
use tokio::sync::mpsc;

use super::support::{
    ALICE, BOB, BRIEF, House, LIST, Say, Upstream, asking, posting, response, stream,
};

/// A server that opens one stream for each request, and the senders for them.
async fn streaming() -> (Upstream, mpsc::UnboundedReceiver<mpsc::UnboundedSender<String>>) {
    let (opened, senders) = mpsc::unbounded_channel();
    let upstream = Upstream::start(move |_| {
        let (sender, say) = stream();
        opened.send(sender).expect("the test waits for it");
        say
    });
    (upstream.await, senders)
}

#[tokio::test]
async fn every_event_passes_as_it_comes() {
    let (upstream, mut senders) = streaming().await;
    let house = House::before(&upstream, "").await;
    for asked in [posting(ALICE, ""), asking("GET", ALICE, "Accept: text/event-stream")] {
        let body = if asked.starts_with("POST") { LIST } else { "" };
        let mut line = house.open(&asked, body).await;
        let sender = senders.recv().await.expect("the server was asked");
        for event in
            [": comment\n\n", "id: 1\ndata: one\n\n", "data: tw", "o\n\n", "data: three\n\n"]
        {
            sender.send(event.to_owned()).expect("the stream is open");
            // The next one is sent when this one has arrived.
            line.until(event).await;
        }
        let head = line.seen.to_lowercase();
        assert!(head.contains("x-accel-buffering: no\r\n"), "{head}");
        assert!(head.contains("content-type: text/event-stream\r\n"), "{head}");
        drop(sender);
        assert!(line.whole().await.body.ends_with("0\r\n\r\n"), "it ends as it should");
    }
}

#[tokio::test]
async fn a_client_that_leaves_is_gone_for_the_server_too() {
    let (upstream, mut senders) = streaming().await;
    let house = House::before(&upstream, "").await;
    let mut line = house.open(&asking("GET", ALICE, ""), "").await;
    let sender = senders.recv().await.expect("the server was asked");
    sender.send("data: one\n\n".to_owned()).expect("the stream is open");
    line.until("data: one").await;
    let left = Instant::now();
    drop(line);
    upstream.hung_up(1).await;
    assert!(left.elapsed().as_secs() < 2, "{:?}", left.elapsed());
}

/// In 2026-07-28 that calls the request off.
#[tokio::test]
async fn a_client_that_leaves_before_the_answer_is_gone_for_the_server_too() {
    let upstream = Upstream::start(|_| Say::Nothing).await;
    let house = House::before(&upstream, "").await;
    let line = house.open(&posting(ALICE, ""), LIST).await;
    while upstream.heard().is_empty() {
        tokio::task::yield_now().await;
    }
    drop(line);
    upstream.hung_up(1).await;
}

#[tokio::test]
async fn a_server_that_breaks_off_is_no_clean_end() {
    let upstream = Upstream::start(|_| {
        Say::This(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
                .to_owned(),
        )
    });
    // The second request on the connection finds it closed.
    let upstream = upstream.await;
    let house = House::before(&upstream, "answer_timeout = \"1s\"").await;
    let mut line = house.open(&posting(ALICE, ""), LIST).await;
    line.until("\r\n\r\n{").await;
    assert!(!line.seen.ends_with('}'));
}

#[tokio::test]
async fn rsg_17_a_stream_ends_with_its_token() {
    let (upstream, mut senders) = streaming().await;
    let house = House::before(&upstream, "").await;
    let began = Instant::now();
    let mut line = house.open(&asking("GET", BRIEF, ""), "").await;
    let sender = senders.recv().await.expect("the server was asked");
    sender.send("data: one\n\n".to_owned()).expect("the stream is open");
    line.until("data: one").await;
    line.whole().await;
    let lasted = began.elapsed().as_millis();
    assert!((1_500..5_000).contains(&lasted), "{lasted} ms");
    upstream.hung_up(1).await;
}

#[tokio::test]
async fn the_server_of_2024_11_05_gets_its_messages_where_it_wants_them() {
    let (opened, mut senders) = mpsc::unbounded_channel();
    let upstream = Upstream::start(move |heard| {
        if heard.line.starts_with("POST") {
            return response("202 Accepted", "Accepted");
        }
        let (sender, say) = stream();
        opened.send(sender).expect("the test waits for it");
        say
    });
    let upstream = upstream.await;
    let house = House::protecting(&upstream.url("/sse"), "").await;
    let mut line = house.open(&asking("GET", ALICE, "Accept: text/event-stream"), "").await;
    let sender = senders.recv().await.expect("the server was asked");
    sender
        .send("event: endpoint\ndata: /messages/?session_id=a/b%20c&x=1\n\n".to_owned())
        .expect("open");
    line.until("\n\n").await;
    line.until("event: endpoint\ndata: ").await;
    let (_, data) = line.seen.split_once("\ndata: ").expect("it has data");
    let url = data.lines().next().expect("a line").to_owned();
    assert!(url.starts_with("/mcp?to=") && !url.contains("session_id=a/b"), "{url}");
    let text = posting(ALICE, "").replacen("/mcp", &url, 1);
    let reply = house.ask(&text, LIST).await;
    assert_eq!((reply.status, reply.body.as_str()), (202, "Accepted"));
    assert_eq!(upstream.last().line, "POST /messages/?session_id=a/b%20c&x=1 HTTP/1.1");
    let before = upstream.heard().len();
    let changed = url.replacen("messages", "elsewhere", 1);
    let twice = format!("{url}&{}", url.trim_start_matches("/mcp?"));
    for (number, method, url, status) in [
        (BOB, "POST", &url, 404),
        (ALICE, "POST", &changed, 404),
        (ALICE, "POST", &twice, 404),
        (ALICE, "DELETE", &url, 404),
        (9, "POST", &url, 401),
    ] {
        let text = posting(number, "").replacen("POST /mcp", &format!("{method} {url}"), 1);
        assert_eq!(house.ask(&text, LIST).await.status, status, "{method} {url}");
    }
    // Nor is it the handle of a session, which is another kind of thing.
    let query = url.split_once('?').expect("a query").1;
    let (_, bound) = url::form_urlencoded::parse(query.as_bytes()).next().expect("a parameter");
    let session = format!("Mcp-Session-Id: {bound}");
    assert_eq!(house.post(ALICE, &session, LIST).await.status, 404);
    assert_eq!(upstream.heard().len(), before);
    sender.send("event: message\ndata: {}\n\n".to_owned()).expect("the stream is open");
    line.until("event: message\ndata: {}\n\n").await;
}

/// An event of that name is the place for messages where a client opens its stream, and nowhere else.
#[tokio::test]
async fn other_streams_pass_with_whatever_their_first_event_is_called() {
    let event = "event: endpoint\ndata: /messages\n\n";
    let upstream = Upstream::start(move |heard| {
        if heard.body.contains("initialize") {
            return response(
                "200 OK\r\nContent-Type: application/json\r\nMcp-Session-Id: theirs",
                "{}",
            );
        }
        let (sender, say) = stream();
        sender.send(event.to_owned()).expect("it is open");
        say
    });
    let upstream = upstream.await;
    let house = House::before(&upstream, "").await;
    let begun = house.post(ALICE, "", &LIST.replace("tools/list", "initialize")).await;
    let session = begun.header("mcp-session-id").expect("a session").to_owned();
    let session = format!("Mcp-Session-Id: {session}");
    for (asked, body) in [
        (posting(ALICE, ""), LIST),
        (posting(ALICE, &session), LIST),
        (asking("GET", ALICE, &session), ""),
    ] {
        let reply = house.ask(&asked, body).await;
        assert!(reply.body.contains(event), "{reply:?}");
    }
}

/// A stream that ends in the middle of its first event is passed as far as it came.
#[tokio::test]
async fn half_an_event_is_passed_when_nothing_follows() {
    for half in ["event: endpoint\ndata: /messages\n", ""] {
        let upstream = Upstream::start(move |_| {
            let (sender, say) = stream();
            if !half.is_empty() {
                sender.send(half.to_owned()).expect("it is open");
            }
            say
        });
        let house = House::protecting(&upstream.await.url("/sse"), "").await;
        let reply = house.ask(&asking("GET", ALICE, ""), "").await;
        assert_eq!(reply.status, 200);
        assert!(reply.body.contains(half) && reply.body.ends_with("0\r\n\r\n"), "{reply:?}");
    }
}

/// Whoever broke off did not say that nothing follows.
#[tokio::test]
async fn a_stream_that_breaks_off_in_its_first_event_is_no_clean_end() {
    let begun = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
                 Transfer-Encoding: chunked\r\n\r\n5\r\ndata:\r\n";
    let upstream = Upstream::start(|_| Say::Last(begun.to_owned())).await;
    let house = House::protecting(&upstream.url("/sse"), "").await;
    let reply = house.ask(&asking("GET", ALICE, ""), "").await;
    assert!(reply.status == 200 && !reply.body.ends_with("0\r\n\r\n"), "{reply:?}");
}

/// What is bound has to fit into the URLs of clients.
#[tokio::test]
async fn the_place_for_messages_has_a_limit() {
    for (length, fits) in [(2_048, true), (2_049, false)] {
        let event = format!("event: endpoint\ndata: /m?{}\n\n", "x".repeat(length - 3));
        let upstream = Upstream::start(move |_| {
            let (sender, say) = stream();
            sender.send(event.clone()).expect("it is open");
            say
        });
        let house = House::protecting(&upstream.await.url("/sse"), "").await;
        let reply = house.ask(&asking("GET", ALICE, ""), "").await;
        assert_eq!(reply.body.contains("event: endpoint"), fits, "{length}");
    }
}

/// Whatever the server's stream says, messages go to the configured server or nowhere.
#[tokio::test]
async fn rsg_08_a_stream_cannot_send_messages_to_another_server() {
    for elsewhere in [
        "http://198.51.100.1/messages",
        "//198.51.100.1/messages",
        "\\\\198.51.100.1/x",
        "https:messages",
        "http://127.0.0.1:1/x",
        "javascript:1",
    ] {
        let event = format!("event: endpoint\ndata: {elsewhere}\n\n");
        let upstream = Upstream::start(move |_| {
            let (sender, say) = stream();
            sender.send(event.clone()).expect("it is open");
            std::mem::forget(sender);
            say
        });
        let upstream = upstream.await;
        let house = House::protecting(&upstream.url("/sse"), "").await;
        let reply = house.ask(&asking("GET", ALICE, ""), "").await;
        assert!(!reply.body.contains("event"), "{elsewhere}: {reply:?}");
        upstream.hung_up(1).await;
    }
}

fn marking() -> Rewrite {
    Box::new(|theirs| (!theirs.contains("elsewhere")).then(|| format!("<{theirs}>")))
}

/// What a client of the stream sees, if it is looked at after each of `pieces`.
fn looked_at(pieces: &[&[u8]]) -> Option<Vec<u8>> {
    let (mut held, mut passed) = (Vec::new(), Vec::new());
    let mut pieces = pieces.iter();
    while let Some(piece) = pieces.next() {
        held.extend_from_slice(piece);
        match first(&held, &marking()) {
            First::Unknown => {}
            First::Nothing { until } => passed.extend(held.drain(..until)),
            First::Known(bytes) => {
                passed.extend(bytes);
                passed.extend(pieces.flat_map(|piece| piece.iter()));
                return Some(passed);
            }
            First::Foreign => return None,
        }
    }
    passed.extend(held);
    Some(passed)
}

proptest! {
    /// However the stream is cut, the event that names the URL is replaced, and nothing else.
    #[test]
    fn wherever_a_stream_is_cut_its_first_event_is_found(
        before in prop::sample::select(vec!["", ": hello\n\n", "retry: 5\r\n\r\n", "\u{feff}", "\n", ": a\r\r: b\n\n"]),
        event in prop::sample::select(vec![
            "event: endpoint\ndata: /m\n\n", "event:endpoint\r\ndata:/m\r\n\r\n", "data: /m\revent: endpoint\rid: 1\r\r",
        ]),
        after in "(event: message\ndata: x\n\n){0,2}(data: y)?",
        cut in any::<prop::sample::Index>(),
    ) {
        let text = format!("{before}{event}{after}");
        let cut = cut.index(text.len() + 1);
        let (one, two) = text.as_bytes().split_at(cut);
        let seen = String::from_utf8(looked_at(&[one, two]).expect("it is no foreign URL")).expect("text");
        prop_assert!(seen.contains("event: endpoint\ndata: </m>\n\n"), "{seen:?}");
        prop_assert_eq!(seen.matches("/m").count(), 1);
        prop_assert!(seen.ends_with(&after), "{:?}", seen);
    }

    #[test]
    fn other_streams_pass_byte_for_byte(
        bytes in prop::collection::vec(prop_oneof![
            Just(b'\n'), Just(b'\r'), Just(b':'), Just(b'd'), any::<u8>(),
        ], 0..80),
        cut in any::<prop::sample::Index>(),
    ) {
        let (one, two) = bytes.split_at(cut.index(bytes.len() + 1));
        prop_assert_eq!(looked_at(&[one, two]), Some(bytes.clone()));
    }
}

#[test]
fn what_is_too_long_for_a_url_is_not_looked_at_any_longer() {
    let long =
        |length: usize| format!("event: endpoint\ndata: {}", "x".repeat(length - 22)).into_bytes();
    assert_eq!(first(&long(EVENT_BYTES_MAX), &marking()), First::Unknown);
    let over = long(EVENT_BYTES_MAX + 1);
    assert_eq!(first(&over, &marking()), First::Known(over.clone()));
    assert_eq!(first(b"event: endpoint\ndata: elsewhere\n\n", &marking()), First::Foreign);
}
