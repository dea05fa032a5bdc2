//! Answers on their way out, filtered: JSON as a whole, an event stream as it flows.

use std::{
    io,
    pin::{Pin, pin},
    task::{Context, Poll},
};

use bytes::BytesMut;
use http_body_util::{BodyExt as _, Limited, combinators::BoxBody};
use hyper::body::{Body, Bytes, Frame};
use poem::{
    Response,
    http::{
        StatusCode,
        header::{CONTENT_ENCODING, CONTENT_LENGTH},
    },
};

use super::{
    events::end_of_event,
    lists::{MayUse, answer, event},
    until::is_stream,
};
use crate::mcp::endpoint::failure;

/// The longest list, and the longest event, that is held to be filtered, in bytes.
pub const LIST_BYTES_MAX: usize = 8 * 1024 * 1024;

/// What a client hears whose list cannot be filtered.
const UNREADABLE: &str = "The MCP server's list cannot be read, so that it cannot be filtered.";

/// `response` without what its reader may not use; a refusal where that cannot be found out.
pub(super) async fn sift(mut response: Response, may_use: MayUse) -> Response {
    let is_stream = is_stream(response.headers());
    let is_json = response.content_type().is_some_and(|kind| kind.starts_with("application/json"));
    let is_answer = is_json && response.status() == StatusCode::OK;
    if !(is_stream || is_answer) {
        return response;
    }
    if response.headers().contains_key(CONTENT_ENCODING) {
        return failure(StatusCode::BAD_GATEWAY, -32603, UNREADABLE);
    }
    response.headers_mut().remove(CONTENT_LENGTH);
    let body: BoxBody<Bytes, io::Error> = response.take_body().into();
    if is_stream {
        response.set_body(poem::Body::from(filtered(body, may_use)));
        return response;
    }
    let read = Limited::new(body, LIST_BYTES_MAX).collect().await;
    match read.ok().and_then(|read| answer(read.to_bytes(), &may_use)) {
        Some(body) => {
            response.set_body(body);
            response
        }
        None => failure(StatusCode::BAD_GATEWAY, -32603, UNREADABLE),
    }
}

/// Filters an event stream as it flows: an event leaves as soon as it is complete.
fn filtered(body: BoxBody<Bytes, io::Error>, may_use: MayUse) -> BoxBody<Bytes, io::Error> {
    Filtered { body, open: BytesMut::new(), looked_at: 0, may_use }.boxed()
}

struct Filtered {
    body: BoxBody<Bytes, io::Error>,
    /// The beginning of an event.
    open: BytesMut,
    /// How much of it was searched for its end.
    looked_at: usize,
    may_use: MayUse,
}

impl Filtered {
    /// The events that are complete, filtered.
    fn complete(&mut self) -> Bytes {
        let mut ready = BytesMut::new();
        while let Some(end) = end_of_event(&self.open, self.looked_at) {
            ready.extend_from_slice(&event(self.open.split_to(end).freeze(), &self.may_use));
            self.looked_at = 0;
        }
        // The empty line may have begun already.
        self.looked_at = self.open.len().saturating_sub(2);
        ready.freeze()
    }
}

impl Body for Filtered {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        loop {
            let frame = match pin!(&mut self.body).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => frame,
                Poll::Ready(None) if !self.open.is_empty() => {
                    let last = self.open.split().freeze();
                    let last = event(last, &self.may_use);
                    return Poll::Ready(Some(Ok(Frame::data(last))));
                }
                other => return other,
            };
            let Ok(arrived) = frame.into_data() else { continue };
            self.open.extend_from_slice(&arrived);
            let ready = self.complete();
            if self.open.len() > LIST_BYTES_MAX {
                return Poll::Ready(Some(Err(io::Error::other("an event is too long"))));
            }
            if !ready.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(ready))));
            }
        }
    }
}
