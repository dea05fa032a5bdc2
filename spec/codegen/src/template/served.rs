//! Which methods a path has, for `Allow` (RFC 9110 §15.5.6) and for `HEAD`.
//! Copied as it is into the contract by the generator.

/// A path of the contract.
pub struct ServedPath {
    /// Its segments: `:` stands for any one segment, a final `*` for one or more.
    pub pattern: &'static str,
    /// Its methods; where there is `GET` there is `HEAD`.
    pub methods: &'static [&'static str],
}

impl ServedPath {
    /// Whether a request for `path` meant this one.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        matches(self.pattern, path)
    }
}

/// Whether `path` is one of those that `pattern` stands for.
#[must_use]
pub fn matches(pattern: &str, path: &str) -> bool {
    let mut sent = path.split('/');
    for segment in pattern.split('/') {
        match (segment, sent.next()) {
            ("*", Some(first)) => return !first.is_empty() || sent.next().is_some(),
            (":", Some(segment)) if !segment.is_empty() => {}
            (fixed, Some(segment)) if fixed == segment => {}
            (_, _) => return false,
        }
    }
    sent.next().is_none()
}
