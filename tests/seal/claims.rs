//! Authentic values whose payload no release of ours has ever written.
//! Source: RFC 8725 §3.10 and RFC 7519 §4 (repeated members), §2 (`NumericDate`).

use protocol::oauth::time::UnixTime;
use sealbearer::seal::{Artefact, Purpose, Wall};
use serde::{Deserialize, Serialize};

use super::forge::{forge, members, wall};
use super::{AuthorizationCode, ClientRegistration, NOW, RefreshToken, Sample, node};

/// Where authentic claims with these members fail.
fn with_members<A: Sample>(members: &str) -> Option<Wall> {
    wall::<A>(&forge(A::PURPOSE).with_members(members))
}

fn with_dates(issued_at: u64, expires_at: u64) -> Option<Wall> {
    with_members::<RefreshToken>(&format!(r#""iat":{issued_at},"exp":{expires_at},"refresh":"x""#))
}

#[test]
fn members_that_were_never_written() {
    let now = NOW.0;
    let table = [
        ("as it should be", format!(r#""iat":{now},"exp":{now},"code":"x""#)),
        ("a float", format!(r#""iat":{now}.0,"exp":{now},"code":"x""#)),
        ("an exponent", format!(r#""iat":{now},"exp":{now}e0,"code":"x""#)),
        ("a negative number", format!(r#""iat":-1,"exp":{now},"code":"x""#)),
        ("minus zero", format!(r#""iat":-0,"exp":{now},"code":"x""#)),
        ("a leading zero", format!(r#""iat":0{now},"exp":{now},"code":"x""#)),
        ("just below 2^53", format!(r#""iat":{now},"exp":9007199254740991,"code":"x""#)),
        ("beyond 2^53", format!(r#""iat":{now},"exp":9007199254740992,"code":"x""#)),
        ("beyond 2^64", format!(r#""iat":{now},"exp":18446744073709551616,"code":"x""#)),
        ("a string for a number", format!(r#""iat":"{now}","exp":{now},"code":"x""#)),
        ("true for a number", format!(r#""iat":{now},"exp":true,"code":"x""#)),
        ("null", format!(r#""iat":{now},"exp":null,"code":"x""#)),
        ("a member missing", format!(r#""iat":{now},"code":"x""#)),
        ("a member unknown", format!(r#""iat":{now},"exp":{now},"code":"x","sub":"alice""#)),
        ("a member twice", format!(r#""iat":{now},"exp":{now},"code":"x","code":"x""#)),
        ("the tag twice", format!(r#""p":1,"iat":{now},"exp":{now},"code":"x""#)),
        ("a member in other case", format!(r#""iat":{now},"exp":{now},"Code":"x""#)),
        ("a zero byte in a name", format!(r#""iat":{now},"exp":{now},"code\u0000":"x""#)),
        ("a zero byte as it is", format!("\"iat\":{now},\"exp\":{now},\"code\":\"\0\"")),
        ("half a surrogate pair", format!(r#""iat":{now},"exp":{now},"code":"\ud800""#)),
        ("another value behind", format!(r#""iat":{now},"exp":{now},"code":"x"}}{{"#)),
    ];
    let table = table.map(|(name, members)| {
        let wall = with_members::<AuthorizationCode>(&members);
        format!("{name}: {}", wall.map_or("opens".into(), |wall| format!("{wall:?}")))
    });
    insta::assert_snapshot!(table.join("\n"), @r"
    as it should be: opens
    a float: Json
    an exponent: Json
    a negative number: Json
    minus zero: Json
    a leading zero: Json
    just below 2^53: Dates
    beyond 2^53: Json
    beyond 2^64: Json
    a string for a number: Claims
    true for a number: Claims
    null: Claims
    a member missing: Claims
    a member unknown: Claims
    a member twice: Json
    the tag twice: Json
    a member in other case: Claims
    a zero byte in a name: Claims
    a zero byte as it is: Json
    half a surrogate pair: Json
    another value behind: Json
    ");
}

#[test]
fn a_repeated_member_is_refused_however_deep_it_is() {
    let twice = format!(r#"{},"x":[{{"y":{{"z":1,"z":1}}}}]"#, members::<AuthorizationCode>());
    let once = format!(r#"{},"x":[{{"y":{{"z":1}}}}]"#, members::<AuthorizationCode>());
    assert_eq!(with_members::<AuthorizationCode>(&twice), Some(Wall::Json));
    assert_eq!(with_members::<AuthorizationCode>(&once), Some(Wall::Claims));
}

#[test]
fn jos_10_a_payload_is_tagged_json_and_nothing_else() {
    let nested = |payload: &[u8]| {
        wall::<AuthorizationCode>(&forge(Purpose::AuthorizationCode).with_payload(payload))
    };
    let members = members::<AuthorizationCode>();
    let tagged = format!("{{\"p\":1,{members}}}");
    assert_eq!(nested(tagged.as_bytes()), None);
    assert_eq!(nested(format!("{{{members}}}").as_bytes()), Some(Wall::Tag), "no tag");
    assert_eq!(nested(format!("{{\"p\":2,{members}}}").as_bytes()), Some(Wall::Tag));
    assert_eq!(nested(format!("{{{members},\"p\":1}}").as_bytes()), Some(Wall::Tag), "elsewhere");
    assert_eq!(nested(format!("[1,{{{members}}}]").as_bytes()), Some(Wall::Tag), "another form");
    assert_eq!(nested(format!(" {tagged}").as_bytes()), Some(Wall::Tag), "space before");
    assert_eq!(nested(format!("\u{feff}{tagged}").as_bytes()), Some(Wall::Json));
    assert_eq!(nested(format!("{tagged}\0").as_bytes()), Some(Wall::Json));
    assert_eq!(nested(b"\xff"), Some(Wall::Json), "not UTF-8");
    let utf16: Vec<u8> = tagged.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(nested(&utf16), Some(Wall::Json), "UTF-16");
    let deep = format!("{}1{}", "[".repeat(300), "]".repeat(300));
    assert_eq!(nested(deep.as_bytes()), Some(Wall::Json), "too deep");
    assert_eq!(nested(b"null"), Some(Wall::Tag));
}

#[test]
fn the_tag_of_an_array_ends_where_it_should() {
    let bare = |payload: &str| {
        wall::<RefreshToken>(&forge(Purpose::RefreshToken).with_payload(payload.as_bytes()))
    };
    let members = members::<RefreshToken>();
    assert_eq!(bare(&format!("[3,{{{members}}}]")), None);
    assert_eq!(bare(&format!("[3,{{{members}}} ]")), None, "space where JSON allows it");
    assert_eq!(bare(&format!("[3,{{{members}}},1]")), Some(Wall::Claims), "one element more");
    assert_eq!(bare(&format!("[4,{{{members}}}]")), Some(Wall::Tag));
    assert_eq!(bare(&format!("[3,{{{members}}}] ")), Some(Wall::Tag), "space behind");
    assert_eq!(bare("[3]"), Some(Wall::Tag));
    assert_eq!(bare("[3,{}]"), Some(Wall::Claims));
}

#[test]
fn dates_that_cannot_be() {
    let now = NOW.0;
    let lifetime = Purpose::RefreshToken.recipe().lifetime_seconds_max.unwrap_or_default();
    assert_eq!(with_dates(now, now + lifetime), None);
    assert_eq!(with_dates(now, now + lifetime + 1), Some(Wall::Dates), "lives too long");
    assert_eq!(with_dates(now + 5, now + 60), None, "another clock may be ahead");
    assert_eq!(with_dates(now + 6, now + 60), Some(Wall::Dates), "from the future");
    assert_eq!(with_dates(now, now), None);
    assert_eq!(with_dates(now, now - 1), Some(Wall::Dates), "ends before it begins");
    assert_eq!(with_dates(now - 100, now - 50), None, "expired: for the protocol to say");
    assert_eq!(with_dates(0, 0), None);
    assert_eq!(with_dates(now, 1 << 33), Some(Wall::Dates));
    assert_eq!(with_dates(1 << 33, 1 << 33), Some(Wall::Dates));
}

/// Claims whose end does not follow from their purpose.
#[derive(Debug, Deserialize, Serialize)]
struct Ending<const PURPOSE: usize> {
    ends: bool,
}

impl<const PURPOSE: usize> Artefact for Ending<PURPOSE> {
    const PURPOSE: Purpose = Purpose::ALL[PURPOSE];

    fn issued_at(&self) -> UnixTime {
        NOW
    }

    fn expires_at(&self) -> Option<UnixTime> {
        self.ends.then_some(NOW)
    }
}

#[test]
fn registrations_never_end_and_everything_else_does() {
    fn opens<const PURPOSE: usize>(ends: bool) -> bool {
        let text = node().seal(&Ending::<PURPOSE> { ends }, NOW);
        node().open::<Ending<PURPOSE>>(&text, NOW).is_ok()
    }
    const REFRESH: usize = Purpose::RefreshToken as usize;
    const REGISTRATION: usize = Purpose::ClientRegistration as usize;
    assert_eq!([true, false].map(opens::<REFRESH>), [true, false]);
    assert_eq!([true, false].map(opens::<REGISTRATION>), [false, true]);
}

/// The end of the range itself, where the lifetime is no obstacle.
#[test]
fn a_numeric_date_ends_at_two_to_the_33() {
    let end = 1 << 33;
    let open = |expires_at| {
        let now = UnixTime(end);
        let sealed = RefreshToken { issued_at: end - 10, expires_at, content: String::new() };
        let text = super::seal().seal(&sealed, now);
        super::seal().open::<RefreshToken>(&text, now).is_ok()
    };
    assert!(open(end));
    assert!(!open(end + 1));
}

#[test]
fn a_registration_has_the_claims_of_a_registration() {
    let open = with_members::<ClientRegistration>;
    assert_eq!(open(r#""client":"x""#), None);
    assert_eq!(open(r#""client":1"#), Some(Wall::Claims));
    assert_eq!(open(r#""client":"x","exp":1"#), Some(Wall::Claims));
}
