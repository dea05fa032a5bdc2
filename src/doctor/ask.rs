//! Asks one question after the other, writes down what came of each, and stops when its time is over.

use hyper::header::DATE;
use serde::Serialize;
use tokio::time::{Duration, Instant, timeout_at};

use super::document::{Answer, field};
use crate::upstream::{Addresses, Prober, Question, Silence};
use protocol::oauth::time::UnixTime;

/// How long an examination may take.
const DEADLINE: Duration = Duration::from_mins(2);

/// A question and what came of it, in words.
#[derive(Clone, Debug, Serialize)]
pub struct Asked {
    /// What it was for.
    pub what: &'static str,
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The status; none if nothing came back.
    pub status: Option<u16>,
    /// Why nothing came back.
    pub fault: Option<String>,
}

pub(super) struct Asker<'a> {
    prober: &'a Prober,
    addresses: Addresses,
    now: UnixTime,
    deadline: Instant,
    pub(super) asked: Vec<Asked>,
    /// How far the clock of the first server that told the time is ahead of ours, in seconds.
    pub(super) skew_seconds: Option<i64>,
    /// The longest head of an answer, in bytes, and who sent it.
    pub(super) longest_head: (usize, String),
}

impl<'a> Asker<'a> {
    pub(super) fn new(prober: &'a Prober, addresses: Addresses, now: UnixTime) -> Self {
        let deadline = Instant::now() + DEADLINE;
        let (asked, longest_head) = (Vec::new(), (0, String::new()));
        Self { prober, addresses, now, deadline, asked, skew_seconds: None, longest_head }
    }

    /// Whether anything was answered; if not there is no use in going on.
    pub(super) fn was_answered(&self) -> bool {
        self.asked.iter().any(|asked| asked.status.is_some())
    }

    /// Whether the first questions were lost: then nobody asks more.
    fn is_lost(&self) -> bool {
        self.asked.len() >= 2 && !self.was_answered()
    }

    pub(super) async fn ask(&mut self, what: &'static str, question: Question) -> Answer {
        if self.is_lost() {
            return Err(Silence::NoConnection);
        }
        let asking = self.prober.ask(&question, self.addresses);
        let answer = timeout_at(self.deadline, asking).await.unwrap_or(Err(Silence::Late));
        if let Ok(reply) = &answer {
            let date = field(&reply.headers, DATE.as_str());
            let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
            let since = date.and_then(|date| date.duration_since(std::time::UNIX_EPOCH).ok());
            let seconds = since.and_then(|since| i64::try_from(since.as_secs()).ok());
            let ours = i64::try_from(self.now.0).ok();
            let skew = seconds.zip(ours).map(|(theirs, ours)| theirs - ours);
            self.skew_seconds = self.skew_seconds.or(skew);
            let fields = reply.headers.iter();
            let head = fields.map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
            if head > self.longest_head.0 {
                self.longest_head = (head, question.url.to_string());
            }
        }
        self.asked.push(Asked {
            what,
            method: question.method.to_string(),
            url: question.url.to_string(),
            status: answer.as_ref().ok().map(|reply| reply.status.as_u16()),
            fault: answer.as_ref().err().map(Silence::to_string),
        });
        answer
    }
}
