//! The lock of one purpose: its keys for every ring key and day, cut once and kept while they can still be needed.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::oauth::time::UnixTime;

use super::derivation::Derivation;
use super::jose::{JweKey, JwsKey};
use super::json::Tag;
use super::purpose::{Recipe, Wire};
use super::shape::Compact;
use super::unsealable::Wall;

/// How far the clock of another node may be ahead of ours.
pub const SKEW_SECONDS_MAX: u64 = 5;
const DAY_SECONDS: u64 = 24 * 60 * 60;
/// The inner header of every nested value. What it is for is said outside, by the key and by the claims.
const INNER_HEADER: &str = r#"{"alg":"HS256"}"#;

/// The lock of one purpose.
pub(super) struct Lock {
    pub(super) recipe: Recipe,
    pub(super) tag: Tag,
    /// Of the ring this purpose uses: every key that may open.
    derivations: Arc<Vec<Derivation>>,
    inner_header: String,
    /// By header segment. Bounded by (keys that open) × (days on which something still valid can have been sealed).
    cut: ArcSwap<HashMap<String, Arc<CutKey>>>,
    /// What seals today.
    sealing: ArcSwapOption<CutKey>,
}

/// The keys of one purpose under one ring key on one day, parsed, with the header that says so.
pub(super) struct CutKey {
    header: String,
    day: Option<u64>,
    form: Form,
}

enum Form {
    Nested(JwsKey, JweKey),
    Encrypted(JweKey),
    Signed(JwsKey),
}

impl Lock {
    pub(super) fn new(recipe: Recipe, derivations: Arc<Vec<Derivation>>) -> Self {
        Self {
            recipe,
            tag: Tag::new(recipe.tag, recipe.wire),
            derivations,
            inner_header: URL_SAFE_NO_PAD.encode(INNER_HEADER),
            cut: ArcSwap::default(),
            sealing: ArcSwapOption::empty(),
        }
    }

    /// The sealed form of `payload`.
    pub(super) fn seal(&self, payload: &[u8], now: UnixTime) -> String {
        match &self.sealing_key(now).form {
            Form::Nested(inner, outer) => outer.serialize(inner.serialize(payload).as_bytes()),
            Form::Encrypted(outer) => outer.serialize(payload),
            Form::Signed(only) => only.serialize(payload),
        }
    }

    /// The payload that was sealed as `text`.
    pub(super) fn open(&self, text: &str, now: UnixTime) -> Result<Vec<u8>, Wall> {
        let text = Compact::parse(text, self.recipe.characters_max)?;
        let header = match self.recipe.wire {
            Wire::Nested | Wire::Encrypted => text.jwe_header()?,
            Wire::Signed => text.jws()?.header,
        };
        let key = self.opening_key(header, now).ok_or(Wall::Header)?;
        match &key.form {
            Form::Nested(inner, outer) => {
                let content = outer.deserialize(text.as_str()).ok_or(Wall::Cipher)?;
                let content = str::from_utf8(&content).map_err(|_| Wall::Mac)?;
                let content = Compact::parse(content, self.recipe.characters_max);
                confirmed(inner, content.map_err(|_| Wall::Mac)?, &self.inner_header)
            }
            Form::Encrypted(outer) => outer.deserialize(text.as_str()).ok_or(Wall::Cipher),
            Form::Signed(only) => confirmed(only, text, &key.header),
        }
    }

    fn sealing_key(&self, now: UnixTime) -> Arc<CutKey> {
        let day = self.recipe.lifetime_seconds_max.map(|_| now.0 / DAY_SECONDS);
        if let Some(key) = self.sealing.load_full().filter(|key| key.day == day) {
            return key;
        }
        let active = self.derivations.iter().position(|derivation| derivation.active);
        let key = Arc::new(self.cut(active.expect("a ring has an active key"), day));
        self.sealing.store(Some(Arc::clone(&key)));
        key
    }

    /// The key that this header segment names, byte for byte, if something sealed under it can still be valid.
    fn opening_key(&self, header: &str, now: UnixTime) -> Option<Arc<CutKey>> {
        let days = self.days(now);
        let in_time = |day: Option<u64>| day.is_none_or(|day| days.contains(&day));
        if let Some(key) = self.cut.load().get(header) {
            return in_time(key.day).then(|| Arc::clone(key));
        }
        let (derivation, day) = self.named(header).filter(|(_, day)| in_time(*day))?;
        let key = Arc::new(self.cut(derivation, day));
        if key.header != header {
            return None;
        }
        self.cut.rcu(|cut| {
            let mut kept = HashMap::clone(cut);
            kept.retain(|_, key| in_time(key.day));
            kept.insert(header.to_owned(), Arc::clone(&key));
            kept
        });
        Some(key)
    }

