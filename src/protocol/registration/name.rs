//! What clients call themselves: text that anybody may have written, for people to read.
//!
//! Source: Unicode UAX #9 (bidirectional controls), UTS #39 (invisible characters).

/// How many characters of a client's name are kept.
pub const NAME_CHARS_MAX: usize = 64;

/// A name without control and invisible characters, cut to [`NAME_CHARS_MAX`].
pub(super) fn name(text: &str) -> Option<String> {
    let visible = |c: &char| !c.is_control() && !is_invisible(*c);
    let plain: String = text.chars().filter(visible).take(NAME_CHARS_MAX).collect();
    let trimmed = plain.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// Characters that show nothing but change what is shown: a name must not turn the text around it, nor look like
/// another.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
