//! Lists that leave out what their reader may not use, in every form in which they travel.
//! Source: MCP tools, resources and prompts (lists); HTML §9.2.6 (event streams).

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    task::{Context, Poll},
};

use poem::{
    Body, Response, Route,
    http::{StatusCode, header},
    test::TestClient,
};
use proptest::prelude::*;
use protocol::operation::Operation;
use sealbearer::{
    gateway::{
        LIST_BYTES_MAX,
        guard::Permissions,
        lists::{MayUse, answer, event, withhold},
    },
    mcp::endpoint,
};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWriteExt as _, ReadBuf};

use super::guard::{bearer, body_of, guarded_by};
use super::support::{dressed, request};

/// What begins with `open` is for everybody, everything else for `mcp:all`.
struct Open;

impl Permissions for Open {
    fn needed(&self, operation: &Operation) -> Vec<String> {
        match operation {
            Operation::Use { name: Some(name), .. } if name.starts_with("open") => Vec::new(),
            Operation::Use { .. } => vec!["mcp:all".to_owned()],
            Operation::List(_) | Operation::Other => Vec::new(),
        }
    }

    fn implies(&self, _: &str, _: &str) -> bool {
        false
    }

    fn filters_lists(&self) -> bool {
        true
    }
}

fn may_use() -> MayUse {
    Box::new(|_, name| name.starts_with("open"))
}

fn tools(names: &[&str]) -> Value {
    let tools: Vec<_> = names.iter().map(|name| json!({ "name": name, "x": 1.50 })).collect();
    json!({ "jsonrpc": "2.0", "id": 7, "result": { "tools": tools } })
}

/// Answers every request with `body`.
fn upstream(kind: &'static str, body: &str) -> TestClient<Route> {
    let body = body.to_owned();
    let inner = poem::endpoint::make_sync(move |_| {
        Response::builder()
            .content_type(kind)
            .header(header::CONTENT_LENGTH, body.len())
            .body(body.clone())
    });
    guarded_by(inner, Open)
}

async fn listed(client: &TestClient<Route>, token: &str) -> Response {
    let message = request("2025-11-25", "tools/list", json!({}));
    bearer(dressed(client.post("/mcp"), "2025-11-25", &message), token).send().await.0
}

/// Bytes that arrive piece by piece.
#[derive(Clone)]
struct Pieces(VecDeque<Vec<u8>>);

impl Pieces {
    fn of(mut bytes: &[u8], cuts: &[usize]) -> Self {
        let mut pieces = VecDeque::new();
        for cut in cuts.iter().cycle() {
            if bytes.is_empty() {
                break;
            }
            let (piece, rest) = bytes.split_at((*cut).min(bytes.len()));
            pieces.push_back(piece.to_vec());
            bytes = rest;
        }
        Self(pieces)
    }
}

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(piece) = self.0.pop_front() {
            buffer.put_slice(&piece);
        }
        Poll::Ready(Ok(()))
    }
}

async fn text_of(response: Response) -> String {
    response.into_body().into_string().await.expect("the body is text")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What is left of a list is what may be used, in its order, and the rest of the answer is as it was.
    #[test]
    fn exactly_what_may_be_used_is_left(names in prop::collection::vec("(open|shut)[a-c]", 0..6), kind in 0_usize..4) {
        let (member, key) =
            [("tools", "name"), ("resources", "uri"), ("resourceTemplates", "uriTemplate"), ("prompts", "name")][kind];
        let of = |names: Vec<String>| {
            let elements: Vec<_> = names.into_iter().map(|name| json!({ key: name })).collect();
            json!({ "jsonrpc": "2.0", "id": 1, "result": { member: elements, "nextCursor": "c" } })
        };
        let open = names.iter().filter(|name| name.starts_with("open")).cloned().collect::<Vec<_>>();
        let mut filtered = of(names.clone());
        prop_assert_eq!(withhold(&mut filtered, &may_use()), open.len() != names.len());
        prop_assert_eq!(filtered, of(open));
    }

    /// However the bytes of a stream arrive, and however its lines end, the same comes out.
    #[test]
    fn a_stream_is_filtered_however_it_is_cut(
        cuts in prop::collection::vec(1_usize..40, 1..30),
        line_end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
    ) {
        let list = tools(&["open_a", "shut_b"]);
        let events = [
            ": hello".to_owned(),
            "event: endpoint\ndata: /messages?session=1".to_owned(),
            format!("id: 5\nevent: message\ndata: {list}"),
            format!("data:{}", tools(&["open_c"])),
        ];
        let stream: String = events.iter().map(|event| format!("{event}\n\n").replace('\n', line_end)).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let pieces = Pieces::of(stream.as_bytes(), &cuts);
        let inner = poem::endpoint::make_sync(move |_| {
            let body = Body::from_async_read(pieces.clone());
            Response::builder().content_type("text/event-stream").body(body)
        });
        let text = runtime.block_on(async { text_of(listed(&guarded_by(inner, Open), "some").await).await });
        let lines: Vec<_> = text.split(['\n', '\r']).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        let rest = [
            ": hello".to_owned(),
            "event: endpoint".to_owned(),
            "data: /messages?session=1".to_owned(),
            "id: 5".to_owned(),
            "event: message".to_owned(),
            format!("data: {}", tools(&["open_a"])),
            format!("data:{}", tools(&["open_c"])),
        ];
        prop_assert_eq!(lines, rest);
    }

    #[test]
    fn no_event_makes_filtering_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = event(bytes.clone().into(), &may_use());
        let _ = answer(bytes.into(), &may_use());
    }
}

