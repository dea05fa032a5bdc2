//! Whole stories, from discovery to refresh: on one node, on three, and across restarts between any two steps.

mod documents;
mod guides;
mod ledgers;
mod model;
mod stories;

use crate::support::{Reply, plain, visible};

/// A transcript: what happened, and what came of it.
#[derive(Default)]
struct Story(Vec<String>);

impl Story {
    /// Tells a step, and hands its reply on.
    fn tell(&mut self, step: &str, reply: Reply) -> Reply {
        let mut lines = vec![step.to_owned(), format!("    {}", reply.status)];
        for name in ["www-authenticate", "location"] {
            lines.extend(reply.header(name).map(|value| format!("    {name}: {value}")));
        }
        if reply.is_page() {
            lines.push(format!("    {}", visible(&reply.body).lines().next().unwrap_or_default()));
        } else if !reply.body.is_empty() {
            lines.push(format!("    {}", reply.body));
        }
        self.0.push(lines.join("\n"));
        reply
    }

    fn text(&self) -> String {
        plain(&self.0.join("\n"))
    }
}
