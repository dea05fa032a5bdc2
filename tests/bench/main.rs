//! What the server costs: characters per artefact for the clients we know, time per seal, per opening and per endpoint.
//!
//! Everything runs in process and on one thread; the clock stands still, so that nothing expires between two rounds.

mod deployment;
mod endpoints;
mod journey;
#[path = "../support/profiles.rs"]
mod profiles;
mod rates;
mod seals;
mod sizes;

fn main() {
    // `cargo bench -- --test` and a filter are for the timings; the table is printed either way, since it costs nothing.
    sizes::print();
    divan::main();
}
