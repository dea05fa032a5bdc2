//! Texts, and sealed values that were tampered with: nothing opens but what we sealed, and that for its purpose only.

use super::deployment::{NOW, node};
use crate::seal::claims::{
    AccessClaims, AccountTicketClaims, ApprovalTicketClaims, CodeClaims, ConsentClaims,
    ConsentTicketClaims, LoginTicketClaims, LogoutTicketClaims, OrderClaims, ProviderGrantClaims,
    RefreshClaims, RegistrationClaims, SessionClaims, TransactionClaims,
};
use crate::seal::{Artefact, Purpose};

const PURPOSES: usize = Purpose::ALL.len();

/// The highest and the lower three bits of the first byte choose a sealed value, the others what the rest of the bytes does to it:
/// change bytes (where, in two bytes, and what to xor), cut its end, append to it, take a segment from another value, or
/// be a text of its own.
///
/// # Panics
///
/// If a text opens that was not sealed, or one that was does not open for its purpose only.
pub fn sealed_value(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let purpose = (usize::from(choice & 7) + usize::from(choice >> 7) * 8) % PURPOSES;
    let real = real_values()[purpose];
    let changed = match choice >> 3 & 15 {
        0 => flipped(real, rest),
        1 => cut(real, rest),
        2 => [real.as_bytes(), rest].concat(),
        3 => mixed(real, rest),
        _ => rest.to_vec(),
    };
    let Ok(text) = str::from_utf8(&changed) else { return };
    let own_purpose = std::array::from_fn(|other| other == purpose);
    let expected = if text == real { own_purpose } else { [false; PURPOSES] };
    assert_eq!(openings(text), expected, "{text:?}, made of {real:?}");
}

fn flipped(real: &str, edits: &[u8]) -> Vec<u8> {
    let mut changed = real.as_bytes().to_vec();
    for edit in edits.chunks_exact(3) {
        let at = usize::from(u16::from_be_bytes([edit[0], edit[1]])) % changed.len();
        changed[at] ^= edit[2];
    }
    changed
}

/// Without as many bytes at its end as `length` says.
fn cut(real: &str, length: &[u8]) -> Vec<u8> {
    let length = length.iter().fold(0, |length, byte| (length * 256 + usize::from(*byte)) % 65_536);
    real.as_bytes()[..real.len().saturating_sub(length)].to_vec()
}

/// The first byte says whose segment, the second which one.
fn mixed(real: &str, from: &[u8]) -> Vec<u8> {
    let [other, at, ..] = from else { return real.as_bytes().to_vec() };
    let other: Vec<_> = real_values()[usize::from(*other) % PURPOSES].split('.').collect();
    let mut segments: Vec<_> = real.split('.').collect();
    let at = usize::from(*at) % segments.len();
    segments[at] = other[at % other.len()];
    segments.join(".").into_bytes()
}

/// One value for each purpose, in the order of the purposes.
fn real_values() -> [&'static str; PURPOSES] {
    let values = &node().values;
    [
        &values.code,
        &values.access,
        &values.refresh,
        &values.registered,
        &values.login_ticket,
        &values.consent_ticket,
        &values.session,
        &values.consents,
        &values.account_ticket,
        &values.order,
        &values.approval_ticket,
        &values.transaction,
        &values.logout_ticket,
        &values.provider_grant,
    ]
}

/// For which purposes `text` opens.
fn openings(text: &str) -> [bool; PURPOSES] {
    [
        opens::<CodeClaims>(text),
        opens::<AccessClaims>(text),
        opens::<RefreshClaims>(text),
        opens::<RegistrationClaims>(text),
        opens::<LoginTicketClaims>(text),
        opens::<ConsentTicketClaims>(text),
        opens::<SessionClaims>(text),
        opens::<ConsentClaims>(text),
        opens::<AccountTicketClaims>(text),
        opens::<OrderClaims>(text),
        opens::<ApprovalTicketClaims>(text),
        opens::<TransactionClaims>(text),
        opens::<LogoutTicketClaims>(text),
        opens::<ProviderGrantClaims>(text),
    ]
}

fn opens<A: Artefact>(text: &str) -> bool {
    node().server.seal.open::<A>(text, NOW).is_ok()
}
