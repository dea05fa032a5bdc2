//! The scripts, and how they are asked.

use std::fmt::Write as _;

use protocol::oauth::time::UnixTime;
use redis::{Script, ScriptInvocation};

const OPENING: &str = include_str!("scripts/opening.lua");

/// One script per operation; the server keeps them by digest.
pub(super) struct Scripts {
    pub(super) begin: Script,
    pub(super) claim: Script,
    pub(super) rotate: Script,
    pub(super) revoke_family: Script,
    pub(super) revoke_before: Script,
    pub(super) is_revoked: Script,
    pub(super) keep: Script,
    pub(super) kept: Script,
    pub(super) check: Script,
}

impl Default for Scripts {
    fn default() -> Self {
        let writing = |body: &str| Script::new(&format!("{OPENING}{body}"));
        Self {
            begin: writing(include_str!("scripts/begin.lua")),
            claim: writing(include_str!("scripts/claim.lua")),
            rotate: writing(include_str!("scripts/rotate.lua")),
            revoke_family: writing(include_str!("scripts/revoke_family.lua")),
            revoke_before: writing(include_str!("scripts/revoke_before.lua")),
            keep: writing(include_str!("scripts/keep.lua")),
            kept: Script::new(include_str!("scripts/kept.lua")),
            is_revoked: Script::new(include_str!("scripts/is_revoked.lua")),
            check: Script::new(include_str!("scripts/check.lua")),
        }
    }
}

/// A script with its keys and arguments.
pub(super) struct Question<'a> {
    script: &'a Script,
    /// Now, for scripts with the opening.
    now: Option<UnixTime>,
    keys: Vec<String>,
    arguments: Vec<String>,
}

impl<'a> Question<'a> {
    /// Of a script with the opening.
    pub(super) fn writing(script: &'a Script, now: UnixTime) -> Self {
        Self { script, now: Some(now), keys: Vec::new(), arguments: Vec::new() }
    }

    /// Of a script without it.
    pub(super) fn reading(script: &'a Script) -> Self {
        Self { script, now: None, keys: Vec::new(), arguments: Vec::new() }
    }

    pub(super) fn key(mut self, key: String) -> Self {
        self.keys.push(key);
        self
    }

    pub(super) fn number(mut self, number: u64) -> Self {
        self.arguments.push(number.to_string());
        self
    }

    pub(super) fn text(mut self, text: String) -> Self {
        self.arguments.push(text);
        self
    }

    /// A name for this question, so that asking it again after a lost answer is no second use.
    pub(super) fn attempt(mut self) -> Self {
        let mut name = String::new();
        for byte in rand::random::<[u8; 8]>() {
            write!(name, "{byte:02x}").expect("writing to a String cannot fail");
        }
        self.arguments.push(name);
        self
    }

    /// The call, which the server must not answer after `deadline_milliseconds` on its own clock; 0: whenever it can.
    pub(super) fn invocation(&self, deadline_milliseconds: u64) -> ScriptInvocation<'a> {
        let mut call = self.script.prepare_invoke();
        for key in &self.keys {
            call.key(key.as_str());
        }
        if let Some(now) = self.now {
            call.arg(now.0).arg(deadline_milliseconds);
        }
        for argument in &self.arguments {
            call.arg(argument.as_str());
        }
        call
    }
}
