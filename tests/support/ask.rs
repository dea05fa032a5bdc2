//! A request before it is sent, so that it can be sent again, and elsewhere.

use std::net::{IpAddr, SocketAddr};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poem::http::uri::Scheme;
use poem::http::{HeaderName, HeaderValue, Method};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, RequestParts};
use serde_json::Value;
use url::form_urlencoded;

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    method: Method,
    uri: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    from: Option<IpAddr>,
}

impl Ask {
    pub(crate) fn new(method: &str, uri: impl Into<String>) -> Self {
        let method = method.parse().expect("a method");
        Self { method, uri: uri.into(), headers: Vec::new(), body: Vec::new(), from: None }
    }

    pub(crate) fn get(uri: impl Into<String>) -> Self {
        Self::new("GET", uri)
    }

    /// A POST of a form.
    pub(crate) fn form<N: AsRef<str>, V: AsRef<str>>(
        uri: impl Into<String>,
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        Self::post(uri, "application/x-www-form-urlencoded", encoded(fields))
    }

    /// A POST of JSON.
    pub(crate) fn json(uri: impl Into<String>, body: &Value) -> Self {
        Self::post(uri, "application/json", body.to_string())
    }

    pub(crate) fn post(
        uri: impl Into<String>,
        content_type: &str,
        body: impl Into<Vec<u8>>,
    ) -> Self {
        let ask = Self::new("POST", uri).with("content-type", content_type);
        Self { body: body.into(), ..ask }
    }

    /// The same with one more header.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The same over a connection from this address; otherwise it is one of this machine.
    pub(crate) fn from(self, address: &str) -> Self {
        Self { from: Some(address.parse().expect("an address")), ..self }
    }

    pub(crate) fn bearer(self, access_token: &str) -> Self {
        self.with("authorization", format!("Bearer {access_token}"))
    }

    /// Basic authentication, not encoded beyond base64.
    pub(crate) fn basic(self, id: &str, secret: &str) -> Self {
        let pair = STANDARD.encode(format!("{id}:{secret}"));
        self.with("authorization", format!("Basic {pair}"))
    }

    /// The body, where it is text.
    pub(crate) fn body_text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("it is text")
    }

    pub(super) fn method(&self) -> &Method {
        &self.method
    }

    /// The path without its query.
    pub(super) fn path(&self) -> &str {
        self.uri.split('?').next().unwrap_or_default()
    }

    pub(super) fn request(&self) -> poem::Request {
        let start = poem::http::Request::builder().method(self.method.clone());
        let (head, ()) = start.uri(self.uri.as_str()).body(()).expect("a request").into_parts();
        let peer = self.from.map(|address| Addr::SocketAddr(SocketAddr::new(address, 40_000)));
        let peer = peer.map(RemoteAddr).unwrap_or_default();
        let parts = RequestParts::from((head, LocalAddr::default(), peer, Scheme::HTTP));
        let mut request = poem::Request::from_parts(parts, self.body.clone().into());
        for (name, value) in &self.headers {
            let name: HeaderName = name.parse().expect("a header name");
            let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header value");
            request.headers_mut().append(name, value);
        }
        request
    }
}

/// `fields` as a form or a query.
pub(crate) fn encoded<N: AsRef<str>, V: AsRef<str>>(
    fields: impl IntoIterator<Item = (N, V)>,
) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        form.append_pair(name.as_ref(), value.as_ref());
    }
    form.finish()
}
