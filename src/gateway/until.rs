//! A response body that ends when the token it was asked for with does.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use hyper::body::{Body, Frame, SizeHint};
use poem::http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
use tokio::time::{Sleep, sleep};

const STREAM: &[u8] = b"text/event-stream";

/// A body, and when it ends if it has not ended by then.
#[derive(Debug)]
pub struct Until<B> {
    body: Pin<Box<B>>,
    end: Option<Pin<Box<Sleep>>>,
}

impl<B> Until<B> {
    /// The body of an answer with these `headers` to somebody who is let in for `lifetime`. Only a stream of events lasts.
    #[must_use]
    pub fn of(headers: &HeaderMap, body: B, lifetime: Duration) -> Self {
        let end = is_stream(headers).then(|| Box::pin(sleep(lifetime)));
        Self { body: Box::pin(body), end }
    }

    /// A body that ends by itself.
    #[must_use]
    pub fn whole(body: B) -> Self {
        Self { body: Box::pin(body), end: None }
    }
}

/// Whether what has these headers is a stream of events, for a reader who does not look closely.
pub(crate) fn is_stream(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    kind.and_then(|kind| kind.trim_ascii_start().get(..STREAM.len()))
        .is_some_and(|start| start.eq_ignore_ascii_case(STREAM))
}

impl<B: Body> Body for Until<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        // An elapsed sleep may be polled again: it stays elapsed, so the body stays ended.
        if self.end.as_mut().is_some_and(|end| end.as_mut().poll(context).is_ready()) {
            return Poll::Ready(None);
        }
        self.body.as_mut().poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        if self.end.is_some() { SizeHint::default() } else { self.body.size_hint() }
    }
}
