//! What is to be right of all providers together, and of providers, ledger and resources.

use protocol::federation::admission::{AllowRules, Grantable};
use protocol::identity::CARRIED_BYTES_MAX;
use protocol::oauth::scope::Scope;
use protocol::oauth::subject::IssuerTag;

use super::{
    LedgerKind, ProviderBinding, ProviderConfig, ResourceConfig, ScopeConfig, grammar, management,
    reader::Table,
};

const A_LEDGER: &str = "Write ledger.kind = \"memory\", \"file\" or \"valkey\"";

impl ProviderConfig {
    /// Notes what is wrong with all of them together.
    pub(super) fn check(
        providers: &[Self],
        resources: &[ResourceConfig],
        ledger: &LedgerKind,
        root: &Table,
    ) {
        for (at, provider) in providers.iter().enumerate() {
            let tag = |other: &Self| IssuerTag::of(&other.settings.issuer());
            let same = providers[..at].iter().find(|other| tag(other) == tag(provider));
            if let Some(same) = same.filter(|same| same.id != provider.id) {
                let key = format!("providers[{at}].{}", provider.kind.issuer_key());
                let problem = format!(
                    "is the same issuer as that of \"{}\", so that nobody could tell whose people they are",
                    grammar::shorten(&same.id)
                );
                root.refuse_at(&key, problem, "Remove one of the two");
            }
            if *ledger == LedgerKind::None {
                provider.check_carried(at, root);
            }
        }
        for (at, resource) in resources.iter().enumerate() {
            check_lent(at, resource, providers, ledger, root);
        }
    }

    /// Notes a provider whose refresh tokens nobody would keep.
    fn check_carried(&self, at: usize, root: &Table) {
        let fits = self.refresh_token_bytes_max.is_some_and(|bytes| bytes <= CARRIED_BYTES_MAX);
        if self.bind == ProviderBinding::None || fits {
            return;
        }
        let key = format!("providers[{at}].bind");
        let problem = "is \"refresh\", which needs the provider's refresh tokens, and nothing is known that makes them short enough for tokens of ours; the ledger \"none\" cannot keep them";
        let remedy = format!(
            "{A_LEDGER}; or refresh_token_bytes_max = {CARRIED_BYTES_MAX} if the provider says so; or bind = \"none\""
        );
        root.refuse_at(&key, problem, remedy);
    }
}

/// Notes a server that is to be handed tokens that there are not.
fn check_lent(
    at: usize,
    resource: &ResourceConfig,
    providers: &[ProviderConfig],
    ledger: &LedgerKind,
    root: &Table,
) {
    let Some(lent) = resource.lent() else { return };
    let key = format!("resources[{at}].gateway.credential.provider");
    if !providers.iter().any(|provider| provider.id == lent) {
        let problem = format!("is \"{}\", which is no provider", grammar::shorten(lent));
        root.refuse_at(&key, problem, "Write the id of one of [[providers]]");
    }
    if *ledger == LedgerKind::None {
        let problem =
            "needs a ledger that keeps what the provider gives, and \"none\" keeps nothing";
        root.refuse_at(&key, problem, A_LEDGER);
    }
    if resource.issuers.is_some() {
        let problem = "is for people who log in here, and this resource takes the tokens of others";
        root.refuse_at(&key, problem, "Remove it, or authorization_servers");
    }
}

/// Notes management scopes for people who are not named one by one or by a group, and for people who would keep them when
/// they leave it.
pub(super) fn check_reserved(
    table: &Table,
    grantable: &Grantable,
    allow: &AllowRules,
    bind: ProviderBinding,
    scopes: &[ScopeConfig],
) {
    let manages =
        |granted: &Scope| granted.iter().any(|name| management::is_reserved(name.as_str(), scopes));
    let by_everyone = grantable.by_everyone.as_ref().is_some_and(manages);
    let by_group = grantable.by_group.iter().any(|(_, granted)| manages(granted));
    if by_everyone && allow.subjects.is_empty() {
        let problem = "gives management scopes to everybody who comes in";
        let remedy =
            "Give them to a group with [[providers.groups]], or name people in allow_subjects";
        table.refuse("grantable", problem, remedy);
    }
    if (by_everyone || by_group) && bind == ProviderBinding::None {
        let problem = "is \"none\", so that who leaves a group would keep its management scopes";
        table.refuse("bind", problem, "Write bind = \"refresh\", or take the scopes away");
    }
}
