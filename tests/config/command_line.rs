//! The binary as it is typed: output, exit codes, and where a secret goes.

use std::{
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
};

use sealbearer::config::{Config, PasswordHash};

use super::{LEAST, of_file};

/// What one run left behind.
struct Run {
    code: Option<i32>,
    output: String,
    complaint: String,
}

/// Runs the binary with an empty environment in `folder`.
fn run_in(folder: &Folder, arguments: &[&str], input: &str) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sealbearer"))
        .args(arguments)
        .env_clear()
        .env("HOME", &folder.0)
        .current_dir(&folder.0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary is built with the tests");
    let mut stdin = child.stdin.take().expect("it is piped");
    // A command that reads nothing has closed its end already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let finished = child.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints UTF-8");
    Run {
        code: finished.status.code(),
        output: text(finished.stdout),
        complaint: text(finished.stderr),
    }
}

fn run(arguments: &[&str], input: &str) -> Run {
    run_in(&Folder::new("plain"), arguments, input)
}

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("sealbearer-{name}-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&path).expect("the temporary folder can be written");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_wrong_file_stops_the_start_with_its_mistakes() {
    let folder = Folder::new("wrong");
    std::fs::write(folder.0.join("sealbearer.toml"), "public_url = \"http://auth.example.com\"\n")
        .expect("it can be written");
    let run = run_in(&folder, &["serve", "--config", "sealbearer.toml"], "");
    assert_eq!((run.code, run.output.as_str()), (Some(2), ""));
    insta::assert_snapshot!(run.complaint, @r#"
sealbearer.toml:1: public_url must be https, because its host is not a loopback host. Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
sealbearer.toml:1: keyring_file is missing, and there is no default secret. Run `sealbearer keys generate --keyring keyring.json` and write keyring_file = "keyring.json", or set SEALBEARER_SECRET.
"#);
}

#[test]
fn nothing_starts_by_guessing() {
    let unconfigured = run(&["serve"], "");
    let absent = run(&["serve", "--config", "absent.toml"], "");
    let open = run(&["serve", "--demo", "--host", "0.0.0.0"], "");
    let user = run(&["serve", "--user", "alice:secret"], "");
    assert_eq!([&unconfigured, &absent, &open, &user].map(|run| run.code), [Some(2); 4]);
    insta::assert_snapshot!([unconfigured, absent, open].map(|run| run.complaint).concat(), @r#"
configuration: public_url is missing. Give --config FILE or --public-url URL; --demo needs neither.
configuration: keyring_file is missing, and there is no default secret. Run `sealbearer keys generate --keyring keyring.json` and write keyring_file = "keyring.json", or set SEALBEARER_SECRET.
argument --config: absent.toml cannot be read: No such file or directory (os error 2). Give the path of a TOML file that this process may read.
argument --host: is not a loopback address; --demo has an open registration and a generated password. Leave --demo out and configure users and keys, or listen on 127.0.0.1.
"#);
    assert!(!user.complaint.contains("secret"), "{}", user.complaint);
}

#[test]
fn usage_goes_to_the_right_stream_with_the_right_code() {
    let help = run(&["--help"], "");
    assert_eq!((help.code, help.complaint.as_str()), (Some(0), ""));
    assert!(help.output.contains("serve"), "{}", help.output);
    let typo = run(&["srve"], "");
    assert_eq!((typo.code, typo.output.as_str()), (Some(2), ""));
    assert!(typo.complaint.contains("serve"), "{}", typo.complaint);
}

#[test]
fn user_hash_prints_a_line_that_lets_the_password_in() {
    let run = run(&["user", "hash", "--name", "alice"], "correct horse\n");
    assert_eq!((run.code, run.complaint.as_str()), (Some(0), ""));
    let (hash, stanza) = run.output.split_once("\n\n").expect("hash, empty line, stanza");
    assert!(hash.starts_with("$argon2id$"));
    let config =
        Config::load(&of_file(&format!("{LEAST}{stanza}"))).expect("the stanza is accepted");
    assert!(config.users.authenticate("alice", "correct horse").is_some());
}

#[test]
fn user_hash_refuses_what_cannot_be_a_password() {
    for input in ["", "\n", &"x".repeat(1_025)] {
        let run = run(&["user", "hash"], input);
        assert_eq!((run.code, run.output.as_str()), (Some(2), ""), "{}", run.complaint);
    }
}

#[test]
fn client_add_prints_the_hash_for_the_file_and_the_secret_apart() {
    let run = run(&["client", "add", "--name", "CI \"nightly\"", "--scope", "notes"], "");
    assert_eq!(run.code, Some(0), "{}", run.complaint);
    let client_secret = run.complaint.lines().last().expect("the last line is the secret");
    assert_eq!(client_secret.len(), 43);
    assert!(!run.output.contains(client_secret));
    let scopes = "[[scopes]]\nname = \"notes\"\ndescription = \"Read notes\"\n";
    let config = Config::load(&of_file(&format!("{LEAST}{scopes}{}", run.output)))
        .expect("the stanza is accepted");
    let [client] = config.clients.as_slice() else { panic!("one client") };
    assert_eq!(client.name, "CI \"nightly\"");
    assert!(client.secret.as_ref().is_some_and(|known| known.verify(client_secret)));
}

#[test]
fn client_add_makes_public_clients_and_refuses_what_the_server_would() {
    let public = run(
        &["client", "add", "--public", "--id", "app", "--redirect-uri", "http://127.0.0.1/cb"],
        "",
    );
    assert_eq!((public.code, public.complaint.as_str()), (Some(0), ""));
    insta::assert_snapshot!(public.output, @r#"
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
grant_types = ["authorization_code", "refresh_token"]
"#);
    let refused = run(
        &[
            "client",
            "add",
            "--public",
            "--id",
            "app",
            "--redirect-uri",
            "http://app.example.com/cb",
        ],
        "",
    );
    assert_eq!((refused.code, refused.output.as_str()), (Some(2), ""));
    insta::assert_snapshot!(refused.complaint, @r#"client:3: clients[0].redirect_uris[0] must be https, because its host is not a loopback host. Write an https URI, http://127.0.0.1/..., a private-use scheme, or urn:ietf:wg:oauth:2.0:oob."#);
}

/// The constant of these tests is what the command would print.
#[test]
fn the_hash_of_the_tests_is_of_the_default_cost() {
    let printed = PasswordHash::hash("correct horse").expect("it fits").to_phc();
    assert_eq!(printed.rsplitn(3, '$').last(), super::HASH.rsplitn(3, '$').last());
}
