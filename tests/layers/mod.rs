//! The layers around all endpoints, each alone: what a request must not be, and what every response has.

use poem::http::{HeaderMap, Method, StatusCode};
use poem::{Endpoint, IntoResponse as _, Request, Response};
use sealbearer::http::layer::Layer;
use sealbearer::http::methods::Methods;

mod correlation;
mod cors;
mod headers;
mod limits;
mod methods;

/// A small contract: enough paths of each kind.
fn contract() -> Methods {
    Methods::new([
        ("/.well-known/oauth-authorization-server", vec![Method::GET]),
        ("/.well-known/oauth-authorization-server/:", vec![Method::GET]),
        ("/oauth/authorize", vec![Method::GET, Method::HEAD, Method::POST]),
        ("/oauth/token", vec![Method::POST]),
        ("/mcp", vec![Method::GET, Method::POST, Method::DELETE]),
    ])
}

/// Says what it was asked, so that a test can see that it was.
async fn endpoint(request: Request) -> Response {
    let method = request.method().clone();
    match request.into_body().into_string().await {
        Ok(body) => Response::builder().body(format!("{method} {body}")),
        Err(_) => StatusCode::IM_A_TEAPOT.into_response(),
    }
}

fn endpoints() -> impl Endpoint {
    poem::endpoint::make(|request| async { Ok::<_, poem::Error>(endpoint(request).await) })
}

fn request(method: Method, path: &str, headers: &[(&'static str, &str)]) -> Request {
    let start = Request::builder().method(method).uri_str(path);
    headers.iter().fold(start, |request, (name, value)| request.header(*name, *value)).finish()
}

async fn ask(layer: impl Layer, request: Request) -> Response {
    layer.around(endpoints()).get_response(request).await
}

async fn body(response: Response) -> String {
    response.into_body().into_string().await.expect("it is text")
}

/// The headers whose names start with one of `prefixes`, a line each.
fn lines(headers: &HeaderMap, prefixes: &[&str]) -> String {
    let chosen = headers
        .iter()
        .filter(|(name, _)| prefixes.iter().any(|prefix| name.as_str().starts_with(prefix)));
    let lines = chosen.map(|(name, value)| format!("{name}: {}", value.to_str().expect("text")));
    lines.collect::<Vec<_>>().join("\n")
}
