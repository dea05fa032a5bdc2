//! What the generator cannot carry out it refuses, with the place in the document: nothing is ignored silently.

const FORM: &str = include_str!("../../spec/codegen/tests/cases/form.yaml");
const JSON: &str = include_str!("../../spec/codegen/tests/cases/json.yaml");
const RAW: &str = include_str!("../../spec/codegen/tests/cases/raw.yaml");

/// What is said of a case in which `from` is replaced by `to`, the first time it stands there.
fn said(case: &str, from: &str, to: &str) -> String {
    assert!(case.contains(from), "{from} is not in the case");
    let broken = case.replacen(from, to, 1);
    let said = codegen::generate_case(&broken)
        .expect_err(&format!("{from} -> {to} must be refused"))
        .to_string();
    format!("{} -> {}\n    {said}", from.trim(), to.trim().replace('\n', " "))
}

// Length: one table, so that a reader sees which mistake has no line.
#[test]
fn what_is_refused_and_where() {
    let lines = [
        said(FORM, "openapi: 3.0.3", "openapi: 3.1.0"),
        said(FORM, "version: 0.0.0}", "version: 0.0.0, contact: {}}"),
        said(FORM, "servers: [{url: /}]", "servers: [{url: 'https://a.example'}]"),
        said(FORM, "tags:\n  - {name: people", "security: [{basic: []}]\ntags:\n  - {name: people"),
        said(FORM, "tags:\n  - {name: people", "webhooks: {}\ntags:\n  - {name: people"),
        said(FORM, "components:\n", "components:\n  examples: {}\n"),
        said(FORM, "    get:\n", "    head:\n"),
        said(FORM, "  /ask:\n", "  /ask:\n    parameters: []\n"),
        said(FORM, "operationId: askPost", "operationId: askGet"),
        said(FORM, "tags: [people]", "tags: [strangers]"),
        said(FORM, "tags: [people]", "tags: []"),
        said(FORM, "summary: Ask", "summary: Ask\n      deprecated: true"),
        said(FORM, "summary: Ask\n", "summary: [Ask]\n"),
        said(FORM, "x-malformed: page\n", "x-mal: page\n"),
        said(FORM, "      x-malformed: page\n", ""),
        said(FORM, "x-parameters: Question", "x-parameters: Tone"),
        said(FORM, "x-parameters: Question", "x-parameters: Nobody"),
        said(FORM, "in: query, required: true", "in: query"),
        said(FORM, "in: query, description: How.", "in: header, description: How."),
        said(FORM, "in: query, description: How.", "in: query, style: form, description: How."),
        said(FORM, "items: {type: string}, default: []}", "items: {type: string}}"),
        said(FORM, "default: []", "default: [a]"),
        said(FORM, "schema: {type: string}", "schema: {type: boolean}"),
        said(FORM, "schema: {type: string}", "schema: {type: string, maxLength: 5}"),
        said(FORM, "'303'", "'302'"),
        said(FORM, "'303'", "default"),
        said(FORM, "'400'", "'403'"),
        said(
            FORM,
            "Location: {description: Where., required: true",
            "Set-Cookie: {description: W., x-repeatable: true, required: true",
        ),
        said(FORM, "x-repeatable: true,", "required: true,"),
        said(FORM, "'#/components/responses/Page'", "'#/components/headers/NoStore'"),
        said(FORM, "'#/components/responses/Page'", "'#/components/responses/Nobody'"),
        said(
            FORM,
            "{$ref: '#/components/responses/Page'}",
            "{$ref: '#/components/responses/Page', description: x}",
        ),
        said(FORM, "enum: [no-store]", "enum: [no-store, private]"),
        said(FORM, "        required: true\n        content", "        content"),
        said(FORM, "application/x-www-form-urlencoded", "multipart/form-data"),
        said(FORM, "required: [text]", "required: [texts]"),
        said(FORM, "type: object", "type: object\n      nullable: true"),
        said(FORM, "type: object", "type: array"),
        said(JSON, "format: uint64", "format: int32"),
        said(JSON, "format: uint64, description: Its size.", "description: Its size."),
        said(JSON, "type: boolean", "type: number"),
        said(JSON, "additionalProperties: {}", "additionalProperties: {type: string}"),
        said(
            JSON,
            "aliases: {type: array, description: Other names., items: {type: string}}",
            "aliases: {type: array, description: x, items: {$ref: '#/components/schemas/OAuthError'}}",
        ),
        said(
            JSON,
            "size: {type: integer, format: uint64, description: Its size.}",
            "size: {$ref: '#/components/schemas/OAuthError'}",
        ),
        said(JSON, "description: Its name.", "example: x"),
        said(JSON, "- basic: []", "- digest: []"),
        said(JSON, "- basic: []", "- basic: [a]"),
        said(JSON, "- basic: []", "- {basic: [], other: []}"),
        said(JSON, "type: http", "type: apiKey"),
        said(JSON, "scheme: basic,", "scheme: basic, bearerFormat: x,"),
        said(JSON, "OAuthError:", "SomeError:"),
        said(
            JSON,
            "error: {type: string, description: Its code.}",
            "error: {type: string, description: Its code.}\n        more: {type: string, description: More.}",
        ),
        said(
            JSON,
            "      description: Refused.\n",
            "      description: Refused.\n      links: {}\n",
        ),
        said(
            JSON,
            "application/json:\n            schema: {$ref: '#/components/schemas/Thing'}\n      responses",
            "application/json:\n            example: 1\n            schema: {$ref: '#/components/schemas/Thing'}\n      responses",
        ),
        said(RAW, "scopes: {}", "scopes: {a: b}"),
        said(
            RAW,
            "tokenUrl: /t, scopes: {}}\n        client",
            "tokenUrl: /t, refreshUrl: /r, scopes: {}}\n        client",
        ),
        said(RAW, "clientCredentials", "implicit"),
        said(RAW, "      x-raw: true\n", ""),
        said(RAW, "      x-raw: true\n", "      x-raw: 1\n"),
        said(RAW, "/about/{path}", "/about/{way}/{path}"),
        said(RAW, "name: path, in: path, required: true", "name: path, in: query"),
        said(RAW, "/{path}/about:", "/under/about:"),
        said(
            RAW,
            "x-spans-segments: true, schema: {type: string}",
            "schema: {type: array, items: {type: string}, default: []}",
        ),
        said(
            RAW,
            "application/json: {schema: {type: object, additionalProperties: {}}}",
            "application/json: {schema: {type: string}}",
        ),
    ];
    insta::assert_snapshot!(lines.join("\n"), @"");
}

#[test]
fn what_is_no_openapi_is_refused() {
    for text in ["", "a: b", "[1]", "{", "openapi: 3.0.3"] {
        let problem = codegen::generate(text).expect_err("refused").to_string();
        assert!(problem.starts_with("not OpenAPI 3.0:"), "{problem}");
    }
}
