//! The vocabulary of OAuth, parsed rather than validated.

pub mod time;
