//! A deployment of somebody else, as healthy as can be until a test changes it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use poem::http::{HeaderName, HeaderValue, Method, StatusCode};
use poem::{Request, Response};
use sealbearer::listen::{Limits, serve};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Where the documents are.
pub(super) const AT_PATH: &str = "/.well-known/oauth-protected-resource/mcp";
pub(super) const AT_ROOT: &str = "/.well-known/oauth-protected-resource";
pub(super) const OAUTH: &str = "/.well-known/oauth-authorization-server";
pub(super) const OPENID: &str = "/.well-known/openid-configuration";

/// What a path answers to every method but OPTIONS.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

impl Page {
    pub(super) fn new(status: u16) -> Self {
        Self {
            status,
            headers: vec![("access-control-allow-origin", "*".to_owned())],
            body: String::new(),
        }
    }

    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self { body: body.to_string(), ..Self::new(status) }
            .with("content-type", "application/json")
    }

    pub(super) fn html(status: u16) -> Self {
        Self { body: "<!doctype html><title>x</title>".to_owned(), ..Self::new(status) }
            .with("content-type", "text/html")
    }

    pub(super) fn redirect(status: u16, to: &str) -> Self {
        Self::new(status).with("location", to)
    }

    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    fn response(&self) -> Response {
        let status = StatusCode::from_u16(self.status).expect("a status");
        let mut response = Response::builder().status(status).body(self.body.clone());
        for (name, value) in &self.headers {
            let value = HeaderValue::try_from(value).expect("a value");
            response.headers_mut().append(HeaderName::from_static(name), value);
        }
        response
    }
}

/// A deployment.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// The origin that it calls its own.
    pub(super) base: String,
    pub(super) pages: BTreeMap<String, Page>,
    /// What a method of a path answers instead.
    pub(super) methods: BTreeMap<(Method, String), Page>,
    /// Whether preflights are answered.
    pub(super) answers_preflights: bool,
    /// What is added to the answer to a registration.
    pub(super) registered: Value,
    /// What the authorization endpoint says to clients that are registered.
    pub(super) login: Page,
}

impl Site {
    /// Everything as every client likes it best.
    pub(super) fn healthy(base: &str) -> Self {
        let resource = json!({
            "resource": format!("{base}/mcp"),
            "authorization_servers": [base],
            "scopes_supported": ["mcp:tools"],
            "bearer_methods_supported": ["header"],
        });
        let server = json!({
            "issuer": base,
            "authorization_endpoint": format!("{base}/authorize"),
            "token_endpoint": format!("{base}/token"),
            "registration_endpoint": format!("{base}/register"),
            "jwks_uri": format!("{base}/jwks"),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "client_id_metadata_document_supported": true,
            "authorization_response_iss_parameter_supported": true,
        });
        let challenge =
            format!("Bearer resource_metadata=\"{base}{AT_PATH}\", scope=\"mcp:tools\"");
        let refused = Page::json(401, &json!({ "error": "unauthorized" }))
            .with("www-authenticate", &challenge)
            .with("access-control-expose-headers", "WWW-Authenticate, Mcp-Session-Id");
        let pages = [
            ("/mcp", refused.clone()),
            ("/mcp/", refused),
            (AT_PATH, Page::json(200, &resource)),
            (AT_ROOT, Page::json(200, &resource)),
            (OAUTH, Page::json(200, &server)),
            (OPENID, Page::json(200, &server)),
            ("/token", Page::json(400, &json!({ "error": "invalid_grant" }))),
            ("/jwks", Page::json(200, &json!({ "keys": [] }))),
        ];
        Self {
            base: base.to_owned(),
            pages: pages.map(|(path, page)| (path.to_owned(), page)).into(),
            methods: BTreeMap::new(),
            answers_preflights: true,
            registered: json!({}),
            login: Page::html(200).without("access-control-allow-origin"),
        }
    }

    pub(super) fn put(&mut self, path: &str, page: Page) {
        self.pages.insert(path.to_owned(), page);
    }

    pub(super) fn remove(&mut self, path: &str) {
        self.pages.remove(path);
    }

    /// The same change to what several paths answer.
    pub(super) fn change(&mut self, paths: &[&str], change: impl Fn(Page) -> Page) {
        for path in paths {
            let page = self.pages.remove(*path).expect("the path is there");
            self.put(path, change(page));
        }
    }

    /// Sets a member of the documents at these paths; `null` takes it away.
    pub(super) fn set(&mut self, paths: &[&str], member: &str, value: &Value) {
        self.change(paths, |page| {
            let mut document: Value = serde_json::from_str(&page.body).expect("a document");
            let members = document.as_object_mut().expect("an object");
            members.remove(member);
            if !value.is_null() {
                members.insert(member.to_owned(), value.clone());
            }
            Page { body: document.to_string(), ..page }
        });
    }

    /// Serves it on `listener` until the test ends.
    pub(super) fn serve(self, listener: TcpListener) -> SocketAddr {
        let address = listener.local_addr().expect("it is bound");
        let site = Arc::new(self);
        let endpoint = poem::endpoint::make(move |request| {
            let site = Arc::clone(&site);
            async move { Ok::<_, poem::Error>(site.answer(request).await) }
        });
        tokio::spawn(serve(listener, endpoint, Limits::default(), std::future::pending()));
        address
    }

    async fn answer(&self, mut request: Request) -> Response {
        let path = request.uri().path().to_owned();
        let method = request.method().clone();
        if let Some(page) = self.methods.get(&(method.clone(), path.clone())) {
            return page.response();
        }
        if method == Method::OPTIONS {
            let page = if self.answers_preflights { Page::new(204) } else { Page::new(405) };
            return page.response();
        }
        match (path.as_str(), self.pages.get(&path)) {
            (_, Some(page)) => page.response(),
            ("/register", None) => {
                let body = request.take_body().into_vec().await.unwrap_or_default();
                self.register(&serde_json::from_slice(&body).unwrap_or_default()).response()
            }
            ("/authorize", None) => {
                let query = request.uri().query().unwrap_or_default();
                let is_known =
                    query.contains("client_id=registered") || query.contains("client_id=https");
                if is_known {
                    self.login.response()
                } else {
                    Page::html(400).without("access-control-allow-origin").response()
                }
            }
            (_, None) => Page::json(404, &json!({ "error": "not_found" })).response(),
        }
    }

    fn register(&self, asked: &Value) -> Page {
        let Some(asked) = asked.as_object() else {
            return Page::json(400, &json!({ "error": "invalid_client_metadata" }));
        };
        let mut answer = asked.clone();
        answer.insert("client_id".to_owned(), json!("registered"));
        answer.insert("token_endpoint_auth_method".to_owned(), json!("none"));
        answer.extend(self.registered.as_object().cloned().unwrap_or_default());
        Page::json(201, &Value::Object(answer))
    }
}
