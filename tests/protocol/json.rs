//! JSON that everybody reads alike: what is read is what any reader makes of it, and a repeated name is an error.

use proptest::prelude::*;
use protocol::json::parse;
use serde_json::{Map, Number, Value};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1_000_i32..1_000).prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,4}", inner, 0..4)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #![proptest_config(super::config())]

    #[test]
    fn what_is_written_is_read_as_it_was(value in any_json()) {
        prop_assert_eq!(parse(value.to_string().as_bytes()).ok(), Some(value));
    }
}

#[test]
fn every_kind_of_value_is_read() {
    let half = Number::from_f64(0.5).map(Value::Number);
    for (text, value) in [
        ("null", Some(Value::Null)),
        ("false", Some(false.into())),
        ("-1", Some((-1).into())),
        ("18446744073709551615", Some(u64::MAX.into())),
        ("0.5", half),
        ("1e999", None),
        ("\"a\"", Some("a".into())),
        ("[1,1]", Some(vec![1, 1].into())),
        (r#"{"a":1,"a":1}"#, None),
        (r#"{"a":1,"\u0061":1}"#, None),
        (r#"[{"b":{"a":1,"a":2}}]"#, None),
    ] {
        assert_eq!(parse(text.as_bytes()).ok(), value, "{text}");
    }
}
