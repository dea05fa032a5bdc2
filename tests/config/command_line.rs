//! The binary as it is typed: output, exit codes, and where a secret goes.

use std::{
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
};

use protocol::{
    grant::{AccessGrant, RefreshIssued},
    ids::FamilyId,
    oauth::{
        client::ClientThumbprint, resource::Resource, scope::Scope, subject::Subject,
        time::UnixTime,
    },
};
use sealbearer::{
    config::{Config, PasswordHash},
    keys::KeyRing,
    seal::{
        Seal,
        claims::{AccessClaims, RefreshClaims},
    },
    world::{RealWorld, World as _},
};

use super::{LEAST, of_file};

/// What one run left behind.
pub(super) struct Run {
    pub(super) code: Option<i32>,
    pub(super) output: String,
    pub(super) complaint: String,
}

/// Runs the binary with an empty environment in `folder`.
pub(super) fn run_in(folder: &Folder, arguments: &[&str], input: &str) -> Run {
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

pub(super) fn run(arguments: &[&str], input: &str) -> Run {
    run_in(&Folder::new("plain"), arguments, input)
}

/// A folder that goes away with the test.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
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
    insta::assert_snapshot!(refused.complaint, @r#"client:3: clients[0].redirect_uris[0] must be https, because its host is not 127.0.0.1, [::1] or localhost. Write an https URI, http://127.0.0.1/..., a private-use scheme, or urn:ietf:wg:oauth:2.0:oob."#);
}

/// The constant of these tests is what the command would print.
#[test]
fn the_hash_of_the_tests_is_of_the_default_cost() {
    let printed = PasswordHash::hash("correct horse").expect("it fits").to_phc();
    assert_eq!(printed.rsplitn(3, '$').last(), super::HASH.rsplitn(3, '$').last());
}

/// The text with every instant as `DATE`.
fn undated(text: &str) -> String {
    let date = regex::Regex::new(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC").expect("a pattern");
    date.replace_all(text, "DATE").into_owned()
}

#[test]
fn a_key_ring_is_made_once_and_changed_in_steps() {
    let folder = Folder::new("keys");
    let keys = |arguments: &[&str]| run_in(&folder, &[&["keys"], arguments].concat(), "");
    let made = keys(&["generate"]);
    assert_eq!((made.code, made.complaint.as_str()), (Some(0), ""));
    assert!(made.output.contains("keyring_file = \"keyring.json\""), "{}", made.output);
    let again = keys(&["generate"]);
    assert_eq!(again.code, Some(1));
    assert!(again.complaint.contains("exists already"), "{}", again.complaint);
    let steps = [
        keys(&["rotate"]),
        keys(&["rotate"]),
        keys(&["retire", "k1"]),
        keys(&["rotate", "--ring", "registration"]),
        keys(&["list"]),
    ];
    let signing = regex::Regex::new(r"(?m)^signing +\S+ +").expect("a pattern");
    let said: Vec<_> = steps
        .iter()
        .map(|run| {
            assert_eq!((run.code, run.complaint.as_str()), (Some(0), ""));
            signing.replace_all(&undated(&run.output), "signing THUMBPRINT ").into_owned()
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    ring          key       algorithm  is        made
    sealing       k1        -          active    DATE
    sealing       k2        -          pending   DATE
    registration  r1        -          active    DATE
    signing THUMBPRINT ES256      active    DATE
    k2 opens and verifies from now on, and seals or signs nothing yet. Give the file to every node; each takes it over within 1 s, or at once on SIGHUP. Wait until all have it (GET /readyz says the same configuration). Then once more:
    sealbearer keys rotate --ring sealing --keyring keyring.json

    ring          key       algorithm  is        made
    sealing       k1        -          retiring  DATE
    sealing       k2        -          active    DATE
    registration  r1        -          active    DATE
    signing THUMBPRINT ES256      active    DATE
    k2 seals and signs from now on, k1 only opens and verifies. Give the file to every node. Wait as long as the longest of tokens.refresh_idle (30d; tokens.refresh_absolute, 90d, with a client that does not rotate) after the last node has it, then:
    sealbearer keys retire k1 --keyring keyring.json

    ring          key       algorithm  is        made
    sealing       k1        -          revoked   DATE
    sealing       k2        -          active    DATE
    registration  r1        -          active    DATE
    signing THUMBPRINT ES256      active    DATE
    k1 is destroyed: nothing it sealed opens any more.

    ring          key       algorithm  is        made
    sealing       k1        -          revoked   DATE
    sealing       k2        -          active    DATE
    registration  r1        -          active    DATE
    registration  r2        -          pending   DATE
    signing THUMBPRINT ES256      active    DATE
    r2 opens and verifies from now on, and seals or signs nothing yet. Give the file to every node; each takes it over within 1 s, or at once on SIGHUP. Wait until all have it (GET /readyz says the same configuration). Then once more:
    sealbearer keys rotate --ring registration --keyring keyring.json

    ring          key       algorithm  is        made
    sealing       k1        -          revoked   DATE
    sealing       k2        -          active    DATE
    registration  r1        -          active    DATE
    registration  r2        -          pending   DATE
    signing THUMBPRINT ES256      active    DATE
    ");
    let ring = std::fs::read_to_string(folder.0.join("keyring.json")).expect("it is there");
    let document: serde_json::Value = serde_json::from_str(&ring).expect("it is JSON");
    let made_secret = document["sealing"][1]["secret"].as_str().expect("it has a secret");
    assert!(steps.iter().all(|run| !run.output.contains(made_secret)));
}

#[test]
fn the_active_key_cannot_be_retired() {
    let folder = Folder::new("active");
    let keys = |arguments: &[&str]| run_in(&folder, &[&["keys"], arguments].concat(), "");
    assert_eq!(keys(&["generate"]).code, Some(0));
    let active = keys(&["retire", "k1"]);
    assert_eq!(active.code, Some(1));
    assert!(active.complaint.contains("k1 is active"), "{}", active.complaint);
}

#[cfg(unix)]
#[test]
fn cfg_11_a_key_ring_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("exposed");
    let path = folder.0.join("ring.json");
    assert_eq!(run_in(&folder, &["keys", "generate", "--keyring", "ring.json"], "").code, Some(0));
    assert_eq!(std::fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("it is ours");
    let refused = run_in(&folder, &["keys", "list", "--keyring", "ring.json"], "");
    assert_eq!(refused.code, Some(1));
    assert!(refused.complaint.contains("chmod 600"), "{}", refused.complaint);
}

/// What a server of this folder would have sealed.
fn sealed_in(folder: &Folder, now: UnixTime) -> [String; 2] {
    let ring = KeyRing::load(&folder.0.join("keyring.json")).expect("it was made before");
    let issuer = "https://auth.example.com";
    let seal = Seal::new(issuer, &ring);
    let grant = AccessGrant {
        family: FamilyId([7; 16]),
        generation: 0,
        client: ClientThumbprint::of("app"),
        subject: Subject::Person("alice".to_owned()),
        scope: Scope::parse("mcp:tools").expect("a scope"),
        resource: Resource::parse("https://auth.example.com/mcp").expect("a resource"),
        issued_at: now,
        expires_at: now.plus_seconds(7_200),
        lifetime_seconds: 7_200,
    };
    let refresh = RefreshIssued {
        family: grant.family,
        generation: 3,
        client: ClientThumbprint::of("other"),
        subject: Subject::Client("ci".to_owned()),
        scope: grant.scope.clone(),
        resource: grant.resource.clone(),
        issued_at: now,
        founded_at: now.minus_seconds(86_400),
        bond: None,
    };
    [
        seal.seal(&AccessClaims::new(&grant, issuer), now),
        seal.seal(&RefreshClaims::new(&refresh, issuer), now),
    ]
}

#[test]
fn token_explain_says_what_a_value_is_and_why_another_is_not() {
    let folder = Folder::new("explain");
    assert_eq!(run_in(&folder, &["keys", "generate"], "").code, Some(0));
    let client = "[[clients]]\nid = \"app\"\nredirect_uris = [\"https://app.example.com/cb\"]\n";
    std::fs::write(folder.0.join("sealbearer.toml"), format!("{LEAST}{client}"))
        .expect("it can be written");
    let explain =
        |text: &str| run_in(&folder, &["token", "explain", "--config", "sealbearer.toml"], text);
    let now = RealWorld.now();
    let [access, refresh] = sealed_in(&folder, now);
    let length = regex::Regex::new(r"\d+ characters").expect("a pattern");
    let span = regex::Regex::new(r"in \d.*").expect("a pattern");
    let said = [explain(&access), explain(&format!("{refresh}\n"))].map(|run| {
        assert_eq!((run.code, run.complaint.as_str()), (Some(0), ""));
        let said = undated(&run.output);
        span.replace_all(&length.replace_all(&said, "N characters"), "in SPAN").into_owned()
    });
    insta::assert_snapshot!(said.join("\n"), @r#"
this is a  access token, N characters
subject    alice (a person)
client     app
scope      mcp:tools
resource   https://auth.example.com/mcp
issued     DATE
expires    DATE, in SPAN

this is a  refresh token, N characters
subject    ci (a client on its own behalf)
client     one with the thumbprint 2SmKENGwc1g33EvYXaxkGw
scope      mcp:tools
resource   https://auth.example.com/mcp
generation 3 since DATE
issued     DATE
expires    DATE, in SPAN
"#);

    let (front, back) = access.split_at(access.len() - 8);
    let flipped = if back.starts_with('A') { "B" } else { "A" };
    let changed = format!("{front}{flipped}{}", &back[1..]);
    let cut = &access[..access.len() - 8];
    let other = explain_elsewhere(&folder, &access);
    let runs = [explain("not a token!"), explain("abc"), explain(cut), explain(&changed), other];
    assert_eq!(runs.each_ref().map(|run| run.code), [Some(1); 5]);
    insta::assert_snapshot!(runs.map(|run| run.complaint).concat(), @r#"
This has characters that no sealed value has; was more copied than the value?
This has not the form of anything this server seals; was it copied whole?
This has not the form of anything this server seals; was it copied whole?
This names a key of the ring but does not open: it was changed, or sealed for another public_url or purpose.
This names a key of the ring but does not open: it was changed, or sealed for another public_url or purpose.
"#);
}

/// The same value under another issuer.
fn explain_elsewhere(folder: &Folder, text: &str) -> Run {
    let arguments = [
        "token",
        "explain",
        "--config",
        "sealbearer.toml",
        "--public-url",
        "https://other.example.com",
    ];
    run_in(folder, &arguments, text)
}
