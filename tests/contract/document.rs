//! The document that poem-openapi derives from the generated code equals `openapi.yaml`, after the normalisation listed
//! here and nothing else. Each rule is needed, and takes away only what it says.

use std::sync::Arc;

use poem_openapi::OpenApiService;
use sealbearer::contract::{DOCUMENT_YAML, Routes};
use serde_json::{Map, Value, json};

use super::stub::Stub;

type Change = fn(&mut Value);

/// A difference that is not one, with what makes both sides alike.
struct Rule {
    /// What poem-openapi writes otherwise, and why that is the same.
    says: &'static str,
    apply: Change,
}

/// What is done to `openapi.yaml`.
const TO_WRITTEN: [Rule; 4] = [
    Rule {
        says: "parameters, responses and headers are written where they are used",
        apply: inline_references,
    },
    Rule { says: "extensions are for the generator", apply: drop_extensions },
    Rule {
        says: "the title page and the servers are no part of the routes",
        apply: drop_title_page,
    },
    Rule { says: "`security: []` at the top is the default", apply: drop_empty_security },
];

/// What is done to poem-openapi's document.
const TO_SERVED: [Rule; 5] = [
    Rule { says: "a schema is titled with its own name", apply: drop_titles },
    Rule {
        says: "an OAuth flow has a map of scopes even if it is empty (OpenAPI 3.0.3)",
        apply: add_scopes,
    },
    Rule { says: "defaults of parameters and headers are not written", apply: drop_defaults },
    Rule {
        says: "the title page and the servers are no part of the routes",
        apply: drop_title_page,
    },
    Rule {
        says: "3.0.0 and 3.0.3 differ in the wording of the standard only",
        apply: raise_version,
    },
];

fn written() -> Value {
    serde_yaml_ng::from_str(DOCUMENT_YAML).expect("openapi.yaml is YAML")
}

fn served() -> Value {
    let service = OpenApiService::new(Routes(Arc::new(Stub::default())), "Sealbearer", "0.1.0");
    serde_json::from_str(&service.spec()).expect("poem-openapi writes JSON")
}

fn normalised(mut document: Value, rules: &[Rule], left_out: Option<usize>) -> Value {
    for (index, rule) in rules.iter().enumerate() {
        if left_out != Some(index) {
            (rule.apply)(&mut document);
        }
    }
    document
}

#[test]
fn the_served_document_is_the_written_one() {
    let (written, served) =
        (normalised(written(), &TO_WRITTEN, None), normalised(served(), &TO_SERVED, None));
    let mut differences = Vec::new();
    compare("", &written, &served, &mut differences);
    assert_eq!(differences, Vec::<String>::new());
    assert_eq!(written, served, "what the comparison shows a person is all there is");
}

#[test]
fn every_rule_of_the_normalisation_is_needed() {
    let (ours, theirs) =
        (normalised(written(), &TO_WRITTEN, None), normalised(served(), &TO_SERVED, None));
    for (index, rule) in TO_WRITTEN.iter().enumerate() {
        assert_ne!(
            normalised(written(), &TO_WRITTEN, Some(index)),
            theirs,
            "not needed: {}",
            rule.says
        );
    }
    for (index, rule) in TO_SERVED.iter().enumerate() {
        assert_ne!(
            ours,
            normalised(served(), &TO_SERVED, Some(index)),
            "not needed: {}",
            rule.says
        );
    }
}

#[test]
fn every_rule_takes_away_only_what_it_says() {
    let cases: [(Change, Value, Value); 8] = [
        (
            drop_titles,
            json!({"components": {"schemas": {"A": {"title": "A", "x": {"title": "A"}}, "B": {"title": "A"}}}}),
            json!({"components": {"schemas": {"A": {"x": {"title": "A"}}, "B": {"title": "A"}}}}),
        ),
        (
            add_scopes,
            json!({"components": {"securitySchemes": {"a": {"flows": {"f": {}, "g": {"scopes": {"s": ""}}}}, "b": {}}}}),
            json!({"components": {"securitySchemes":
                {"a": {"flows": {"f": {"scopes": {}}, "g": {"scopes": {"s": ""}}}}, "b": {}}}}),
        ),
        (
            inline_references,
            json!({"components": {"headers": {"H": {"x": 1}}, "schemas": {"S": 2}},
                "paths": [{"$ref": "#/components/headers/H"}, {"$ref": "#/components/schemas/S"}]}),
            json!({"components": {"schemas": {"S": 2}}, "paths": [{"x": 1}, {"$ref": "#/components/schemas/S"}]}),
        ),
        (
            drop_extensions,
            json!({"x-raw": 1, "xray": 2, "a": [{"x-y": 3}]}),
            json!({"xray": 2, "a": [{}]}),
        ),
        (
            drop_title_page,
            json!({"info": 1, "servers": 2, "paths": {"info": 3, "servers": 4}}),
            json!({"paths": {"info": 3, "servers": 4}}),
        ),
        (
            drop_empty_security,
            json!({"security": [], "paths": {"security": []}}),
            json!({"paths": {"security": []}}),
        ),
        (
            drop_defaults,
            json!({"parameters": [{"required": false, "deprecated": false, "explode": true, "in": "query"},
                    {"required": true, "deprecated": true, "explode": false}],
                "headers": {"H": {"deprecated": false, "required": true}}, "required": false}),
            json!({"parameters": [{"in": "query"}, {"required": true, "deprecated": true, "explode": false}],
                "headers": {"H": {"required": true}}, "required": false}),
        ),
        (
            raise_version,
            json!({"openapi": "3.0.0", "a": "3.0.0"}),
            json!({"openapi": "3.0.3", "a": "3.0.0"}),
        ),
    ];
    for (apply, mut before, after) in cases {
        apply(&mut before);
        assert_eq!(before, after);
    }
    let mut other_version = json!({"openapi": "3.1.0"});
    raise_version(&mut other_version);
    assert_eq!(other_version, json!({"openapi": "3.1.0"}));
    let mut some_security = json!({"security": [{"basic": []}]});
    drop_empty_security(&mut some_security);
    assert_eq!(some_security, json!({"security": [{"basic": []}]}));
}