#[tokio::test]
async fn a_json_list_is_filtered_by_whoever_asks() {
    let client = upstream("application/json", &tools(&["open_a", "shut_b"]).to_string());
    for (token, expected) in [("some", vec!["open_a"]), ("all", vec!["open_a", "shut_b"])] {
        let response = listed(&client, token).await;
        assert_eq!(response.header("content-length"), None);
        assert_eq!(text_of(response).await, tools(&expected).to_string());
    }
}

/// A list that one reader gets is none that a cache may give to another.
#[tokio::test]
async fn a_filtered_list_is_for_its_reader_only() {
    let scoped = |names: &[&str], scope: &str| {
        let mut list = tools(names);
        list["result"]["cacheScope"] = json!(scope);
        list.to_string()
    };
    for names in [&["open_a", "shut_b"][..], &["open_a"], &[]] {
        let client = upstream("application/json", &scoped(names, "public"));
        let expected = scoped(&names[..names.len().min(1)], "private");
        assert_eq!(text_of(listed(&client, "some").await).await, expected);
    }
}

#[tokio::test]
async fn the_built_in_lists_are_filtered() {
    let client = guarded_by(endpoint(), Open);
    for (method, member) in
        [("tools/list", "tools"), ("resources/list", "resources"), ("prompts/list", "prompts")]
    {
        for (token, is_empty) in [("some", true), ("all", false)] {
            let message = request("2026-07-28", method, json!({}));
            let post = dressed(client.post("/mcp"), "2026-07-28", &message);
            let body = body_of(bearer(post, token).send().await).await;
            let listed = body["result"][member].as_array().expect("a list");
            assert_eq!(listed.is_empty(), is_empty, "{body}");
        }
    }
}

#[tokio::test]
async fn what_asks_for_no_list_is_not_touched() {
    let answer = tools(&["open_a", "shut_b"]).to_string();
    let client = upstream("application/json", &answer);
    let message = request("2025-11-25", "tools/call", json!({ "name": "open_a" }));
    let response =
        bearer(dressed(client.post("/mcp"), "2025-11-25", &message), "some").send().await;
    assert_eq!(text_of(response.0).await, answer);
}

/// A client that lost its stream, or that speaks revision 2024-11-05, reads the answer from a GET.
#[tokio::test]
async fn a_stream_opened_by_get_is_filtered_too() {
    for kind in ["text/event-stream", "Text/Event-Stream; charset=utf-8"] {
        let client = upstream(kind, &format!("data: {}\n\n", tools(&["open_a", "shut_b"])));
        let response = bearer(client.get("/mcp"), "some").send().await;
        let text = text_of(response.0).await;
        assert_eq!(text, format!("data: {}\n\n", tools(&["open_a"])), "{kind}");
    }
}

#[tokio::test]
async fn an_event_leaves_before_the_stream_ends() {
    let (mut writer, reader) = tokio::io::duplex(4_096);
    let reader = std::sync::Mutex::new(Some(reader));
    let inner = poem::endpoint::make_sync(move |_| {
        let reader = reader.lock().expect("one at a time").take().expect("asked once");
        let body = Body::from_async_read(reader);
        Response::builder().content_type("text/event-stream").body(body)
    });
    let response = listed(&guarded_by(inner, Open), "some").await;
    let mut body = response.into_body().into_async_read();
    let mut arrived = vec![0; 4_096];
    for names in [["open_a", "shut_b"], ["open_c", "shut_d"]] {
        let event = format!("data: {}\n\n", tools(&names));
        writer.write_all(event.as_bytes()).await.expect("it is open");
        let length =
            tokio::io::AsyncReadExt::read(&mut body, &mut arrived).await.expect("it is open");
        let expected = format!("data: {}\n\n", tools(&names[..1]));
        assert_eq!(String::from_utf8_lossy(&arrived[..length]), expected);
    }
}

/// Everything that names nothing is for everybody, and lists pass as they are.
struct Unlisted;

