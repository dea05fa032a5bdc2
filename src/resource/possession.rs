//! Checks proofs of possession: signature, claims, first use.
//! Source: RFC 9449 §4.3 and §7. Nothing is claimed in the ledger for a proof that would be refused anyway.

use std::sync::Arc;

use protocol::oauth::dpop::{Asked, ProofClaims, ProofFault, ProvenKey};
use protocol::oauth::time::UnixTime;

use crate::gateway::{Prove, Proving, Refusal};
use crate::ledger::{Ledger, UseClaim};
use crate::seal::foreign::ClaimFault;
use crate::seal::foreign::proof::Proof;

/// Somebody who checks proofs and remembers, in a ledger, which were used.
pub struct Proofs(Arc<dyn Ledger>);

impl Proofs {
    /// Where `ledger` is told of every use. One that remembers nothing lets a proof be used again while it is fresh.
    #[must_use]
    pub fn new(ledger: Arc<dyn Ledger>) -> Self {
        Self(ledger)
    }

    async fn proven(
        &self,
        proofs: Vec<&[u8]>,
        asked: Asked<'_>,
        now: UnixTime,
    ) -> Result<ProvenKey, Unproven> {
        let [only] = proofs.as_slice() else { return Err(ProofFault::Count.into()) };
        let text = std::str::from_utf8(only).map_err(|_| ProofFault::Unreadable)?;
        if text.contains(',') {
            return Err(ProofFault::Count.into()); // Two headers, joined on the way.
        }
        let proof = Proof::read(text).map_err(|fault| {
            tracing::info!(?fault, "a proof of possession cannot be read");
            ProofFault::Unreadable
        })?;
        let fitting = claims(&proof)?.judge(proof.key, &asked, now)?;
        let used = UseClaim {
            id: fitting.id(),
            issued_at: fitting.usable_since(),
            expires_at: fitting.remembered_until(),
        };
        let claimed = self.0.claim(used, now).await.map_err(|reason| {
            tracing::error!(%reason, "the ledger does not answer");
            Unproven::Unavailable
        })?;
        Ok(fitting.used(claimed)?)
    }
}

/// Why nothing is proven.
enum Unproven {
    Fault(ProofFault),
    Unavailable,
}

impl From<ProofFault> for Unproven {
    fn from(fault: ProofFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<ClaimFault> for Unproven {
    fn from(_: ClaimFault) -> Self {
        Self::Fault(ProofFault::Unreadable)
    }
}

fn claims(proof: &Proof) -> Result<ProofClaims<'_>, ClaimFault> {
    let claims = &proof.claims;
    Ok(ProofClaims {
        id: claims.text("jti")?,
        method: claims.text("htm")?,
        url: claims.text("htu")?,
        issued_at: claims.instant("iat")?,
        access_token: claims.text("ath")?,
    })
}

impl Prove for Proofs {
    fn prove<'a>(&'a self, proofs: Vec<&'a [u8]>, asked: Asked<'a>, now: UnixTime) -> Proving<'a> {
        Box::pin(async move {
            self.proven(proofs, asked, now).await.map_err(|reason| match reason {
                Unproven::Unavailable => Refusal::Unavailable,
                Unproven::Fault(fault) => {
                    tracing::info!(?fault, "a proof of possession is refused");
                    Refusal::ProofInvalid
                }
            })
        })
    }
}
