//! Which scopes tools, resources and prompts need: what is read of it, and every refusal.

use protocol::operation::{Operation, Primitive};

use super::{LEAST, accepted, of_file, table};

/// A second resource with these lines.
fn served(lines: &str) -> String {
    format!("[[resources]]\npath = \"/b\"\nupstream = \"builtin\"\n{lines}")
}

fn needed(lines: &str, primitive: Primitive, name: &str) -> String {
    let config = accepted(&of_file(&format!("{LEAST}{}", served(lines))));
    let rules = &config.resources[1].rules;
    rules.needed(&Operation::Use { primitive, name: Some(name.to_owned()) }).to_string()
}

#[test]
fn what_each_rule_demands() {
    let lines = r#"
        tools = { "delete_*" = ["mcp:admin"], "*_user" = ["mcp:write", "mcp:admin"], "ping" = [] }
        resources = { "file:///secret/*" = ["system:read"] }
        prompts = { "*" = ["mcp:read"] }"#;
    let rows = [
        (Primitive::Tool, "delete_user", "mcp:admin mcp:write"),
        (Primitive::Tool, "delete_file", "mcp:admin"),
        (Primitive::Tool, "read_file", ""),
        (Primitive::Tool, "ping", ""),
        (Primitive::Resource, "file:///secret/a", "system:read"),
        (Primitive::Resource, "file:///open/a", ""),
        (Primitive::Prompt, "anything", "mcp:read"),
    ];
    for (primitive, name, expected) in rows {
        assert_eq!(needed(lines, primitive, name), expected, "{name}");
    }
    assert_eq!(needed("", Primitive::Tool, "delete_user"), "");
}

#[test]
fn a_table_of_its_own_reads_the_same() {
    let lines = "[resources.tools]\n\"a.b *\" = [\"mcp:admin\"]";
    assert_eq!(needed(lines, Primitive::Tool, "a.b c"), "mcp:admin");
}

#[test]
fn lists_are_filtered_where_it_is_said() {
    let filters = |lines: &str| {
        accepted(&of_file(&format!("{LEAST}{}", served(lines)))).resources[1].filter_lists
    };
    assert!(filters("filter_lists = true"));
    assert!(!filters("filter_lists = false") && !filters(""));
}

#[test]
fn every_refusal_of_a_rule() {
    let changes = [
        "tools = { \"delete_*\" = [\"mcp:admim\"] }",
        "tools = { \"delete_*\" = \"mcp:admin\" }",
        "tools = { \"delete_*\" = [\"mcp:admin\", 5] }",
        "tools = { \"\" = [\"mcp:admin\"], \"a\\nb\" = [] }",
        "tools = [\"delete_*\"]",
        "resources = { \"file:///*\" = [\"system:reed\"] }",
        "filter_lists = \"yes\"",
        "tool = { \"delete_*\" = [\"mcp:admin\"] }",
    ]
    .map(served);
    let elsewhere = "[[resources]]\nidentifier = \"https://rs.example.com/mcp\"\naccess_token = \"sealed\"\nfilter_lists = true\ntools = { \"*\" = [\"mcp:admin\"] }";
    let changes: Vec<_> = changes.iter().map(String::as_str).chain([elsewhere]).collect();
    insta::assert_snapshot!(table(&changes), @r#"
    [[resources]]
    path = "/b"
    upstream = "builtin"
    tools = { "delete_*" = ["mcp:admim"] }
      -> sealbearer.toml:11: resources[1].tools.delete_*[0] names the scope "mcp:admim", which is not declared. Did you mean "mcp:admin"?
    [[resources]]
    path = "/b"
    upstream = "builtin"
    tools = { "delete_*" = "mcp:admin" }
      -> sealbearer.toml:11: resources[1].tools.delete_* must be a list of texts. Write ["one", "two"].
    [[resources]]
    path = "/b"
    upstream = "builtin"
    tools = { "delete_*" = ["mcp:admin", 5] }
      -> sealbearer.toml:11: resources[1].tools.delete_*[1] must be a text that is not empty. Write it in double quotes.
    [[resources]]
    path = "/b"
    upstream = "builtin"
    tools = { "" = ["mcp:admin"], "a\nb" = [] }
      -> sealbearer.toml:11: resources[1].tools has ""; names are 1 to 256 bytes without control characters. Write a name, with * for any run of characters: "delete_*".
         sealbearer.toml:11: resources[1].tools has "ab"; names are 1 to 256 bytes without control characters. Write a name, with * for any run of characters: "delete_*".
    [[resources]]
    path = "/b"
    upstream = "builtin"
    tools = ["delete_*"]
      -> sealbearer.toml:11: resources[1].tools must be a table. Write [resources[1].tools] and its keys below it.
    [[resources]]
    path = "/b"
    upstream = "builtin"
    resources = { "file:///*" = ["system:reed"] }
      -> sealbearer.toml:11: resources[1].resources.file:///*[0] names the scope "system:reed", which is not declared. Did you mean "system:read"?
    [[resources]]
    path = "/b"
    upstream = "builtin"
    filter_lists = "yes"
      -> sealbearer.toml:11: resources[1].filter_lists must be true or false. Write true or false without quotes.
    [[resources]]
    path = "/b"
    upstream = "builtin"
    tool = { "delete_*" = ["mcp:admin"] }
      -> sealbearer.toml:11: resources[1].tool is not a setting. Did you mean "tools"?
    [[resources]]
    identifier = "https://rs.example.com/mcp"
    access_token = "sealed"
    filter_lists = true
    tools = { "*" = ["mcp:admin"] }
      -> sealbearer.toml:12: resources[1].tools is for a resource that is served here; the other server demands its own. Remove it.
         sealbearer.toml:11: resources[1].filter_lists is for a resource that is served here. Remove it.
    "#);
}
