//! JWTs that others signed, and the keys they are verified with.

mod claims;
mod headers;
mod key_sets;
mod proofs;
mod signatures;
mod vectors;

use std::sync::LazyLock;

use protocol::oauth::algorithm::SigningAlgorithm;
use sealbearer::seal::foreign::{CLIENT_ASSERTION, ForeignFault, ForeignJwt, KeySet};

use crate::support::Signer;

/// One signer for each algorithm; keys take time to make.
pub(crate) static SIGNERS: LazyLock<[Signer; 3]> = LazyLock::new(|| {
    [SigningAlgorithm::Rs256, SigningAlgorithm::Es256, SigningAlgorithm::EdDsa]
        .map(|algorithm| Signer::new(algorithm, "k1"))
});

pub(super) fn key_set(text: &str) -> KeySet {
    KeySet::parse(text).expect("the keys are good")
}

/// What becomes of a text that should be an assertion of this signer.
pub(super) fn outcome(signer: &Signer, text: &str) -> Result<(), ForeignFault> {
    let jwt = ForeignJwt::parse(text, &CLIENT_ASSERTION)?;
    jwt.verify(&key_set(&signer.key_set())).map(drop)
}

/// `name: outcome`, one a line.
pub(super) fn table<T: std::fmt::Debug>(
    rows: impl IntoIterator<Item = (impl std::fmt::Display, T)>,
) -> String {
    let lines = rows.into_iter().map(|(name, outcome)| format!("{name}: {outcome:?}"));
    lines.collect::<Vec<_>>().join("\n")
}
