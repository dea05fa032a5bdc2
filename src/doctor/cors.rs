//! What a browser would let a page do with an answer. Source: Fetch Standard (CORS protocol).

use super::document::{Answer, field};

/// Whether a page at `origin` may read the answer.
pub(super) fn lets_read(answer: &Answer, origin: &str) -> bool {
    let allowed =
        answer.as_ref().ok().and_then(|reply| field(&reply.headers, "access-control-allow-origin"));
    allowed.is_some_and(|allowed| allowed == "*" || allowed == origin)
}

/// Whether a preflight lets a page at `origin` send its request.
pub(super) fn lets_in(preflight: &Answer, origin: &str) -> bool {
    let is_fine = preflight.as_ref().is_ok_and(|reply| reply.status.is_success());
    is_fine && lets_read(preflight, origin)
}

/// Whether a page may read the field `name`.
pub(super) fn exposes(answer: &Answer, name: &str) -> bool {
    let Ok(reply) = answer else { return false };
    let exposed = field(&reply.headers, "access-control-expose-headers").unwrap_or_default();
    exposed.split(',').any(|one| one.trim() == "*" || one.trim().eq_ignore_ascii_case(name))
}
