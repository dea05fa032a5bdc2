//! What a compact form must look like, decided from the text alone, before anything parses it.
//! Source: RFC 7515 §7.1, RFC 7516 §7.1 (compact serialisation), RFC 4648 §3.5 (canonical encoding).

use super::unsealable::Wall;

/// 12 bytes.
const IV_CHARACTERS: usize = 16;
/// 16 bytes.
const TAG_CHARACTERS: usize = 22;
/// 32 bytes.
const MAC_CHARACTERS: usize = 43;

/// A text whose length and characters are those of a compact form.
#[derive(Clone, Copy)]
pub(super) struct Compact<'text>(&'text str);

impl<'text> Compact<'text> {
    pub(super) fn parse(text: &'text str, characters_max: usize) -> Result<Self, Wall> {
        if text.len() > characters_max {
            return Err(Wall::Length);
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if text.bytes().all(plain) { Ok(Self(text)) } else { Err(Wall::Alphabet) }
    }

    pub(super) fn as_str(self) -> &'text str {
        self.0
    }

    /// The protected header of five segments with an empty second one, a nonce and a tag of the right length.
    pub(super) fn jwe_header(self) -> Result<&'text str, Wall> {
        let [header, encrypted_key, iv, ciphertext, tag] = segments(self.0)?;
        let lengths = encrypted_key.is_empty()
            && iv.len() == IV_CHARACTERS
            && !ciphertext.is_empty()
            && tag.len() == TAG_CHARACTERS;
        let canonical = [header, iv, ciphertext, tag].into_iter().all(is_canonical);
        if lengths && canonical { Ok(header) } else { Err(Wall::Shape) }
    }

    /// The parts of three segments with a MAC of the right length.
    pub(super) fn jws(self) -> Result<Jws<'text>, Wall> {
        let jws = self.signed()?;
        if jws.mac.len() == MAC_CHARACTERS { Ok(jws) } else { Err(Wall::Shape) }
    }

    /// The parts of three segments; how long the signature must be depends on the key.
    pub(super) fn signed(self) -> Result<Jws<'text>, Wall> {
        let [header, payload, mac] = segments(self.0)?;
        let lengths = !payload.is_empty() && !mac.is_empty();
        let canonical = [header, payload, mac].into_iter().all(is_canonical);
        if lengths && canonical {
            let signing_input = &self.0[..header.len() + 1 + payload.len()];
            Ok(Jws { signing_input, header, payload, mac })
        } else {
            Err(Wall::Shape)
        }
    }
}

/// The parts of a JWS, still encoded.
pub(super) struct Jws<'text> {
    /// Header and payload with the dot between them.
    pub(super) signing_input: &'text str,
    pub(super) header: &'text str,
    pub(super) payload: &'text str,
    pub(super) mac: &'text str,
}

fn segments<const COUNT: usize>(text: &str) -> Result<[&str; COUNT], Wall> {
    let mut segments = [""; COUNT];
    let mut rest = text.split('.');
    for segment in &mut segments {
        *segment = rest.next().ok_or(Wall::Shape)?;
    }
    if rest.next().is_none() { Ok(segments) } else { Err(Wall::Shape) }
}

/// Whether these base64url characters are how their bytes are written: no single character left over, no bit that
/// decoding would drop.
fn is_canonical(segment: &str) -> bool {
    let last = segment.bytes().next_back();
    match segment.len() % 4 {
        0 => true,
        2 => last.is_some_and(|last| b"AQgw".contains(&last)),
        3 => last.is_some_and(|last| b"AEIMQUYcgkosw048".contains(&last)),
        _ => false,
    }
}
