//! Short spellings of ids, digests and resources.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::oauth::built_in::BuiltIn;
use protocol::oauth::resource::Resource;
use protocol::oauth::scope::Scope;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// `N` bytes, written as base64url without padding.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Bytes<const N: usize>(pub [u8; N]);

impl<const N: usize> Serialize for Bytes<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for Bytes<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(D::Error::custom)?;
        Ok(Self(bytes.try_into().map_err(|_| D::Error::custom("wrong length"))?))
    }
}

/// Whether a member says no more than its absence, so that it takes no room.
pub(super) fn is_default<T: Default + PartialEq>(member: &T) -> bool {
    *member == T::default()
}

/// A resource, without the issuer if it begins with it: most resources are served by the node that seals their tokens.
pub(super) fn shorten(resource: &Resource, issuer: &str) -> String {
    let rest = resource.as_str().strip_prefix(issuer);
    rest.filter(|rest| rest.is_empty() || rest.starts_with('/'))
        .unwrap_or(resource.as_str())
        .to_owned()
}

/// The resource that was shortened under the same issuer.
pub(super) fn lengthen(text: &str, issuer: &str) -> Option<Resource> {
    let short = text.is_empty() || text.starts_with('/');
    let full = if short { format!("{issuer}{text}") } else { text.to_owned() };
    Resource::parse(&full).ok()
}

/// The scope that was written without `offline_access`, whose spelling is longer than everything else about it.
pub(super) fn with_offline_access(text: &str, granted: bool) -> Option<Scope> {
    let scope = Scope::parse(text).ok()?;
    let offline = granted.then(|| BuiltIn::OfflineAccess.token());
    Some(scope.union(&offline.into_iter().collect()))
}
