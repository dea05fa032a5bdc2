//! `POST /oauth/token`: who gets tokens, who hears what instead, and what nobody gets twice.

mod assertions;
mod clients;
mod codes;
mod published_keys;
mod refresh;
pub(super) mod replays;
mod wording;
