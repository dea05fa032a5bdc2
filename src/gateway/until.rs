//! A response body that ends when the token it was asked for with does.

use std::{
    io,
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};

use http_body_util::{BodyExt as _, combinators::BoxBody};
use hyper::body::{Body, Bytes, Frame};
use tokio::time::{Sleep, sleep};

/// Ends `body` after `lifetime`, or when it ends itself.
pub(super) fn until(
    body: BoxBody<Bytes, io::Error>,
    lifetime: Duration,
) -> BoxBody<Bytes, io::Error> {
    Until { body, end: Box::pin(sleep(lifetime)) }.boxed()
}

struct Until {
    body: BoxBody<Bytes, io::Error>,
    end: Pin<Box<Sleep>>,
}

impl Body for Until {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        // An elapsed sleep may be polled again: it stays elapsed, so the body stays ended.
        if self.end.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        pin!(&mut self.body).poll_frame(context)
    }
}