fn members(document: &mut Value) -> &mut Map<String, Value> {
    document.as_object_mut().expect("a document is an object")
}

fn inline_references(document: &mut Value) {
    let components = document["components"].clone();
    replace(document, &components);
    for family in ["parameters", "responses", "headers"] {
        members(&mut document["components"]).remove(family);
    }
}

fn replace(value: &mut Value, components: &Value) {
    let target = value.get("$ref").and_then(Value::as_str);
    let target = target.and_then(|target| target.strip_prefix("#/components/"));
    if let Some((family, name)) = target.and_then(|target| target.split_once('/'))
        && family != "schemas"
    {
        let part = components[family][name].clone();
        assert!(!part.is_null(), "{family}/{name} does not exist");
        *value = part;
    }
    match value {
        Value::Object(members) => {
            for member in members.values_mut() {
                replace(member, components);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                replace(element, components);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn drop_extensions(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !name.starts_with("x-"));
            members.values_mut().for_each(drop_extensions);
        }
        Value::Array(elements) => elements.iter_mut().for_each(drop_extensions),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn drop_title_page(document: &mut Value) {
    members(document).remove("info");
    members(document).remove("servers");
}

fn drop_empty_security(document: &mut Value) {
    if document["security"] == json!([]) {
        members(document).remove("security");
    }
}

fn drop_defaults(value: &mut Value) {
    const DEFAULTS: [(&str, bool); 3] =
        [("required", false), ("deprecated", false), ("explode", true)];
    let strip = |part: &mut Value| {
        if let Some(part) = part.as_object_mut() {
            part.retain(|name, value| {
                !DEFAULTS.iter().any(|(known, default)| name == known && value == default)
            });
        }
    };
    match value {
        Value::Object(members) => {
            if let Some(Value::Array(parameters)) = members.get_mut("parameters") {
                parameters.iter_mut().for_each(strip);
            }
            if let Some(Value::Object(headers)) = members.get_mut("headers") {
                headers.values_mut().for_each(strip);
            }
            members.values_mut().for_each(drop_defaults);
        }
        Value::Array(elements) => elements.iter_mut().for_each(drop_defaults),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn drop_titles(document: &mut Value) {
    for (name, schema) in members(&mut document["components"]["schemas"]) {
        if schema["title"] == **name {
            members(schema).remove("title");
        }
    }
}

fn add_scopes(document: &mut Value) {
    let schemes = members(&mut document["components"]["securitySchemes"]).values_mut();
    for flows in schemes.filter_map(|scheme| scheme.get_mut("flows")) {
        for flow in members(flows).values_mut() {
            members(flow).entry("scopes").or_insert_with(|| json!({}));
        }
    }
}

fn raise_version(document: &mut Value) {
    if document["openapi"] == "3.0.0" {
        document["openapi"] = "3.0.3".into();
    }
}

/// Where two documents differ, for a person to read.
fn compare(at: &str, ours: &Value, theirs: &Value, differences: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(one), Value::Object(other)) => {
            for name in one.keys().chain(other.keys().filter(|name| !one.contains_key(*name))) {
                let (mine, their) = (one.get(name), other.get(name));
                let at = format!("{at} > {name}");
                compare(
                    &at,
                    mine.unwrap_or(&Value::Null),
                    their.unwrap_or(&Value::Null),
                    differences,
                );
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (mine, their)) in one.iter().zip(other).enumerate() {
                compare(&format!("{at} > {index}"), mine, their, differences);
            }
        }
        (one, other) if one == other => {}
        (one, other) => differences.push(format!("{at}: written {one}, served {other}")),
    }
}
