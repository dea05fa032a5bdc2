//! The validator as a middleware for poem.

use poem::{Endpoint, IntoResponse, Middleware, Request, Response};

use super::{Validator, head};
use crate::gateway::gate::for_poem;
use crate::gateway::guard::ending;

/// Puts a [`Validator`] in front of an endpoint.
#[derive(Clone, Debug)]
pub struct Protect(Validator);

impl Protect {
    /// With this validator.
    #[must_use]
    pub fn with(validator: &Validator) -> Self {
        Self(validator.clone())
    }
}

impl<E: Endpoint> Middleware<E> for Protect {
    type Output = ProtectedEndpoint<E>;

    fn transform(&self, inner: E) -> ProtectedEndpoint<E> {
        ProtectedEndpoint { validator: self.0.clone(), inner }
    }
}

/// An endpoint that only sees requests which were let in, without their credentials. Its streams end when the token does.
#[derive(Debug)]
pub struct ProtectedEndpoint<E> {
    validator: Validator,
    inner: E,
}

impl<E: Endpoint> Endpoint for ProtectedEndpoint<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let mut headers = std::mem::take(request.headers_mut());
        let mut extensions = std::mem::take(request.extensions_mut());
        let entered = head::entered(&self.validator, &method, &uri, &mut headers, &mut extensions);
        let entered = entered.await;
        *request.headers_mut() = headers;
        *request.extensions_mut() = extensions;
        match entered {
            Err(answer) => Ok(for_poem(answer)),
            Ok(lifetime) => {
                let response = self.inner.call(request).await?;
                Ok(ending(response.into_response(), lifetime))
            }
        }
    }
}