impl Permissions for Unlisted {
    fn needed(&self, operation: &Operation) -> Vec<String> {
        Open.needed(operation)
    }

    fn implies(&self, _: &str, _: &str) -> bool {
        false
    }
}

#[tokio::test]
async fn a_list_is_left_out_of_only_where_that_is_asked_for() {
    let list = " {\"result\":{\"tools\":[{\"name\":\"shut_b\"} , {\"name\":\"open_a\"}]}}";
    let inner = poem::endpoint::make_sync(move |_| {
        Response::builder().content_type("application/json").body(list)
    });
    assert_eq!(text_of(listed(&guarded_by(inner, Unlisted), "some").await).await, list);
}

/// A stream that ends without the empty line behind its last event is filtered to its end.
#[tokio::test]
async fn the_last_event_of_a_stream_is_filtered_without_its_end() {
    let client = upstream("text/event-stream", &format!("data: {}", tools(&["open_a", "shut_b"])));
    let text = text_of(listed(&client, "some").await).await;
    assert!(text.contains("open_a") && !text.contains("shut_b"), "{text}");
}

#[tokio::test]
async fn what_cannot_be_read_is_not_handed_on() {
    let longest = |length: usize| {
        let list = tools(&["open_a"]).to_string();
        format!("{}{list}", " ".repeat(length - list.len()))
    };
    for (kind, body, status) in [
        ("application/json", longest(LIST_BYTES_MAX), StatusCode::OK),
        ("application/json", longest(LIST_BYTES_MAX + 1), StatusCode::BAD_GATEWAY),
        ("application/json", "{\"result\":".to_owned(), StatusCode::BAD_GATEWAY),
        ("text/plain", "tools: shut_b".to_owned(), StatusCode::OK),
    ] {
        let response = listed(&upstream(kind, &body), "some").await;
        assert_eq!(response.status(), status);
        let text = text_of(response).await;
        let is_refused = text.contains("\"code\":-32603");
        assert_eq!((text == body, is_refused), (!is_refused, status != StatusCode::OK));
    }
    let event_of = |length: usize| format!("data: {}", "x".repeat(length - 6));
    for (length, is_read) in [(LIST_BYTES_MAX, true), (LIST_BYTES_MAX + 1, false)] {
        let client = upstream("text/event-stream", &event_of(length));
        let body = listed(&client, "some").await.into_body().into_vec().await;
        assert_eq!(body.is_ok(), is_read);
    }
    for (data, passes) in [("{\"a\":", false), ("[1", false), ("hello", true), ("", true)] {
        let bytes = format!("data: {data}\n\n");
        assert_eq!(!event(bytes.into(), &may_use()).is_empty(), passes, "{data}");
    }
}

#[tokio::test]
async fn a_compressed_list_is_not_handed_on() {
    let inner = poem::endpoint::make_sync(|request: poem::Request| {
        assert_eq!(request.header("accept-encoding"), None);
        let response = Response::builder().content_type("application/json");
        response.header("content-encoding", "gzip").body(tools(&["shut_b"]).to_string())
    });
    let client = guarded_by(inner, Open);
    let message = request("2025-11-25", "tools/list", json!({}));
    let post =
        dressed(client.post("/mcp"), "2025-11-25", &message).header("accept-encoding", "gzip");
    let response = bearer(post, "some").send().await;
    response.assert_status(StatusCode::BAD_GATEWAY);
    assert_eq!(body_of(response).await["error"]["code"], -32603);
}

#[test]
fn what_is_left_of_odd_answers() {
    let left = |mut message: Value| {
        withhold(&mut message, &may_use());
        message.to_string()
    };
    assert_eq!(
        left(json!([tools(&["shut_a"]), { "result": { "tools": [5, {}, { "name": 5 }] } }])),
        json!([tools(&[]), { "result": { "tools": [] } }]).to_string()
    );
    for untouched in [
        json!({ "result": { "content": [{ "name": "shut" }], "cacheScope": "public" } }),
        json!({ "error": { "tools": [{ "name": "shut" }] } }),
        json!({ "result": { "tools": "shut" } }),
        json!({ "result": null }),
        json!(5),
        json!([]),
    ] {
        assert_eq!(left(untouched.clone()), untouched.to_string());
    }
    let marked = "\u{feff}data: {\"result\":{\"tools\":[{\"name\":\"shut\"}]}}\n\n";
    let split = "data: {\"result\":\ndata: {\"tools\":[{\"name\":\"shut\"}]}}\nretry: 5\n\n";
    let left = |bytes: &'static str| {
        String::from_utf8(event(bytes.into(), &may_use()).to_vec()).expect("it is text")
    };
    assert_eq!(left(marked), "data: {\"result\":{\"tools\":[]}}\n\n");
    assert_eq!(left(split), "retry: 5\ndata: {\"result\":{\"tools\":[]}}\n\n");
}
