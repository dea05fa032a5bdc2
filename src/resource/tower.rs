//! The validator as a layer around `tower` services: axum's routers, rmcp's streamable HTTP service, hyper's servers.

use std::pin::Pin;
use std::task::{Context, Poll};

use poem::http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::{Validator, head};
use crate::gateway::Until;

/// Puts a [`Validator`] in front of a service.
#[derive(Clone, Debug)]
pub struct ProtectLayer {
    validator: Validator,
}

impl ProtectLayer {
    pub(super) fn new(validator: Validator) -> Self {
        Self { validator }
    }
}

impl<S> Layer<S> for ProtectLayer {
    type Service = Admitting<S>;

    fn layer(&self, inner: S) -> Admitting<S> {
        Admitting { validator: self.validator.clone(), inner }
    }
}

/// A service that only sees requests which were let in, without their credentials. Its streams end when the token does.
#[derive(Clone, Debug)]
pub struct Admitting<S> {
    validator: Validator,
    inner: S,
}

impl<S, A, B> Service<Request<A>> for Admitting<S>
where
    S: Service<Request<A>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    A: Send + 'static,
    B: From<String>,
{
    type Response = Response<Until<B>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Until<B>>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        // The clone that stays behind is not ready; the one that was asked goes along.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        let validator = self.validator.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let (method, uri) = (parts.method.clone(), parts.uri.clone());
            let entered =
                head::entered(&validator, &method, &uri, &mut parts.headers, &mut parts.extensions);
            let lifetime = match entered.await {
                Err(answer) => return Ok(answer.map(|body| Until::whole(B::from(body)))),
                Ok(lifetime) => lifetime,
            };
            let response = inner.call(Request::from_parts(parts, body)).await?;
            let (head, body) = response.into_parts();
            let body = Until::of(&head.headers, body, lifetime);
            Ok(Response::from_parts(head, body))
        })
    }
}
