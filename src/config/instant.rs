//! Instants as people write them: UTC, to the second. Source: RFC 3339 §5.6, of which this is the part with `Z`.

use protocol::oauth::time::UnixTime;

const DAY_SECONDS: u64 = 86_400;

/// Reads `2026-11-21T10:00:00Z`; from 1970 to 2199.
pub(crate) fn parse(text: &str) -> Option<UnixTime> {
    let bytes = text.as_bytes();
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')];
    if bytes.len() != 20 || marks.iter().any(|(at, mark)| bytes[*at] != *mark) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        let digits = &bytes[range];
        let all = digits.iter().all(u8::is_ascii_digit);
        all.then(|| digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
    };
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let is_date = (1970..2200).contains(&year) && (1..=12).contains(&month) && day >= 1;
    if !is_date || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = days(year, month, day);
    // A day that its month does not have is spelled as another day.
    let at = UnixTime(days * DAY_SECONDS + hour * 3_600 + minute * 60 + second);
    (civil(days) == (year, month, day)).then_some(at)
}

/// Writes it so that [`parse`] reads it.
pub(crate) fn spell(at: UnixTime) -> String {
    let (days, seconds) = (at.0 / DAY_SECONDS, at.0 % DAY_SECONDS);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Days from 1970-01-01, by eras of 400 years that begin in March.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year / 400, year % 400);
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a day counted from 1970-01-01.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 2200-01-01T00:00:00Z.
    const END: u64 = 7_258_118_400;

    proptest! {
        #[test]
        fn what_is_written_is_read(at in prop_oneof![0..END, prop::sample::select(vec![0, END - 1])]) {
            prop_assert_eq!(parse(&spell(UnixTime(at))), Some(UnixTime(at)));
        }
    }

    #[test]
    fn instants_are_written_as_the_calendar_has_them() {
        let rows = [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_767_225_599, "2025-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ];
        for (seconds, text) in rows {
            assert_eq!(
                (spell(UnixTime(seconds)).as_str(), parse(text)),
                (text, Some(UnixTime(seconds)))
            );
        }
    }

    #[test]
    fn what_is_no_instant_is_not_read() {
        let texts = [
            "",
            "2026-11-21",
            "2026-11-21 10:00:00Z",
            "2026-11-21T10:00:00",
            "2026-11-21T10:00:00z",
            "2026-11-21T10:00:00+00:00",
            "2026-11-21T10:00:00.5Z",
            "2026-02-29T10:00:00Z",
            "2026-13-01T10:00:00Z",
            "2026-00-01T10:00:00Z",
            "2026-11-00T10:00:00Z",
            "2026-11-31T10:00:00Z",
            "2026-11-21T24:00:00Z",
            "2026-11-21T10:60:00Z",
            "2026-11-21T10:00:60Z",
            "1969-12-31T23:59:59Z",
            "2200-01-01T00:00:00Z",
            "+026-11-21T10:00:00Z",
            "20 6-11-21T10:00:00Z",
            "2026-11-21T10:00:00Ž",
        ];
        for text in texts {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
