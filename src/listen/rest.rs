//! What is left of a request's body once somebody answered without it: read and thrown away, if it is little and comes soon.
//!
//! Source: RFC 9112 §9.3 and §9.6, RFC 9110 §10.1.1. The HTTP library closes a connection whose last body was not read to its
//! end, and does not say so beforehand: a client that sends its next request there hears nothing. Whoever sends its head and
//! its body in two packets, and no token in the head, may be answered between the two.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use http_body_util::BodyExt as _;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Bytes, Frame};
use poem::Request;
use poem::http::header::EXPECT;
use tokio::time::{Duration, timeout};

/// How much of a body is read that nobody wants, in bytes.
pub const UNREAD_BYTES_MAX: u64 = 256 * 1024;
/// How long it may take to arrive. The answer waits for it, and says that the connection ends if it does not come.
pub const UNREAD_DEADLINE: Duration = Duration::from_secs(1);

type Kept = BoxBody<Bytes, io::Error>;

/// The body of a request, once whoever answered has dropped it unread.
pub(super) struct Rest {
    place: Arc<Mutex<Option<Kept>>>,
    /// Whether the client sends it only when it is told to, which it will not be.
    is_withheld: bool,
}

impl Rest {
    /// Keeps the body of `request`; `None` if there is none.
    pub(super) fn of(request: &mut Request) -> Option<Self> {
        let body: Kept = request.take_body().into();
        if body.is_end_stream() {
            request.set_body(poem::Body::from(body));
            return None;
        }
        let place = Arc::new(Mutex::new(None));
        let lent = Lent { body: Some(body), place: Arc::clone(&place) };
        request.set_body(poem::Body::from(lent.boxed()));
        Some(Self { place, is_withheld: request.headers().contains_key(EXPECT) })
    }

    /// Reads what is left; whether it was all there is.
    pub(super) async fn read(self) -> bool {
        let left = self.place.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut body) = left else { return true };
        if self.is_withheld || body.size_hint().lower() > UNREAD_BYTES_MAX {
            return false;
        }
        let reading = async {
            let mut bytes = 0;
            while let Some(frame) = body.frame().await {
                let Ok(frame) = frame else { return false };
                bytes += frame.data_ref().map_or(0, |part| part.len() as u64);
                if bytes > UNREAD_BYTES_MAX {
                    return false;
                }
            }
            true
        };
        timeout(UNREAD_DEADLINE, reading).await.unwrap_or(false)
    }
}

/// A body that goes back where it came from when it is dropped before its end.
struct Lent {
    body: Option<Kept>,
    place: Arc<Mutex<Option<Kept>>>,
}

impl Body for Lent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(context);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.body = None;
        }
        polled
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let left = self.body.take().filter(|body| !body.is_end_stream());
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = left;
    }
}
