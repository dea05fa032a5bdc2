//! Text for people, from text that anybody may have written.
//!
//! Source: Unicode UAX #9 (bidirectional controls), UTS #39 (invisible characters).

/// `text` in at most `chars_max` characters, without characters that are invisible or reorder what is beside them.
#[must_use]
pub fn display_text(text: &str, chars_max: usize) -> String {
    let visible: String = text.chars().filter(|c| !is_deceptive(*c)).collect();
    let words = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= chars_max {
        return words;
    }
    let mut cut: String = words.chars().take(chars_max.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// A number of seconds in words, in its two largest units.
#[must_use]
pub fn duration(seconds: u64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let mut rest = seconds;
    let words = units.into_iter().filter_map(|(size, name)| {
        let count = rest / size;
        rest %= size;
        match count {
            0 => None,
            1 => Some(format!("1 {name}")),
            _ => Some(format!("{count} {name}s")),
        }
    });
    let words: Vec<_> = words.take(2).collect();
    if words.is_empty() { "0 seconds".to_owned() } else { words.join(" ") }
}

/// What templates can do to a text.
#[expect(
    unreachable_pub,
    clippy::inline_always,
    clippy::unnecessary_wraps,
    reason = "what the macro makes of a filter"
)]
pub(super) mod filters {
    use std::fmt::Display;

    use askama::{Result, Values};

    /// [`super::display_text`], so that no page depends on its caller for it.
    #[askama::filter_fn]
    pub(in crate::ui) fn shown(
        text: impl Display,
        _: &dyn Values,
        chars_max: usize,
    ) -> Result<String> {
        Ok(super::display_text(&text.to_string(), chars_max))
    }
}

fn is_deceptive(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
        || matches!(
            c,
            '\u{00ad}'
                | '\u{034f}'
                | '\u{061c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}
