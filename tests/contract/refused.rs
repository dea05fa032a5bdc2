//! What the generator cannot carry out it refuses, with the place in the document: nothing is ignored silently.

const FORM: &str = include_str!("../../spec/codegen/tests/cases/form.yaml");
const JSON: &str = include_str!("../../spec/codegen/tests/cases/json.yaml");
const RAW: &str = include_str!("../../spec/codegen/tests/cases/raw.yaml");

/// What is said of a case in which `from` is replaced by `to`.
fn said(case: &str, from: &str, to: &str) -> String {
    assert!(case.contains(from), "{from} is not in the case");
    let broken = case.replacen(from, to, 1);
    let said = match codegen::generate_case(&broken) {
        Ok(_) => "ACCEPTED".to_owned(),
        Err(problem) => problem.to_string(),
    };
    format!("{} -> {}\n    {said}", from.trim(), to.trim().replace('\n', " "))
}

/// A case, what in it is replaced the first time it stands there, and by what.
const BROKEN: &[(&str, &str, &str)] = &[
    (FORM, "openapi: 3.0.3", "openapi: 3.1.0"),
    (FORM, "version: 0.0.0}", "version: 0.0.0, contact: {}}"),
    (FORM, "servers: [{url: /}]", "servers: [{url: 'https://a.example'}]"),
    (FORM, "tags:\n  - {name: people", "security: [{basic: []}]\ntags:\n  - {name: people"),
    (FORM, "tags:\n  - {name: people", "webhooks: {}\ntags:\n  - {name: people"),
    (FORM, "components:\n", "components:\n  examples: {}\n"),
    (FORM, "    get:\n", "    head:\n"),
    (FORM, "  /ask:\n", "  /ask:\n    parameters: []\n"),
    (FORM, "operationId: askPost", "operationId: askGet"),
    (FORM, "tags: [people]", "tags: [strangers]"),
    (FORM, "tags: [people]", "tags: []"),
    (FORM, "summary: Ask", "summary: Ask\n      deprecated: true"),
    (FORM, "summary: Ask\n", "summary: [Ask]\n"),
    (FORM, "x-malformed: page\n", "x-mal: page\n"),
    (FORM, "      x-malformed: page\n", ""),
    (FORM, "x-parameters: Question", "x-parameters: Tone"),
    (FORM, "x-parameters: Question", "x-parameters: Nobody"),
    (FORM, "in: query, required: true", "in: query"),
    (FORM, "in: query, description: How.", "in: header, description: How."),
    (FORM, "in: query, description: How.", "in: query, style: form, description: How."),
    (FORM, "items: {type: string}, default: []}", "items: {type: string}}"),
    (FORM, "default: []", "default: [a]"),
    (FORM, "schema: {type: string}", "schema: {type: boolean}"),
    (FORM, "schema: {type: string}", "schema: {type: string, maxLength: 5}"),
    (FORM, "'303'", "'302'"),
    (FORM, "'303'", "default"),
    (FORM, "'400'", "'403'"),
    (FORM, "'413'", "'403'"),
    (
        FORM,
        "Location: {description: Where., required: true",
        "Set-Cookie: {description: W., x-repeatable: true, required: true",
    ),
    (FORM, "x-repeatable: true,", "required: true,"),
    (FORM, "'#/components/responses/Page'", "'#/components/headers/NoStore'"),
    (FORM, "'#/components/responses/Page'", "'#/components/responses/Nobody'"),
    (
        FORM,
        "{$ref: '#/components/responses/Page'}",
        "{$ref: '#/components/responses/Page', description: x}",
    ),
    (FORM, "enum: [no-store]", "enum: [no-store, private]"),
    (FORM, "        required: true\n        content", "        content"),
    (FORM, "application/x-www-form-urlencoded", "multipart/form-data"),
    (FORM, "required: [text]", "required: [texts]"),
    (FORM, "type: object", "type: object\n      nullable: true"),
    (FORM, "type: object", "type: array"),
    (JSON, "format: uint64", "format: int32"),
    (JSON, "format: uint64, description: Its size.", "description: Its size."),
    (JSON, "type: boolean", "type: number"),
    (JSON, "additionalProperties: {}", "additionalProperties: {type: string}"),
    (
        JSON,
        "aliases: {type: array, description: Other names., items: {type: string}}",
        "aliases: {type: array, description: x, items: {$ref: '#/components/schemas/OAuthError'}}",
    ),
    (
        JSON,
        "size: {type: integer, format: uint64, description: Its size.}",
        "size: {$ref: '#/components/schemas/OAuthError'}",
    ),
    (JSON, "description: Its name.", "example: x"),
    (JSON, "- basic: []", "- digest: []"),
    (JSON, "- basic: []", "- basic: [a]"),
    (JSON, "- basic: []", "- {basic: [], other: []}"),
    (JSON, "type: http", "type: apiKey"),
    (JSON, "scheme: basic,", "scheme: basic, bearerFormat: x,"),
    (JSON, "OAuthError:", "SomeError:"),
    (
        JSON,
        "error: {type: string, description: Its code.}",
        "error: {type: string, description: Its code.}\n        more: {type: string, description: More.}",
    ),
    (JSON, "      description: Refused.\n", "      description: Refused.\n      links: {}\n"),
    (
        JSON,
        "application/json:\n            schema: {$ref: '#/components/schemas/Thing'}\n      responses",
        "application/json:\n            example: 1\n            schema: {$ref: '#/components/schemas/Thing'}\n      responses",
    ),
    (RAW, "scopes: {}", "scopes: {a: b}"),
    (
        RAW,
        "tokenUrl: /t, scopes: {}}\n        client",
        "tokenUrl: /t, refreshUrl: /r, scopes: {}}\n        client",
    ),
    (RAW, "clientCredentials", "implicit"),
    (RAW, "      x-raw: true\n", ""),
    (RAW, "      x-raw: true\n", "      x-raw: 1\n"),
    (RAW, "/about/{path}", "/about/{way}/{path}"),
    (RAW, "/about/{path}", "/about/{way}"),
    (RAW, "/about/{path}", "/{path}/of"),
    (RAW, "/stream/:", "/str~eam/:"),
    (RAW, "name: path, in: path, required: true", "name: path, in: query"),
    (RAW, "/{path}/about:", "/under/about:"),
    (
        RAW,
        "x-spans-segments: true, schema: {type: string}",
        "schema: {type: array, items: {type: string}, default: []}",
    ),
    (
        RAW,
        "application/json: {schema: {type: object, additionalProperties: {}}}",
        "application/json: {schema: {type: string}}",
    ),
];

#[test]
fn what_is_refused_and_where() {
    let lines: Vec<_> = BROKEN.iter().map(|(case, from, to)| said(case, from, to)).collect();
    assert!(!lines.iter().any(|line| line.ends_with("ACCEPTED")), "{}", lines.join("\n"));
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn what_is_no_openapi_is_refused() {
    for text in ["", "a: b", "[1]", "{", "openapi: 3.0.3"] {
        let problem = codegen::generate(text).expect_err("refused").to_string();
        assert!(problem.starts_with("not OpenAPI 3.0:"), "{problem}");
    }
}
