//! Bearer tokens that the operator hands out: a slip of the pen is told from a token that is not known.

use proptest::prelude::*;
use protocol::static_token::{PREFIX, is_intact, write};

proptest! {
    #![proptest_config(super::config())]

    #[test]
    fn what_was_written_is_whole_and_what_became_of_it_is_not(
        random in any::<[u8; 32]>(),
        at in PREFIX.len()..PREFIX.len() + 49,
        other in "[A-Za-z0-9_-]",
    ) {
        let text = write(random);
        prop_assert!(is_intact(&text));
        prop_assert_eq!(text.len(), PREFIX.len() + 49);
        prop_assert!(!is_intact(&text[..at]), "cut");
        let mut mistyped = text.clone();
        mistyped.replace_range(at..=at, &other);
        prop_assert_eq!(is_intact(&mistyped), mistyped == text);
        let longer = text + &other;
        prop_assert!(!is_intact(&longer), "too long");
    }

    /// Whatever follows the prefix, in whatever script, is answered.
    #[test]
    fn what_follows_the_prefix_never_makes_it_fall_over(rest in "\\PC{0,60}") {
        let text = format!("{PREFIX}{rest}");
        prop_assert!(!is_intact(&text));
    }

    /// Nobody can tell of a token of another make.
    #[test]
    fn a_token_of_another_make_may_be_whole(text in "[a-z]{0,60}") {
        prop_assert!(is_intact(&text));
    }
}

/// As many bytes as a whole one has, and no character where the check would begin.
#[test]
fn a_text_that_cannot_be_cut_where_the_check_begins_is_not_whole() {
    assert!(!is_intact(&format!("{PREFIX}{}\u{e9}{}", "x".repeat(42), "x".repeat(5))));
}
