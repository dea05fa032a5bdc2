//! Who may come in through a provider, and the most they may allow.
//!
//! Every kind of rule that is there must be met, and of each kind one entry is enough. No rule at all admits nobody: that
//! everybody may come in is said, not forgotten.

use super::email::domain_of;
use super::told::Groups;
use crate::oauth::scope::Scope;

/// Who may come in.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AllowRules {
    /// Everybody whom the provider vouches for; no other rule stands beside it.
    pub everyone: bool,
    /// People with a verified address at one of these domains.
    pub domains: Vec<String>,
    /// Members of one of these groups, organisations (`acme`) or teams (`acme/core`).
    pub groups: Vec<String>,
    /// These people, by what the provider calls them for ever.
    pub subjects: Vec<String>,
    /// People of one of these issuers, where a provider has one for each tenant.
    pub issuers: Vec<String>,
    /// People whose account belongs to one of these domains, by the provider's own word (`hd`).
    pub hosted_domains: Vec<String>,
}

/// What people may allow: the most that anybody may, and what members of groups may besides.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Grantable {
    /// What everybody who comes in may allow; `None` is every scope.
    pub by_everyone: Option<Scope>,
    /// What members of a group may allow besides.
    pub by_group: Vec<(String, Scope)>,
}

/// What is known of who wants to come in.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Who vouches for them.
    pub issuer: &'a str,
    /// Who they are there.
    pub subject: &'a str,
    /// Their address.
    pub email: Option<&'a str>,
    /// Whether the provider verified that the address is theirs.
    pub email_verified: bool,
    /// The domain that their account belongs to.
    pub hosted_domain: Option<&'a str>,
    /// What they belong to.
    pub groups: &'a Groups,
}

/// The rules of one provider.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Admission {
    /// Who may come in.
    pub allow: AllowRules,
    /// What they may allow.
    pub grantable: Grantable,
}

/// Somebody who may come in.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Admitted {
    grantable: Option<Scope>,
}

impl Admitted {
    /// The most they may allow; `None` is every scope.
    #[must_use]
    pub fn grantable(&self) -> Option<&Scope> {
        self.grantable.as_ref()
    }
}

/// Why somebody may not come in.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum NotAdmitted {
    /// There is no rule.
    NobodyIs,
    /// They are not on the list.
    Subject,
    /// They come from another tenant.
    Issuer,
    /// Their account belongs to no domain, or to another one.
    HostedDomain,
    /// No address was told.
    EmailUntold,
    /// The provider did not verify the address.
    EmailUnverified,
    /// The address is spelled in a way that leaves a doubt.
    EmailMalformed,
    /// The address is at another domain.
    EmailDomain,
    /// Nothing was told of what they belong to.
    GroupsUntold,
    /// They belong to more than the provider tells.
    GroupsTooMany,
    /// They belong to none of those who may.
    Group,
}

impl NotAdmitted {
    /// Every reason, for tests that must cover all of them.
    pub const ALL: [Self; 11] = [
        Self::NobodyIs,
        Self::Subject,
        Self::Issuer,
        Self::HostedDomain,
        Self::EmailUntold,
        Self::EmailUnverified,
        Self::EmailMalformed,
        Self::EmailDomain,
        Self::GroupsUntold,
        Self::GroupsTooMany,
        Self::Group,
    ];

