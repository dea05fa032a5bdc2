//! What is read of a person. Source: OpenID Connect Core 1.0 §5.1, §5.6.2.

use protocol::federation::told::{
    ClaimNames, GROUP_BYTES_MAX, GROUPS_MAX, Groups, NAME_CHARACTERS_MAX, Told,
};
use serde_json::{Map, Value, json};

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("{other} is no object"),
    }
}

fn read(value: Value) -> Told {
    ClaimNames::default().read(&members(value))
}

#[test]
fn everything_of_the_right_type_is_read_and_nothing_else() {
    let told = read(json!({
        "sub": "248289761001", "name": " Jane\nDoe ", "preferred_username": "j.doe",
        "email": "jane@example.com", "email_verified": true, "groups": ["a", 1, "b"],
    }));
    let expected = Told {
        subject: Some("248289761001".to_owned()),
        name: Some("JaneDoe".to_owned()),
        preferred_username: Some("j.doe".to_owned()),
        email: Some("jane@example.com".to_owned()),
        email_verified: true,
        groups: Groups::These(vec!["a".to_owned(), "b".to_owned()]),
    };
    assert_eq!(told, expected);
    let wrong = read(json!({
        "sub": ["x"], "name": 1, "preferred_username": null, "email": {}, "email_verified": 1,
        "groups": 7,
    }));
    assert_eq!(wrong, Told::default());
    assert_eq!(read(json!({ "sub": "" })).subject, None);
    assert_eq!(read(json!({ "sub": "a\u{0}" })).subject, None);
    assert_eq!(read(json!({ "sub": 583_231 })).subject.as_deref(), Some("583231"));
    assert_eq!(read(json!({ "sub": -1 })).subject, None);
    assert_eq!(read(json!({ "email": "a\nb@ok.com" })).email, None);
    for (verified, counts) in
        [(json!(true), true), (json!("true"), true), (json!("yes"), false), (json!(false), false)]
    {
        assert_eq!(read(json!({ "email_verified": verified })).email_verified, counts);
    }
}

#[test]
fn names_lead_through_members_and_a_member_with_dots_comes_first() {
    let names = ClaimNames {
        groups: "realm_access.roles".to_owned(),
        name: "https://example.com/name".to_owned(),
        ..ClaimNames::default()
    };
    let told = names.read(&members(json!({
        "realm_access": { "roles": ["admin"] }, "https://example.com/name": "Jane",
    })));
    assert_eq!(told.groups, Groups::These(vec!["admin".to_owned()]));
    assert_eq!(told.name.as_deref(), Some("Jane"));
    let flat = names.read(&members(json!({
        "realm_access.roles": ["flat"], "realm_access": { "roles": ["deep"] },
    })));
    assert_eq!(flat.groups, Groups::These(vec!["flat".to_owned()]));
    assert_eq!(names.read(&members(json!({ "realm_access": 1 }))).groups, Groups::Untold);
}

/// Microsoft tells of more than two hundred groups only that there are more.
#[test]
fn fed_14_groups_that_are_elsewhere_are_too_many() {
    let elsewhere = json!({
        "_claim_names": { "groups": "src1" },
        "_claim_sources": { "src1": { "endpoint": "https://graph.microsoft.com/v1.0/users/x" } },
    });
    assert_eq!(read(elsewhere).groups, Groups::TooMany);
    assert_eq!(read(json!({ "hasgroups": true, "groups": ["a"] })).groups, Groups::TooMany);
    assert_eq!(read(json!({ "hasgroups": "true" })).groups, Groups::TooMany);
    let other = json!({ "_claim_names": { "address": "src1" }, "groups": "only" });
    assert_eq!(read(other).groups, Groups::These(vec!["only".to_owned()]));
    let many = |count: usize| json!({ "groups": vec!["g"; count] });
    assert!(
        matches!(read(many(GROUPS_MAX)).groups, Groups::These(groups) if groups.len() == GROUPS_MAX)
    );
    assert_eq!(read(many(GROUPS_MAX + 1)).groups, Groups::TooMany);
    let long = "g".repeat(GROUP_BYTES_MAX);
    let told = read(json!({ "groups": [format!("{long}g"), long.clone()] }));
    assert_eq!(told.groups, Groups::These(vec![long]));
}

#[test]
fn a_name_is_one_line_of_bearable_length() {
    let name = |text: String| read(json!({ "name": text })).name;
    assert_eq!(name("\u{7}\n".to_owned()), None);
    let longest = "ä".repeat(NAME_CHARACTERS_MAX);
    assert_eq!(name(longest.clone()), Some(longest.clone()));
    assert_eq!(name(format!("{longest}b")), Some(longest));
}

/// An unverified address does not become verified because another answer has a verified one.
#[test]
fn fed_10_what_is_completed_keeps_an_address_and_its_verification_together() {
    let first = read(json!({ "sub": "a", "email": "first@ok.com" }));
    let later = json!({
        "sub": "b", "name": "B", "email": "later@ok.com", "email_verified": true, "groups": ["g"],
    });
    let whole = first.completed_by(read(later.clone()));
    assert_eq!(whole.subject.as_deref(), Some("a"));
    assert_eq!((whole.email.as_deref(), whole.email_verified), (Some("first@ok.com"), false));
    assert_eq!(whole.name.as_deref(), Some("B"));
    assert_eq!(whole.groups, Groups::These(vec!["g".to_owned()]));
    let whole =
        read(json!({ "email_verified": true })).completed_by(read(json!({ "email": "x@ok.com" })));
    assert!(!whole.email_verified, "who was first said nothing of this address");
    let whole = read(json!({ "hasgroups": true })).completed_by(read(later));
    assert_eq!(whole.groups, Groups::TooMany);
}