    /// The days on which something can have been sealed that is still valid now.
    fn days(&self, now: UnixTime) -> RangeInclusive<u64> {
        let lifetime_seconds_max = self.recipe.lifetime_seconds_max.unwrap_or(0);
        let first = now.minus_seconds(lifetime_seconds_max);
        let last = now.plus_seconds(SKEW_SECONDS_MAX);
        first.0 / DAY_SECONDS..=last.0 / DAY_SECONDS
    }

    /// Which ring key and day a header segment speaks of. Only a look-up: the caller compares the whole header.
    fn named(&self, header: &str) -> Option<(usize, Option<u64>)> {
        let json = String::from_utf8(URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        let kid = json.strip_suffix("\"}")?.rsplit('"').next()?;
        let (id, day) = match kid.split_once('.') {
            Some((id, day)) => (id, Some(day.parse().ok()?)),
            None => (kid, None),
        };
        let named = |derivation: &Derivation| derivation.id.as_str() == id;
        let dated = day.is_some() == self.recipe.lifetime_seconds_max.is_some();
        self.derivations.iter().position(named).filter(|_| dated).map(|found| (found, day))
    }

    fn cut(&self, derivation: usize, day: Option<u64>) -> CutKey {
        let from = &self.derivations[derivation];
        let (label, id) = (self.recipe.label, &from.id);
        let kid = day.map_or_else(|| id.to_string(), |day| format!("{id}.{day}"));
        let day_text = day.map(|day| day.to_string()).unwrap_or_default();
        let header = header_json(&self.recipe, &kid);
        let jwe = || JweKey::new(&header, &from.encryption_key(label, &day_text));
        let jws = |header: &str| JwsKey::new(header, from.mac_key(label, &day_text));
        let form = match self.recipe.wire {
            Wire::Nested => Form::Nested(jws(INNER_HEADER), jwe()),
            Wire::Encrypted => Form::Encrypted(jwe()),
            Wire::Signed => Form::Signed(jws(&header)),
        };
        CutKey { header: URL_SAFE_NO_PAD.encode(header), day, form }
    }
}

/// The payload of a JWS with exactly this header, if its MAC is ours.
fn confirmed(key: &JwsKey, text: Compact<'_>, header: &str) -> Result<Vec<u8>, Wall> {
    let jws = text.jws().map_err(|_| Wall::Mac)?;
    let mac = URL_SAFE_NO_PAD.decode(jws.mac).map_err(|_| Wall::Mac)?;
    if jws.header != header || !key.confirms(jws.signing_input, &mac) {
        return Err(Wall::Mac);
    }
    URL_SAFE_NO_PAD.decode(jws.payload).map_err(|_| Wall::Mac)
}

/// The protected header, with its members in the only order that is accepted.
fn header_json(recipe: &Recipe, kid: &str) -> String {
    let form = match recipe.wire {
        Wire::Nested => r#""alg":"dir","enc":"A256GCM","cty":"JWT""#,
        Wire::Encrypted => r#""alg":"dir","enc":"A256GCM""#,
        Wire::Signed => r#""alg":"HS256""#,
    };
    let typ = recipe.typ.map(|typ| format!(r#","typ":"{typ}""#)).unwrap_or_default();
    format!(r#"{{{form}{typ},"kid":"{kid}"}}"#)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KeyRing;
    use crate::seal::purpose::Purpose;

    const NOON: UnixTime = UnixTime(20_778 * DAY_SECONDS + DAY_SECONDS / 2);

    fn lock() -> Lock {
        let ring = KeyRing::generate(NOON);
        let derivations = ring.sealing().map(|key| Derivation::new("https://a.example", &key));
        Lock::new(Purpose::AccessToken.recipe(), Arc::new(derivations.collect()))
    }

    /// Whoever makes up headers can make us cut keys, but only those that something valid may need.
    #[test]
    fn keys_in_memory_are_bounded_by_the_days_that_count() {
        let lock = lock();
        for day in 0..40_000 {
            let header = header_json(&lock.recipe, &format!("k1.{day}"));
            lock.opening_key(&URL_SAFE_NO_PAD.encode(header), NOON);
        }
        assert_eq!(lock.cut.load().len(), 2, "today and yesterday");
    }

    #[test]
    fn keys_are_cut_once_and_forgotten_when_their_day_is_over() {
        let lock = lock();
        let header = lock.sealing_key(NOON).header.clone();
        let cut = [(); 2].map(|()| lock.opening_key(&header, NOON).expect("the key of today"));
        assert!(Arc::ptr_eq(&cut[0], &cut[1]));
        let sealing = [(); 2].map(|()| lock.sealing_key(NOON));
        assert!(Arc::ptr_eq(&sealing[0], &sealing[1]));
        let later = NOON.plus_seconds(9 * DAY_SECONDS);
        let header = lock.sealing_key(later).header.clone();
        assert!(lock.opening_key(&header, later).is_some());
        assert_eq!(lock.cut.load().len(), 1);
    }
}
