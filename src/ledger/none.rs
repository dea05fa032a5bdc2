//! The ledger that remembers nothing: nodes share only the key ring.

use protocol::oauth::time::UnixTime;
use protocol::replay::{Claim, Holder, Revocation, Rotation};

use super::{Answer, CodeClaim, Guarantee, Ledger, Reach, RefreshUse, UseClaim};

const GUARANTEE: Guarantee = Guarantee {
    kind: "none",
    single_use_codes: Reach::Nowhere,
    reuse_detection: Reach::Nowhere,
    revocation: Reach::Nowhere,
    keeps: Reach::Nowhere,
    knows_every_family: false,
    survives_restart: false,
    sentences: &[
        "Until it expires, a code can be presented again by who holds it and its verifier; that yields the same token ids and never a longer life.",
        "A copied refresh token is not noticed, so none is issued unless refresh_tokens = \"convergent\" asks for it.",
        "Nothing can be revoked before it expires, and no revocation is advertised.",
        "What an identity provider gives for a person cannot be kept; settings that need it are refused at the start.",
    ],
};

/// Remembers nothing, so it promises nothing; revoking has no effect and must never be offered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Forgetful;

impl Ledger for Forgetful {
    fn claim(&self, _: UseClaim, _: UnixTime) -> Answer<'_, Claim> {
        Box::pin(std::future::ready(Ok(Claim::NotRemembered)))
    }

    fn claim_code(&self, _: CodeClaim, _: UnixTime) -> Answer<'_, Claim> {
        Box::pin(std::future::ready(Ok(Claim::NotRemembered)))
    }

    fn rotate(&self, _: RefreshUse, _: UnixTime) -> Answer<'_, Rotation> {
        Box::pin(std::future::ready(Ok(Rotation::NotRemembered)))
    }

    fn foresee(&self, _: RefreshUse, _: UnixTime) -> Answer<'_, Rotation> {
        Box::pin(std::future::ready(Ok(Rotation::NotRemembered)))
    }

    fn revoke(&self, _: Revocation, _: UnixTime) -> Answer<'_, ()> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn is_revoked(&self, _: Holder, _: UnixTime) -> Answer<'_, bool> {
        Box::pin(std::future::ready(Ok(false)))
    }

    fn check(&self) -> Answer<'_, ()> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn guarantee(&self) -> &Guarantee {
        &GUARANTEE
    }
}
