//! `POST /oauth/token`: who gets tokens, who hears what instead, and what nobody gets twice.

mod clients;
mod codes;
mod refresh;
pub(super) mod replays;
mod wording;
