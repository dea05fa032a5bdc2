//! A socket that gives up: on clients who dawdle over a request, keep a connection for nothing, or stop reading.
//!
//! While an exchange is in progress nothing is expected of the client but that it keeps reading, so a stream of events
//! may be silent for as long as it likes.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

use super::Limits;
use super::head::HeadWatch;

/// What a socket and the exchanges on it tell each other.
#[derive(Debug, Default)]
pub(super) struct Exchange {
    begun: AtomicU64,
    is_in_progress: AtomicBool,
    is_ambiguous: AtomicBool,
}

/// An exchange in progress; it ends when this is dropped, however that comes about.
pub(super) struct InProgress(Arc<Exchange>);

impl Exchange {
    pub(super) fn begin(self: &Arc<Self>) -> InProgress {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.is_in_progress.store(true, Ordering::Release);
        InProgress(Arc::clone(self))
    }

    /// Whether a request on this socket may be read in two ways.
    pub(super) fn is_ambiguous(&self) -> bool {
        self.is_ambiguous.load(Ordering::Acquire)
    }
}

impl Drop for InProgress {
    fn drop(&mut self) {
        self.0.is_in_progress.store(false, Ordering::Release);
    }
}

/// A socket with deadlines.
pub(super) struct Wire {
    socket: TcpStream,
    exchange: Arc<Exchange>,
    head: HeadWatch,
    limits: Limits,
    /// What was last waited for; a new wait gets a new deadline.
    wait: Option<Wait>,
    reading_ends: Pin<Box<Sleep>>,
    writing_ends: Option<Pin<Box<Sleep>>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Wait {
    /// How many exchanges went before.
    exchanges: u64,
    /// Whether a request has begun, or is due because it is the first.
    is_head_due: bool,
}

impl Wire {
    pub(super) fn new(socket: TcpStream, exchange: Arc<Exchange>, limits: &Limits) -> Self {
        Self {
            socket,
            exchange,
            head: HeadWatch::new(),
            limits: limits.clone(),
            wait: None,
            reading_ends: Box::pin(tokio::time::sleep(limits.head_deadline)),
            writing_ends: None,
        }
    }

    fn is_in_progress(&self) -> bool {
        self.exchange.is_in_progress.load(Ordering::Acquire)
    }

    fn received(&mut self, bytes: &[u8]) {
        if !self.is_in_progress() {
            self.head.exchange_ended();
        }
        self.head.receive(bytes);
        if self.head.is_ambiguous() {
            self.exchange.is_ambiguous.store(true, Ordering::Release);
        }
    }

    /// Ready when the client has had its time. Never while it is the server's turn.
    fn poll_patience(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.is_in_progress() {
            return Poll::Pending;
        }
        let exchanges = self.exchange.begun.load(Ordering::Relaxed);
        let is_head_due = exchanges == 0 || self.head.is_inside_head();
        let wait = Wait { exchanges, is_head_due };
        if self.wait != Some(wait) {
            self.wait = Some(wait);
            let patience =
                if is_head_due { self.limits.head_deadline } else { self.limits.idle_deadline };
            self.reading_ends.as_mut().reset(Instant::now() + patience);
        }
        self.reading_ends.as_mut().poll(context)
    }

    /// Bounds how long one write may wait for the client to make room.
    fn poll_written<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.writing_ends = None;
            return written;
        }
        let stall_deadline = self.limits.stall_deadline;
        let ends =
            self.writing_ends.get_or_insert_with(|| Box::pin(tokio::time::sleep(stall_deadline)));
        ends.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.socket).poll_read(context, buffer);
        if let Poll::Ready(outcome) = read {
            this.received(&buffer.filled()[before..]);
            return Poll::Ready(outcome);
        }
        this.poll_patience(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.socket).poll_write(context, bytes);
        this.poll_written(context, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.socket).poll_write_vectored(context, slices);
        this.poll_written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(context)
    }
}
