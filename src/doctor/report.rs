//! What an examination found, for people and for programs.
//!
//! The JSON form is stable: members are added, never renamed; `schema` grows when one changes its meaning.

use std::fmt::Write as _;

use serde::Serialize;

use super::ask::Asked;
use super::finding::{Code, Note, Weight};
use super::journey::{Journey, Outcome, Step};

/// The form of the JSON.
const SCHEMA: u32 = 1;

/// How it stands with a deployment.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every client can connect, and nothing must be mended.
    Works,
    /// At least one client cannot, or something must be mended.
    Fails,
    /// Nothing answered.
    Unreachable,
}

/// What an examination found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The form of this report.
    pub schema: u32,
    /// What was examined, as typed.
    pub url: String,
    /// The MCP endpoint; none where an issuer was named and no resource of its own is known.
    pub endpoint: Option<String>,
    /// The authorization servers that clients may choose, the likeliest first.
    pub issuers: Vec<String>,
    /// How it stands.
    pub verdict: Verdict,
    /// Whether clients were really registered.
    pub registered: bool,
    /// Every client that is known.
    pub clients: Vec<ClientReport>,
    /// What is wrong, the worst first.
    pub findings: Vec<Finding>,
    /// Settings of the examined configuration that weaken it, where one was given.
    pub settings: Vec<String>,
    /// Every question, in order.
    pub asked: Vec<Asked>,
}

/// What one client would do.
#[derive(Clone, Debug, Serialize)]
pub struct ClientReport {
    /// The client.
    pub client: &'static str,
    /// How it ends.
    pub outcome: Outcome,
    /// Where it fails.
    pub step: Option<Step>,
    /// What it stumbles over, in its order.
    pub because: Vec<Code>,
}

/// Something that is wrong.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// How much it matters: an error where a client fails, else at least a warning where one is slowed down.
    pub weight: Weight,
    /// What is wrong.
    pub title: &'static str,
    /// What was seen, each once.
    pub seen: Vec<String>,
    /// What to do.
    pub remedy: &'static str,
    /// Which rule it breaks.
    pub source: &'static str,
    /// Clients that cannot connect because of it.
    pub fails: Vec<&'static str>,
    /// Other clients, which find another way.
    pub falls_back: Vec<&'static str>,
}

/// What a report is made of.
pub(super) struct Parts {
    pub(super) url: String,
    pub(super) endpoint: Option<String>,
    pub(super) issuers: Vec<String>,
    pub(super) was_answered: bool,
    pub(super) registered: bool,
    pub(super) journeys: Vec<Journey>,
    pub(super) notes: Vec<Note>,
    pub(super) asked: Vec<Asked>,
}

impl Report {
    pub(super) fn new(parts: Parts) -> Self {
        let Parts { url, endpoint, issuers, was_answered, registered, journeys, notes, asked } =
            parts;
        let findings = findings(&journeys, &notes);
        let worst = findings.first().map(|finding| finding.weight);
        let verdict = match (was_answered, worst) {
            (false, _) => Verdict::Unreachable,
            (true, Some(Weight::Error)) => Verdict::Fails,
            (true, Some(Weight::Warning | Weight::Notice) | None) => Verdict::Works,
        };
        let clients = journeys.iter().map(ClientReport::of).collect();
        let (schema, settings) = (SCHEMA, Vec::new());
        let (clients, findings) =
            if was_answered { (clients, findings) } else { (Vec::new(), Vec::new()) };
        Self {
            schema,
            url,
            endpoint,
            issuers,
            verdict,
            registered,
            clients,
            findings,
            settings,
            asked,
        }
    }

