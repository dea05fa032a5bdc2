//! What was refused on this node lately, and why: by the id that every answer and every page carries.
//!
//! It listens to the log, so it knows what the log knows and no more: reasons, never token material. It is bounded, it is
//! this node's alone, and a restart forgets it.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Instant;

use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber, span};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

/// How many refused requests are remembered.
pub const REFUSALS_MAX: usize = 512;
/// How much is remembered of one of them.
pub const LINES_MAX: usize = 8;
/// How many are told at once where none is named.
const TOLD_MAX: usize = 20;
/// Answers from here on are refusals, or worse.
const REFUSED_FROM: u64 = 400;

/// The refusals of this process; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Refusals(Arc<Mutex<VecDeque<Refused>>>);

#[derive(Debug)]
struct Refused {
    correlation_id: String,
    at: Instant,
    lines: Vec<String>,
}

static OF_PROCESS: LazyLock<Refusals> = LazyLock::new(Refusals::default);

impl Refusals {
    /// Those that the log of this process told of.
    #[must_use]
    pub fn of_process() -> Self {
        OF_PROCESS.clone()
    }

    /// What is known of the request with this id, or of the latest ones.
    #[must_use]
    pub fn tell(&self, correlation_id: Option<&str>) -> Value {
        let refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = refused
            .iter()
            .rev()
            .filter(|one| correlation_id.is_none_or(|id| id == one.correlation_id))
            .take(TOLD_MAX);
        let told = wanted.map(|one| {
            json!({
                "correlation_id": one.correlation_id,
                "seconds_ago": one.at.elapsed().as_secs(),
                "log": one.lines,
            })
        });
        told.collect()
    }

    fn note(&self, correlation_id: &str, line: String) {
        let mut refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = refused.iter_mut().rev().find(|one| one.correlation_id == correlation_id);
        if let Some(known) = known {
            if known.lines.len() < LINES_MAX {
                known.lines.push(line);
            }
            return;
        }
        if refused.len() == REFUSALS_MAX {
            refused.pop_front();
        }
        let correlation_id = correlation_id.to_owned();
        refused.push_back(Refused { correlation_id, at: Instant::now(), lines: vec![line] });
    }
}

/// The id of the request that a span belongs to.
struct OfRequest(String);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Refusals {
    fn on_new_span(
        &self,
        attributes: &span::Attributes<'_>,
        id: &span::Id,
        context: Context<'_, S>,
    ) {
        let mut said = Said::default();
        attributes.record(&mut said);
        if let (Some(span), Some(request)) = (context.span(id), said.correlation_id) {
            span.extensions_mut().insert(OfRequest(request));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut said = Said::default();
        event.record(&mut said);
        if !said.is_refusal {
            return;
        }
        let mut spans = context.event_scope(event).into_iter().flatten();
        let request = spans
            .find_map(|span| span.extensions().get::<OfRequest>().map(|request| request.0.clone()));
        if let Some(request) = request {
            self.note(&request, said.line());
        }
    }
}

/// What a span or a line of the log says.
#[derive(Default)]
struct Said {
    correlation_id: Option<String>,
    message: String,
    fields: Vec<String>,
    is_refusal: bool,
}

impl Said {
    fn line(self) -> String {
        [vec![self.message], self.fields].concat().join(" ")
    }
}

impl Visit for Said {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.is_refusal |= field.name() == "status" && value >= REFUSED_FROM;
        self.record_debug(field, &value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "correlation_id" => self.correlation_id = Some(format!("{value:?}")),
            "message" => self.message = format!("{value:?}"),
            "milliseconds" => {}
            name => {
                self.is_refusal |= name == "reason";
                self.fields.push(format!("{name}={value:?}"));
            }
        }
    }
}
