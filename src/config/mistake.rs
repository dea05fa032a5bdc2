//! Mistakes: where, which key, what is wrong, and what to do about it. Never the value of a secret.

use std::fmt;

/// Where something was said.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Place {
    /// In the file, on this line (counted from 1).
    File {
        /// The path as given.
        path: String,
        /// The line.
        line: usize,
    },
    /// In an environment variable.
    Variable(String),
    /// On the command line.
    Argument(&'static str),
    /// Nowhere: it is a default, or missing.
    Nowhere,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line } => write!(formatter, "{path}:{line}"),
            Self::Variable(name) => write!(formatter, "environment variable {name}"),
            Self::Argument(name) => write!(formatter, "argument {name}"),
            Self::Nowhere => formatter.write_str("configuration"),
        }
    }
}

/// One mistake.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mistake {
    /// Where it was said.
    pub place: Place,
    /// The key in full, `clients[0].redirect_uris`; empty if the file cannot be read at all.
    pub key: String,
    /// What is wrong, as half a sentence about the key.
    pub problem: String,
    /// What to do, as an imperative.
    pub remedy: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.place)?;
        if !self.key.is_empty() {
            write!(formatter, "{} ", self.key)?;
        }
        let stop = if self.remedy.ends_with('?') { "" } else { "." };
        write!(formatter, "{}. {}{stop}", self.problem, self.remedy)
    }
}

/// Everything that is wrong, in the order of the keys' checks; never empty.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub struct Mistakes(pub Vec<Mistake>);

impl fmt::Display for Mistakes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        formatter.write_str(&lines.join("\n"))
    }
}
