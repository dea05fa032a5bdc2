//! Requests that never reach the server behind the gateway, and bodies that end or not.
//! Source: RFC 9110 §15.5.6, §15.5.14, §15.5.16; JSON-RPC 2.0 §5.1.

use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Body as _, Bytes};
use poem::http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
use sealbearer::gateway::LIST_BYTES_MAX;
use sealbearer::gateway::proxy::endpoint_event::EVENT_BYTES_MAX;
use sealbearer::mcp::BODY_BYTES_MAX;
use sealbearer::mcp::notes::CONTENT_BYTES_MAX;
use sealbearer::resource::Until;

use super::support::{ALICE, House, LIST, Upstream, asking, json, posting};

/// Programs that read JSON-RPC learn from a status that is not 200 too.
#[tokio::test]
async fn what_is_no_message_is_refused_in_the_words_of_json_rpc() {
    let upstream = Upstream::start(|_| json("{}")).await;
    let house = House::before(&upstream, "").await;
    let plain =
        posting(ALICE, "").replace("Content-Type: application/json", "Content-Type: text/plain");
    for (text, body, status, code_of) in
        [(plain.as_str(), LIST, 415, -32_600), (&posting(ALICE, ""), "{", 400, -32_700)]
    {
        let reply = house.ask(text, body).await;
        let code = reply.json()["error"]["code"].as_i64();
        assert_eq!((reply.status, code), (status, Some(code_of)), "{reply:?}");
    }
    assert_eq!(upstream.heard().len(), 0);
}

/// What operators plan memory with: 4 MiB of a message, 8 MiB of a list, 16 KiB of a first event, 16 KiB of a note.
#[test]
fn bounds_are_what_is_said_of_them() {
    let bounds = [BODY_BYTES_MAX, LIST_BYTES_MAX, EVENT_BYTES_MAX, CONTENT_BYTES_MAX];
    assert_eq!(bounds, [4_194_304, 8_388_608, 16_384, 16_384]);
}

#[tokio::test]
async fn other_methods_do_not_reach_the_server() {
    let upstream = Upstream::start(|_| json("{}")).await;
    let house = House::before(&upstream, "").await;
    for method in ["PUT", "PATCH", "TRACE", "PROPFIND"] {
        let reply = house.ask(&asking(method, ALICE, ""), "").await;
        let allowed = reply.header("allow").map(str::to_owned);
        assert_eq!(reply.status, 405, "{method}");
        assert_eq!(allowed.as_deref(), Some("DELETE, GET, HEAD, OPTIONS, POST"), "{method}");
    }
    assert_eq!(upstream.heard().len(), 0);
}

/// What ends by itself says how long it is, and that it is empty; a stream that ends with a token cannot know.
#[tokio::test]
async fn a_body_that_ends_by_itself_is_measured() {
    let text = || Full::new(Bytes::from_static(b"hello"));
    let mut stream = HeaderMap::new();
    stream.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    let hour = Duration::from_hours(1);
    let size = |body: Until<Full<Bytes>>| (body.size_hint().exact(), body.is_end_stream());
    assert_eq!(size(Until::whole(text())), (Some(5), false));
    assert_eq!(size(Until::of(&HeaderMap::new(), text(), hour)), (Some(5), false));
    assert_eq!(size(Until::of(&stream, text(), hour)), (None, false));
    assert_eq!(size(Until::whole(Full::default())), (Some(0), true));
}
