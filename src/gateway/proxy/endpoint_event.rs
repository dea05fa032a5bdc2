//! The first event of an HTTP+SSE stream names the URL for the client's messages: the client gets ours instead.
//! Source: MCP 2024-11-05 transports (HTTP with SSE), HTML Standard §9.2.6 (the event stream format).
//!
//! Streams of later revisions pass as they come. Only what comes before the end of the first event that carries something
//! is held until then, and nobody can act on half an event.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Bytes, Frame};

use crate::gateway::events;

/// How much is looked at for the first event. What is longer is none that names a URL.
pub const EVENT_BYTES_MAX: usize = 16 * 1024;

/// Our URL in the place of one of the server's; `None` if that is none where messages may go.
pub type Rewrite = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// A stream whose first event may be one of those.
pub struct EndpointEvent {
    body: BoxBody<Bytes, io::Error>,
    /// What was not passed on yet, until the first event is known.
    held: Option<Vec<u8>>,
    rewrite: Rewrite,
}

impl EndpointEvent {
    /// Looks at the first event of `body`.
    #[must_use]
    pub fn new(body: BoxBody<Bytes, io::Error>, rewrite: Rewrite) -> Self {
        Self { body, held: Some(Vec::new()), rewrite }
    }
}

impl Body for EndpointEvent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        loop {
            let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
            let this = &mut *self;
            let Some(held) = &mut this.held else { return Poll::Ready(frame) };
            let Some(Ok(frame)) = frame else {
                let rest = std::mem::take(held);
                if frame.is_none() && !rest.is_empty() {
                    this.held = None;
                    return Poll::Ready(Some(Ok(Frame::data(rest.into()))));
                }
                return Poll::Ready(frame);
            };
            let Ok(bytes) = frame.into_data() else { continue };
            held.extend_from_slice(&bytes);
            match first(held, &this.rewrite) {
                First::Unknown => {}
                First::Nothing { until } => {
                    let later = held.split_off(until);
                    let passed = std::mem::replace(held, later);
                    return Poll::Ready(Some(Ok(Frame::data(passed.into()))));
                }
                First::Known(bytes) => {
                    this.held = None;
                    return Poll::Ready(Some(Ok(Frame::data(bytes.into()))));
                }
                First::Foreign => {
                    tracing::warn!(
                        "the server behind the gateway wants messages at another server"
                    );
                    return Poll::Ready(None);
                }
            }
        }
    }
}

/// What is known of the first event.
#[derive(Debug, Eq, PartialEq)]
pub enum First {
    /// It is not all there.
    Unknown,
    /// So far nothing was said that a client would act on.
    Nothing {
        /// Where that ends.
        until: usize,
    },
    /// It is there: all that was held, as it is passed on.
    Known(Vec<u8>),
    /// It names a URL where messages must not go.
    Foreign,
}

/// Looks for the first event in `held`.
#[must_use]
pub fn first(held: &[u8], rewrite: &Rewrite) -> First {
    let mut until = 0;
    while let Some(end) = events::end_of_event(&held[until..], 0) {
        let event = &held[until..until + end];
        until += end;
        let text = String::from_utf8_lossy(event);
        if events::lines(&text).all(|line| events::payload_of(line).is_none()) {
            continue; // Nobody acts on an event without data.
        }
        let name = events::lines(&text).filter_map(|line| events::value_of(line, "event")).last();
        if name != Some("endpoint") {
            return First::Known(held.to_vec());
        }
        let theirs = str::from_utf8(event).ok().map(events::payload);
        let Some(ours) = theirs.as_deref().and_then(rewrite) else { return First::Foreign };
        let start = until - end;
        let event = format!("event: endpoint\ndata: {ours}\n\n");
        return First::Known([&held[..start], event.as_bytes(), &held[until..]].concat());
    }
    if held.len() > EVENT_BYTES_MAX {
        return First::Known(held.to_vec());
    }
    if until > 0 { First::Nothing { until } } else { First::Unknown }
}
