//! The id of a request, and what remains of one that panics.

use std::io::Write;
use std::sync::{Arc, Mutex};

use protocol::oauth::time::UnixTime;
use sealbearer::http::correlation::{Correlation, CorrelationId};
use sealbearer::world::World;

use super::*;

struct Still;

impl World for Still {
    fn now(&self) -> UnixTime {
        UnixTime(1_800_000_000)
    }

    fn random(&self) -> [u8; 16] {
        *b"\x00\x01\x02\xfd\xfe\xff1234567890"
    }
}

async fn ask_about(endpoint: fn(&Request) -> String) -> Response {
    let inner = poem::endpoint::make(move |request: Request| async move {
        Ok::<_, poem::Error>(endpoint(&request).into_response())
    });
    Correlation::new(Arc::new(Still), []).around(inner).get_response(Request::default()).await
}

#[tokio::test]
async fn endpoint_and_client_see_the_same_id() {
    let response = ask_about(|request| CorrelationId::of(request).to_string());
    let response = response.await;
    assert_eq!(response.header("x-correlation-id"), Some("000102fdfeff"));
    assert_eq!(body(response).await, "000102fdfeff");
}

#[tokio::test]
async fn a_panic_is_answered_with_the_id_and_nothing_of_the_panic() {
    let response = ask_about(|_| panic!("a secret")).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(response.header("x-correlation-id"), Some("000102fdfeff"));
    insta::assert_snapshot!(body(response).await, @r#"{"error":"server_error","error_description":"An error inside the server."}"#);
}

#[tokio::test]
async fn a_refusal_is_a_page_where_people_are_and_json_elsewhere() {
    for (path, kind) in
        [("/oauth/authorize", "text/html; charset=utf-8"), ("/oauth/token", "application/json")]
    {
        let inner = contract().around(endpoints());
        let layer = Correlation::new(Arc::new(Still), ["/oauth/authorize"]);
        let response = layer.around(inner).get_response(request(Method::PUT, path, &[])).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(response.content_type(), Some(kind), "{path}");
        assert_eq!(response.header("cache-control"), Some("no-store"), "{path}");
        let is_page = kind.starts_with("text");
        assert_eq!(body(response).await.contains("000102fdfeff"), is_page, "{path}");
    }
}

/// What was logged, line by line.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic inside").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_names_the_id_and_path_of_a_request_and_nothing_secret_of_it() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false);
    let guard = tracing::subscriber::set_default(subscriber.finish());
    let headers = [("authorization", "Bearer canary"), ("cookie", "a=canary")];
    let request = request(Method::GET, "/oauth/authorize?state=canary", &headers);
    ask(Correlation::new(Arc::new(Still), []), request).await;
    drop(guard);
    let logged = log.0.lock().expect("no panic inside").clone();
    let logged = String::from_utf8(logged).expect("text");
    assert_eq!(logged.lines().count(), 1, "{logged}");
    assert!(logged.contains("000102fdfeff") && logged.contains("/oauth/authorize"), "{logged}");
    assert!(!logged.contains("canary"), "{logged}");
}