    /// The report as JSON.
    ///
    /// # Panics
    ///
    /// Never: everything in it is text, numbers and lists.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report has no maps with odd keys")
    }

    /// The report for people.
    ///
    /// # Panics
    ///
    /// Never: it is written to memory.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", plain(&self.url));
        self.write(&mut text).expect("writing to a String cannot fail");
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        if let Some(endpoint) = &self.endpoint {
            writeln!(text, "  MCP endpoint          {}", plain(endpoint))?;
        }
        for issuer in &self.issuers {
            writeln!(text, "  authorization server  {}", plain(issuer))?;
        }
        writeln!(text, "  questions asked       {}", self.asked.len())?;
        if self.verdict == Verdict::Unreachable {
            let fault = self.asked.iter().find_map(|asked| asked.fault.as_deref());
            return writeln!(
                text,
                "\nNothing answered: {}.",
                plain(fault.unwrap_or("no question"))
            );
        }
        for setting in &self.settings {
            writeln!(text, "  weakened by setting   {}", plain(setting))?;
        }
        writeln!(text, "\nClients")?;
        for client in &self.clients {
            let outcome = match (client.outcome, client.step) {
                (Outcome::Works, _) => "works".to_owned(),
                (Outcome::WorksWithFallback, _) => format!("works, but {}", codes(&client.because)),
                (Outcome::Fails, step) => {
                    let step = step.map_or("the start", Step::name);
                    format!("FAILS at {step}: {}", codes(&client.because))
                }
            };
            writeln!(text, "  {:<28} {outcome}", client.client)?;
        }
        if !self.findings.is_empty() {
            writeln!(text, "\nFindings")?;
        }
        for finding in &self.findings {
            let weight = match finding.weight {
                Weight::Error => "ERROR",
                Weight::Warning => "warning",
                Weight::Notice => "notice",
            };
            writeln!(text, "  {weight:<8} {}: {}.", name(finding.code), finding.title)?;
            for seen in &finding.seen {
                writeln!(text, "           seen: {}", plain(seen))?;
            }
            for (said, clients) in [("stops", &finding.fails), ("slows", &finding.falls_back)] {
                if !clients.is_empty() {
                    writeln!(text, "           {said}: {}", clients.join(", "))?;
                }
            }
            writeln!(text, "           do:   {}", finding.remedy)?;
        }
        if !self.registered {
            let hint = "\nNothing was registered; --register tries each client's registration and redirect URI.";
            writeln!(text, "{hint}")?;
        }
        Ok(())
    }
}

impl ClientReport {
    fn of(journey: &Journey) -> Self {
        let mut because: Vec<_> = journey.notes.iter().map(|(_, note)| note.code).collect();
        because.dedup();
        Self {
            client: journey.client.name,
            outcome: journey.outcome(),
            step: journey.failed_at,
            because,
        }
    }
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Challenge => "the challenge",
            Self::ResourceMetadata => "the resource metadata",
            Self::ServerMetadata => "the authorization server metadata",
            Self::Registration => "registration",
            Self::Authorization => "authorization",
            Self::Token => "the token endpoint",
        }
    }
}

/// Everything that was noticed, each kind once, the worst first.
fn findings(journeys: &[Journey], notes: &[Note]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for journey in journeys {
        let last = journey.notes.len().wrapping_sub(1);
        for (at, (_, note)) in journey.notes.iter().enumerate() {
            let finding = entry(&mut findings, note);
            let fatal = journey.failed_at.is_some() && at == last;
            let (hit, weight) = if fatal {
                (&mut finding.fails, Weight::Error)
            } else {
                (&mut finding.falls_back, Weight::Warning)
            };
            if !hit.contains(&journey.client.name) {
                hit.push(journey.client.name);
            }
            finding.weight = finding.weight.max(weight);
        }
    }
    for finding in &mut findings {
        let Finding { fails, falls_back, .. } = finding;
        falls_back.retain(|client| !fails.contains(client));
    }
    for note in notes {
        let finding = entry(&mut findings, note);
        finding.weight = finding.weight.max(note.code.fault().weight);
    }
    findings.sort_by_key(|finding| (std::cmp::Reverse(finding.weight), finding.code));
    findings
}

/// The finding that `note` belongs to; a new one matters as little as can be.
fn entry<'a>(findings: &'a mut Vec<Finding>, note: &Note) -> &'a mut Finding {
    let known = findings.iter().position(|finding| finding.code == note.code);
    let at = known.unwrap_or_else(|| {
        let fault = note.code.fault();
        findings.push(Finding {
            code: note.code,
            weight: Weight::Notice,
            title: fault.title,
            seen: Vec::new(),
            remedy: fault.remedy,
            source: fault.source,
            fails: Vec::new(),
            falls_back: Vec::new(),
        });
        findings.len() - 1
    });
    let finding = &mut findings[at];
    if !finding.seen.contains(&note.seen) {
        finding.seen.push(note.seen.clone());
    }
    finding
}

/// The name of a code, as JSON has it.
fn name(code: Code) -> String {
    let name = serde_json::to_value(code).ok();
    name.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

fn codes(codes: &[Code]) -> String {
    codes.iter().map(|code| name(*code)).collect::<Vec<_>>().join(", ")
}

/// Text of a stranger for a terminal: nothing that moves its cursor or turns its direction.
fn plain(text: &str) -> String {
    let is_plain = |character: &char| {
        !character.is_control()
            && !matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(is_plain).take(500).collect()
}
