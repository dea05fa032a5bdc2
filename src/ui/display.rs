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

/// A number of seconds in words, rounded down to its largest unit.
#[must_use]
pub fn duration(seconds: u64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let (size, name) =
        units.into_iter().find(|(size, _)| seconds >= *size).unwrap_or((1, "second"));
    let count = seconds / size;
    if count == 1 { format!("1 {name}") } else { format!("{count} {name}s") }
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
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}
