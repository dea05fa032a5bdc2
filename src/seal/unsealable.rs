//! The one answer to everything that does not open, and the wall it failed at for those who run the server.

use std::fmt;

/// A value that does not open. Whoever sent it learns no more than that.
#[derive(Clone, Copy, Eq, PartialEq, thiserror::Error)]
#[error("the value does not open")]
pub struct Unsealable(pub(super) Wall);

impl Unsealable {
    /// Where it failed, for logs and tests; never for an answer.
    #[must_use]
    pub fn wall(&self) -> Wall {
        self.0
    }
}

impl fmt::Debug for Unsealable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Unsealable({:?})", self.0)
    }
}

/// What stands between a text and a value, in the order it is met.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Wall {
    /// The text is longer than any value of this purpose.
    Length,
    /// A character that is neither base64url nor a dot.
    Alphabet,
    /// Not the number and lengths of segments this form has, or a segment in another than its canonical spelling.
    Shape,
    /// Not the protected header of this purpose under a key that may open.
    Header,
    /// Not encrypted under that key, or changed since.
    Cipher,
    /// Not the inner form, or its MAC is another.
    Mac,
    /// The claims say that they are for another purpose.
    Tag,
    /// Not JSON as we write it: repeated members, numbers that are no plain integers, bytes before or after.
    Json,
    /// Not the claims of this purpose.
    Claims,
    /// Instants that cannot be: from the future, after the end of the range of `NumericDate`, too far apart.
    Dates,
}
