//! What is logged while something is done.

use std::io;
use std::sync::{Arc, Mutex};

use tracing::{Dispatch, Subscriber};
use tracing_subscriber::fmt::MakeWriter;

/// Everything that was logged.
#[derive(Clone, Default)]
pub(crate) struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    pub(crate) fn text(&self) -> String {
        let bytes = self.0.lock().expect("no thread panicked").clone();
        String::from_utf8(bytes).expect("logs are text")
    }
}

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no thread panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Written {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Does `work` with `subscriber` as this thread's log.
pub(crate) fn logged_by<T>(
    subscriber: impl Subscriber + Send + Sync + 'static,
    work: impl FnOnce() -> T,
) -> T {
    // Where there is only one log, what another thread meets first is taken to be logged nowhere.
    let _second = Dispatch::new(tracing_subscriber::registry());
    tracing::subscriber::with_default(subscriber, work)
}

/// The log of `work`, without its trifles.
pub(crate) fn logged(work: impl FnOnce()) -> String {
    let written = Written::default();
    let subscriber =
        tracing_subscriber::fmt().with_ansi(false).with_writer(written.clone()).finish();
    logged_by(subscriber, work);
    written.text()
}
