//! The target `provider_answer`: whatever a provider answers, it is read as what it says or not at all.

use protocol::federation::admission::{Admission, AllowRules, Facts, Grantable};
use protocol::federation::id_token::SUBJECT_BYTES_MAX;
use protocol::federation::told::{ClaimNames, GROUPS_MAX, Groups, NAME_CHARACTERS_MAX, Told};
use protocol::json;
use protocol::oauth::time::UnixTime;

use crate::seal::foreign::ForeignJwt;
use crate::upstream::Document as _;
use crate::upstream::identity::{ID_TOKEN, Metadata, ProviderFault, ProviderTokens, registered};

const NOW: UnixTime = UnixTime(1_800_000_000);
const DOMAIN: &str = "ok.com";

/// Reads `bytes` as a discovery document, a token answer, an ID token, and what is told of a person.
///
/// # Panics
///
/// If something is taken that could harm who reads it, or lets somebody in by a crooked address.
pub fn provider_answer(bytes: &[u8]) {
    let _ = Metadata::read("https://sso.example.com", bytes);
    match ProviderTokens::read(bytes, NOW) {
        Ok(tokens) => {
            let given = [Some(&tokens.access), tokens.refresh.as_ref(), tokens.id_token.as_ref()];
            for token in given.into_iter().flatten() {
                assert!(!token.expose().is_empty(), "a token is something");
                assert!(token.expose().bytes().all(|byte| byte.is_ascii_graphic()));
            }
            assert!(tokens.expires_at.is_none_or(|end| end >= NOW));
        }
        Err(fault) => {
            if let ProviderFault::Refused { error } = &fault {
                assert_eq!(registered(error), error);
            }
            assert!(fault.cause().is_ascii() && !fault.cause().contains(['<', '\n']));
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(jwt) = ForeignJwt::parse(text, &ID_TOKEN)
    {
        judge(&ClaimNames::default().read(jwt.unverified().members()));
    }
    if let Ok(value) = json::parse(bytes)
        && let Some(members) = value.as_object()
    {
        judge(&ClaimNames::default().read(members));
    }
}

fn judge(told: &Told) {
    let is_line = |text: &String| {
        !text.is_empty()
            && text.chars().count() <= NAME_CHARACTERS_MAX
            && !text.chars().any(char::is_control)
    };
    assert!(told.name.as_ref().is_none_or(is_line));
    assert!(told.preferred_username.as_ref().is_none_or(is_line));
    assert!(told.subject.as_ref().is_none_or(|subject| subject.len() <= SUBJECT_BYTES_MAX));
    assert!(!matches!(&told.groups, Groups::These(groups) if groups.len() > GROUPS_MAX));
    let allow = AllowRules { domains: vec![DOMAIN.to_owned()], ..AllowRules::default() };
    let admission = Admission { allow, grantable: Grantable::default() };
    let facts = Facts {
        issuer: "https://sso.example.com",
        subject: "somebody",
        email: told.email.as_deref(),
        email_verified: told.email_verified,
        hosted_domain: None,
        groups: &told.groups,
    };
    if admission.admit(&facts).is_ok() {
        let email = told.email.as_deref().unwrap_or_default();
        assert!(told.email_verified && email.is_ascii(), "{email}");
        assert_eq!(email.split('@').collect::<Vec<_>>().get(1..), Some(&[DOMAIN][..]));
    }
}
