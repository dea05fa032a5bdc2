//! Text for people: nothing invisible, nothing that reorders, never too long.

use proptest::prelude::*;
use sealbearer::ui::{display_text, duration};

proptest! {
    #[test]
    fn shown_text_is_short_visible_and_shown_the_same_again(text in any::<String>(), chars_max in 1_usize..80) {
        let shown = display_text(&text, chars_max);
        prop_assert!(shown.chars().count() <= chars_max);
        prop_assert!(!shown.chars().any(char::is_control));
        prop_assert_eq!(display_text(&shown, chars_max), shown);
    }

    #[test]
    fn what_a_person_can_type_and_fits_is_shown_as_it_is(text in "[ -~äöüß漢字]{0,40}") {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        prop_assert_eq!(display_text(&text, 40), words);
    }
}

#[test]
fn the_limit_itself_fits_and_one_more_is_cut() {
    assert_eq!(display_text("abcd", 4), "abcd");
    assert_eq!(display_text("abcde", 4), "abc…");
}

#[test]
fn what_hides_or_reorders_is_left_out() {
    let lines = [
        "\u{202e}gnp.exe",
        "a\u{200b}b",
        "a\u{200d}b",
        "\u{2066}a\u{2069}",
        "a\u{feff}b",
        "a\u{ad}b",
        "a\u{0}b",
        "a\u{1b}[31mb",
        "a\r\nb",
        "a\u{2028}b",
        "a\u{85}b",
        "\u{3164}",
        "\u{2800}",
        "a\u{e0041}b",
        "a\u{fe0f}b",
    ];
    let shown: Vec<_> =
        lines.map(|line| format!("{line:?} -> {:?}", display_text(line, 40))).into();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    "\u{202e}gnp.exe" -> "gnp.exe"
    "a\u{200b}b" -> "ab"
    "a\u{200d}b" -> "ab"
    "\u{2066}a\u{2069}" -> "a"
    "a\u{feff}b" -> "ab"
    "a\u{ad}b" -> "ab"
    "a\0b" -> "ab"
    "a\u{1b}[31mb" -> "a[31mb"
    "a\r\nb" -> "a b"
    "a\u{2028}b" -> "a b"
    "a\u{85}b" -> "a b"
    "ㅤ" -> ""
    "⠀" -> ""
    "a\u{e0041}b" -> "ab"
    "a\u{fe0f}b" -> "ab"
    "#);
}

#[test]
fn durations_are_said_in_two_units_at_most() {
    let lines = [0, 1, 59, 60, 61, 3_600, 5_400, 86_400, 90_061, 2_592_000, 7_776_000];
    let said: Vec<_> = lines.map(|seconds| format!("{seconds} -> {}", duration(seconds))).into();
    insta::assert_snapshot!(said.join("\n"), @r"
    0 -> 0 seconds
    1 -> 1 second
    59 -> 59 seconds
    60 -> 1 minute
    61 -> 1 minute 1 second
    3600 -> 1 hour
    5400 -> 1 hour 30 minutes
    86400 -> 1 day
    90061 -> 1 day 1 hour
    2592000 -> 30 days
    7776000 -> 90 days
    ");
}
