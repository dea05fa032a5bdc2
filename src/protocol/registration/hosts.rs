//! Lists of hosts, as an operator writes them.

/// A host, all hosts below a domain, or any host.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum HostPattern {
    /// `*`
    Any,
    /// `*.example.com`: every name that ends so, but not the domain itself.
    Below(String),
    /// `example.com`
    Exactly(String),
}

/// What the operator thinks of hosts.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct HostRules {
    /// Only these, if there is a list.
    pub allow: Option<Vec<HostPattern>>,
    /// Never these.
    pub deny: Vec<HostPattern>,
    /// People are warned of these.
    pub warn: Vec<HostPattern>,
}

impl HostPattern {
    /// Reads a pattern: a name in ASCII and lower case, alone or after `*.`, or `*`. Loopback has its usual spellings.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_name = |name: &str| {
            let plain = |byte: u8| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
            };
            let is_label = |label: &str| !label.is_empty() && label.bytes().all(plain);
            !name.is_empty() && name.split('.').all(is_label)
        };
        match text.strip_prefix("*.") {
            _ if text == "*" => Some(Self::Any),
            _ if text == "[::1]" => Some(Self::Exactly(text.to_owned())),
            Some(domain) if is_name(domain) => Some(Self::Below(format!(".{domain}"))),
            None if is_name(text) => Some(Self::Exactly(text.to_owned())),
            _ => None,
        }
    }

    /// Whether `host` is meant, a name in ASCII and lower case.
    #[must_use]
    pub fn matches(&self, host: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Below(suffix) => host.ends_with(suffix),
            Self::Exactly(name) => host == name,
        }
    }
}

impl HostRules {
    /// Whether clients of `host` are known here. A host that is denied is denied, whatever else is said of it.
    #[must_use]
    pub fn permit(&self, host: &str) -> bool {
        let listed = |list: &[HostPattern]| list.iter().any(|pattern| pattern.matches(host));
        !listed(&self.deny) && self.allow.as_deref().is_none_or(listed)
    }

    /// Whether people are warned of `host`.
    #[must_use]
    pub fn warn_of(&self, host: &str) -> bool {
        self.warn.iter().any(|pattern| pattern.matches(host))
    }
}