    /// What is wrong, for whoever wanted to come in. It tells nothing of who may.
    #[must_use]
    pub fn cause(self) -> &'static str {
        match self {
            Self::NobodyIs => "Nobody may sign in through this provider.",
            Self::Subject => "This account is not among those that may sign in here.",
            Self::Issuer | Self::HostedDomain => {
                "This account belongs to an organisation whose members may not sign in here."
            }
            Self::EmailUntold => "Your provider did not tell your email address.",
            Self::EmailUnverified => "Your provider did not verify your email address.",
            Self::EmailMalformed => "Your email address is written in a way that is not accepted.",
            Self::EmailDomain => "Your email address is at a domain that may not sign in here.",
            Self::GroupsUntold => "Your provider did not tell which groups you belong to.",
            Self::GroupsTooMany => "You belong to more groups than your provider tells.",
            Self::Group => "You belong to none of the groups that may sign in here.",
        }
    }

    /// What can be done about it, and by whom.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::NobodyIs => "The operator of this server has to say who may.",
            Self::Subject | Self::Issuer | Self::HostedDomain | Self::EmailDomain | Self::Group => {
                "Sign in with another account, or ask the operator of this server for access."
            }
            Self::EmailUntold => {
                "Allow this server to see it, or ask the operator to request the scope for it."
            }
            Self::EmailUnverified => "Verify the address there, then sign in again.",
            Self::EmailMalformed => {
                "Ask the operator of this server; the domain must be lower-case ASCII."
            }
            Self::GroupsUntold => {
                "The operator has to configure the provider to send a claim for groups."
            }
            Self::GroupsTooMany => {
                "The operator has to configure the provider to send only the groups assigned to this application."
            }
        }
    }
}

impl Admission {
    /// Whether whoever is described by `facts` may come in, and what they may allow.
    ///
    /// # Errors
    ///
    /// The [`NotAdmitted`] that was met first.
    pub fn admit(&self, facts: &Facts<'_>) -> Result<Admitted, NotAdmitted> {
        self.allow.admit(facts)?;
        Ok(Admitted { grantable: self.grantable.to(facts.groups) })
    }
}

impl AllowRules {
    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn admit(&self, facts: &Facts<'_>) -> Result<(), NotAdmitted> {
        if self.is_empty() {
            return Err(NotAdmitted::NobodyIs);
        }
        met(&self.subjects, || lists(&self.subjects, facts.subject), NotAdmitted::Subject)?;
        met(&self.issuers, || lists(&self.issuers, facts.issuer), NotAdmitted::Issuer)?;
        let is_hosted = || facts.hosted_domain.is_some_and(|at| lists(&self.hosted_domains, at));
        met(&self.hosted_domains, is_hosted, NotAdmitted::HostedDomain)?;
        if !self.domains.is_empty() {
            let email = facts.email.ok_or(NotAdmitted::EmailUntold)?;
            if !facts.email_verified {
                return Err(NotAdmitted::EmailUnverified);
            }
            let domain = domain_of(email).ok_or(NotAdmitted::EmailMalformed)?;
            met(&self.domains, || lists(&self.domains, domain), NotAdmitted::EmailDomain)?;
        }
        if self.groups.is_empty() {
            return Ok(());
        }
        match facts.groups {
            Groups::Untold => Err(NotAdmitted::GroupsUntold),
            Groups::TooMany => Err(NotAdmitted::GroupsTooMany),
            Groups::These(theirs) => {
                let belongs = || theirs.iter().any(|group| lists(&self.groups, group));
                met(&self.groups, belongs, NotAdmitted::Group)
            }
        }
    }
}

/// Whether a rule is met, if it is there.
fn met(
    rule: &[String],
    is_met: impl FnOnce() -> bool,
    otherwise: NotAdmitted,
) -> Result<(), NotAdmitted> {
    if rule.is_empty() || is_met() { Ok(()) } else { Err(otherwise) }
}

fn lists(known: &[String], one: &str) -> bool {
    known.iter().any(|other| other == one)
}

impl Grantable {
    /// The most that a member of `groups` may allow. Who is not known to be a member is none.
    fn to(&self, groups: &Groups) -> Option<Scope> {
        let everybody = self.by_everyone.as_ref()?;
        let theirs: &[String] = match groups {
            Groups::These(theirs) => theirs,
            Groups::Untold | Groups::TooMany => &[],
        };
        let besides = self.by_group.iter().filter(|(group, _)| lists(theirs, group));
        Some(besides.fold(everybody.clone(), |most, (_, scope)| most.union(scope)))
    }
}
