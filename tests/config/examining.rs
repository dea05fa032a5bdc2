//! `doctor` as it is typed: what it prints, and its exit status.

use serde_json::Value;

use super::command_line::{Folder, Run, run, run_in};
use crate::doctor::{healthy_address, site_without_registration};

/// A configuration with a client that may do what others may not.
const WEAKENED: &str = r#"
public_url = "http://127.0.0.1:1"
keyring_file = "keyring.json"

[[resources]]
path = "/mcp"
upstream = "builtin"

[[clients]]
id = "old"
secret_hash = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
redirect_uris = ["https://old.example/callback"]
pkce = "optional"
"#;

fn outcome(run: &Run) -> (Option<i32>, &str) {
    (run.code, run.complaint.trim())
}

#[test]
fn the_exit_status_says_how_it_stands() {
    let healthy = run(&["doctor", &format!("{}/mcp", healthy_address())], "");
    assert_eq!(outcome(&healthy), (Some(0), ""), "{}", healthy.output);
    assert!(
        healthy.output.contains("  Gemini CLI                   works\n"),
        "{}",
        healthy.output
    );
    let broken = run(&["doctor", &format!("{}/mcp", site_without_registration())], "");
    let complaint = "A client cannot connect, or something must be mended.";
    assert_eq!(outcome(&broken), (Some(1), complaint), "{}", broken.output);
    let absent = run(&["doctor", "http://127.0.0.1:1/mcp"], "");
    assert_eq!(outcome(&absent), (Some(2), "Nothing answered at the URL."));
    assert!(absent.output.contains("Nothing answered: no connection could be made."));
    assert!(absent.output.contains("questions asked       2\n"), "{}", absent.output);
}

#[test]
fn what_is_no_url_of_a_server_is_a_mistake_of_usage() {
    for url in ["ftp://example.com", "http://", "https://user:secret@example.com/mcp", "data:x"] {
        let run = run(&["doctor", url], "");
        assert_eq!((run.code, run.output.as_str()), (Some(2), ""), "{url}");
        assert!(!run.complaint.contains("secret"), "{}", run.complaint);
    }
    let nothing = run(&["doctor"], "");
    assert_eq!(nothing.code, Some(2));
    assert!(nothing.complaint.contains("public_url is missing"), "{}", nothing.complaint);
}

#[test]
fn programs_get_json() {
    let run = run(&["doctor", &format!("{}/mcp", healthy_address()), "--json"], "");
    let report: Value = serde_json::from_str(&run.output).expect("it is JSON");
    assert_eq!((&report["verdict"], &report["schema"]), (&Value::from("works"), &Value::from(1)));
}

#[test]
fn settings_that_weaken_a_configuration_are_named() {
    let folder = Folder::new("doctor");
    std::fs::write(folder.0.join("sealbearer.toml"), WEAKENED).expect("it can be written");
    let url = format!("{}/mcp", healthy_address());
    let run = run_in(&folder, &["doctor", &url, "--config", "sealbearer.toml"], "");
    assert_eq!(outcome(&run), (Some(0), ""));
    let line = "  weakened by setting   client old: PKCE is optional\n";
    assert!(run.output.contains(line), "{}", run.output);
    // Without a URL, what the configuration serves is examined.
    let run = run_in(&folder, &["doctor", "--config", "sealbearer.toml"], "");
    assert!(run.output.starts_with("http://127.0.0.1:1/mcp\n"), "{}", run.output);
}
