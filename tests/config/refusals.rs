//! Every refusal, as a person reads it: place, key, what is wrong, what to do.

use super::{HASH, LEAST, of_file, outcome, table};

#[test]
fn the_least_file_is_accepted() {
    assert_eq!(outcome(&of_file(LEAST)), "accepted");
}

#[test]
fn an_empty_file_is_told_what_it_lacks() {
    insta::assert_snapshot!(outcome(&of_file("")), @r#"
/etc/sealbearer/sealbearer.toml:1: public_url is missing. Write public_url = "https://auth.example.com", the URL by which clients reach this server.
/etc/sealbearer/sealbearer.toml:1: keyring_file is missing, and there is no default secret. Run `sealbearer keys generate --keyring keyring.json` and write keyring_file = "keyring.json", or set SEALBEARER_SECRET.
"#);
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let text = "public_url = \"http://auth.example.com\"\nlisten = \"9000\"\n[tokens]\naccess_lifetime = \"2d\"\nrefresh = 1\n";
    insta::assert_snapshot!(outcome(&of_file(text)), @r#"
/etc/sealbearer/sealbearer.toml:2: listen is "9000", which is no socket address. Write an address and a port: "127.0.0.1:9000".
/etc/sealbearer/sealbearer.toml:1: public_url must be https, because its host is not a loopback host. Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
/etc/sealbearer/sealbearer.toml:1: keyring_file is missing, and there is no default secret. Run `sealbearer keys generate --keyring keyring.json` and write keyring_file = "keyring.json", or set SEALBEARER_SECRET.
/etc/sealbearer/sealbearer.toml:4: tokens.access_lifetime must be a duration from "1m" to "24h". Write a whole number and a unit in quotes: "30s", "5m", "1h" or "30d".
/etc/sealbearer/sealbearer.toml:5: tokens.refresh is not a setting. Remove it; known here: refresh_tokens, access_lifetime, refresh_idle, refresh_absolute, refresh_grace.
"#);
}

#[test]
fn what_is_not_toml_is_refused_with_its_line() {
    insta::assert_snapshot!(outcome(&of_file("listen = \"127.0.0.1:9000\"\npublic_url = https://a\n")), @r#"/etc/sealbearer/sealbearer.toml:2: is not TOML: string values must be quoted, expected literal string. Mend that line; strings stand in double quotes."#);
}

#[test]
fn every_public_url_that_is_refused() {
    let urls = [
        "http://auth.example.com",
        "http://192.168.1.1:9000",
        "ftp://auth.example.com",
        "auth.example.com",
        "https://auth.example.com/",
        "https://auth.example.com/tenant/",
        "https://auth.example.com?a=b",
        "https://auth.example.com#top",
        "https://alice@auth.example.com",
        "https://alice:secret@auth.example.com",
        "https://Auth.example.com",
        "HTTPS://auth.example.com",
        "https://auth.example.com:443",
        "https://auth.example.com/a/../b",
    ];
    let text = |url: &str| LEAST.replace("https://auth.example.com", url);
    let row =
        |url| format!("{url} -> {}", outcome(&of_file(&text(url))).replace("/etc/sealbearer/", ""));
    insta::assert_snapshot!(urls.map(row).join("\n"), @r#"
http://auth.example.com -> sealbearer.toml:2: public_url must be https, because its host is not a loopback host. Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
http://192.168.1.1:9000 -> sealbearer.toml:2: public_url must be https, because its host is not a loopback host. Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
ftp://auth.example.com -> sealbearer.toml:2: public_url must begin with https:// (or http:// on a loopback host). Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
auth.example.com -> sealbearer.toml:2: public_url is not an absolute URL (relative URL without a base). Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
https://auth.example.com/ -> sealbearer.toml:2: public_url must not end with a slash. Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
https://auth.example.com/tenant/ -> sealbearer.toml:2: public_url must not end with a slash. Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
https://auth.example.com?a=b -> sealbearer.toml:2: public_url must not have a query. Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
https://auth.example.com#top -> sealbearer.toml:2: public_url must not have a fragment. Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
https://alice@auth.example.com -> sealbearer.toml:2: public_url must not contain a user or password. Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
https://alice:secret@auth.example.com -> sealbearer.toml:2: public_url must not contain a user or password. Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
https://Auth.example.com -> sealbearer.toml:2: public_url is not in its normal form (lower-case host, no default port); write "https://auth.example.com". Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
HTTPS://auth.example.com -> sealbearer.toml:2: public_url is not in its normal form (lower-case host, no default port); write "https://auth.example.com". Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
https://auth.example.com:443 -> sealbearer.toml:2: public_url is not in its normal form (lower-case host, no default port); write "https://auth.example.com". Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
https://auth.example.com/a/../b -> sealbearer.toml:2: public_url is not in its normal form (lower-case host, no default port); write "https://auth.example.com/b". Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
"#);
}

#[test]
fn every_public_url_that_is_accepted() {
    let urls = [
        "https://auth.example.com/tenant",
        "https://auth.example.com:8443",
        "http://127.0.0.1:9000",
        "http://127.8.8.8:9000",
        "http://[::1]:9000",
        "http://localhost:9000",
        "https://localhost",
    ];
    for url in urls {
        assert_eq!(
            outcome(&of_file(&LEAST.replace("https://auth.example.com", url))),
            "accepted",
            "{url}"
        );
    }
}

#[test]
fn every_refusal_of_a_root_key() {
    insta::assert_snapshot!(table(&[
        "public-url = \"https://auth.example.com\"",
        "colour = \"red\"",
        "listen = \"localhost\"",
        "listen = \"0.0.0.0:0\"",
        "listen = 9000",
        "port = 9000",
        "host = \"0.0.0.0\"",
        "secret = \"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE\"",
        "advertise_iss = \"yes\"",
        "data_dir = \"\"",
        "tokens = 5",
        "users = \"alice\"",
        "[[providers]]\nid = \"github\"",
        "[[static_tokens]]\nsubject = \"x\"",
    ]), @r#"
public-url = "https://auth.example.com"
  -> sealbearer.toml:1: public-url is not a setting. Did you mean "public_url"?
colour = "red"
  -> sealbearer.toml:1: colour is not a setting. Remove it; known here: listen, public_url, data_dir, keyring_file, ledger, tokens, scopes, registration, users, clients, resources, cors, docs, advertise_iss, limits.
listen = "localhost"
  -> sealbearer.toml:1: listen is "localhost", which is no socket address. Write an address and a port: "127.0.0.1:9000".
listen = "0.0.0.0:0"
  -> sealbearer.toml:1: listen must not have port 0. Write an address and a port: "127.0.0.1:9000".
listen = 9000
  -> sealbearer.toml:1: listen must be a text that is not empty. Write it in double quotes.
port = 9000
  -> sealbearer.toml:1: port is not a setting of its own. Write listen = "127.0.0.1:9000", or give --port.
host = "0.0.0.0"
  -> sealbearer.toml:1: host is not a setting of its own. Write listen = "127.0.0.1:9000", or give --host.
secret = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE"
  -> sealbearer.toml:1: secret must not stand in a file that is copied around. Set SEALBEARER_SECRET instead.
advertise_iss = "yes"
  -> sealbearer.toml:1: advertise_iss must be true or false. Write true or false without quotes.
data_dir = ""
  -> sealbearer.toml:1: data_dir must be a text that is not empty. Write it in double quotes.
tokens = 5
  -> sealbearer.toml:1: tokens must be a table. Write [tokens] and its keys below it.
users = "alice"
  -> sealbearer.toml:1: users must be an array of tables. Write [[users]] above each entry.
[[providers]]
id = "github"
  -> sealbearer.toml:8: providers (upstream login) is not in this release. Remove it; use [[users]].
[[static_tokens]]
subject = "x"
  -> sealbearer.toml:8: static_tokens is not in this release. Remove it.
"#);
}

#[test]
fn every_refusal_of_ledger_and_tokens() {
    insta::assert_snapshot!(table(&[
        "[ledger]\nkind = \"valkey\"\nurl = \"redis://localhost\"",
        "[ledger]\nkind = \"file\"\npath = \"ledger.redb\"",
        "[ledger]\nkind = \"memroy\"",
        "[ledger]\nretry_window = 5",
        "[ledger]\ncapacity = \"many\"",
        "[ledger]\nkind = \"none\"\n[tokens]\nrefresh_tokens = \"rotating\"",
        "[tokens]\nrefresh_tokens = \"convergent\"",
        "[tokens]\nrefresh_tokens = \"sometimes\"",
        "[tokens]\naccess_lifetime = \"-1s\"",
        "[tokens]\naccess_lifetime = \"99999999999999999999d\"",
        "[tokens]\naccess_lifetime = \"1 h\"",
        "[tokens]\naccess_lifetime = 1.5",
        "[tokens]\nrefresh_idle = \"60d\"\nrefresh_absolute = \"59d\"",
        "[tokens]\nacces_lifetime = \"1h\"",
    ]), @r#"
[ledger]
kind = "valkey"
url = "redis://localhost"
  -> sealbearer.toml:9: ledger.kind is "valkey", which is not in this release. Write "memory" (one node) or "none".
     sealbearer.toml:10: ledger.url belongs to the ledger "valkey", which is not in this release. Remove it.
[ledger]
kind = "file"
path = "ledger.redb"
  -> sealbearer.toml:9: ledger.kind is "file", which is not in this release. Write "memory" (one node) or "none".
     sealbearer.toml:10: ledger.path belongs to the ledger "file", which is not in this release. Remove it.
[ledger]
kind = "memroy"
  -> sealbearer.toml:9: ledger.kind is "memroy", which is not one of its values. Write "none" or "memory".
[ledger]
retry_window = 5
  -> sealbearer.toml:9: ledger.retry_window must be a duration from "0s" to "10s". Write a whole number and a unit in quotes: "30s", "5m", "1h" or "30d".
[ledger]
capacity = "many"
  -> sealbearer.toml:9: ledger.capacity must be a whole number from 1000 to 10000000. Leave it out for 100000.
[ledger]
kind = "none"
[tokens]
refresh_tokens = "rotating"
  -> sealbearer.toml:11: tokens.refresh_tokens is "rotating", but the ledger "none" cannot see that a token was used before. Write "convergent" or "off", or ledger.kind = "memory".
[tokens]
refresh_tokens = "convergent"
  -> sealbearer.toml:9: tokens.refresh_tokens is "convergent", which is for the ledger "none" only. Write "rotating" or "off", or ledger.kind = "none".
[tokens]
refresh_tokens = "sometimes"
  -> sealbearer.toml:9: tokens.refresh_tokens is "sometimes", which is not one of its values. Write "rotating" or "convergent" or "off".
[tokens]
access_lifetime = "-1s"
  -> sealbearer.toml:9: tokens.access_lifetime must be a duration from "1m" to "24h". Write a whole number and a unit in quotes: "30s", "5m", "1h" or "30d".
[tokens]
access_lifetime = "99999999999999999999d"
  -> sealbearer.toml:9: tokens.access_lifetime must be a duration from "1m" to "24h". Write a whole number and a unit in quotes: "30s", "5m", "1h" or "30d".
[tokens]
access_lifetime = "1 h"
  -> sealbearer.toml:9: tokens.access_lifetime must be a duration from "1m" to "24h". Write a whole number and a unit in quotes: "30s", "5m", "1h" or "30d".
[tokens]
access_lifetime = 1.5
  -> sealbearer.toml:9: tokens.access_lifetime must be a duration from "1m" to "24h". Write a whole number and a unit in quotes: "30s", "5m", "1h" or "30d".
[tokens]
refresh_idle = "60d"
refresh_absolute = "59d"
  -> sealbearer.toml:10: tokens.refresh_absolute is shorter than refresh_idle. Lengthen it, or shorten refresh_idle (default "30d").
[tokens]
acces_lifetime = "1h"
  -> sealbearer.toml:9: tokens.acces_lifetime is not a setting. Did you mean "access_lifetime"?
"#);
}

#[test]
fn every_refusal_of_registration_and_cors() {
    insta::assert_snapshot!(table(&[
        "[registration]\ndynamic = true",
        "[registration]\ndynamic = \"allow\"",
        "[registration]\nscopes = [\"mcp:tool\"]",
        "[registration]\nredirect_schemes = [\"javascript\"]",
        "[registration]\nredirect_schemes = [\"https\", \"Cursor\", \"cursor:\"]",
        "[registration]\nredirect_schemes = \"cursor\"",
        "[registration.documents]\nenabled = true",
        "[cors]\norigins = [\"https://app.example.com/\"]",
        "[cors]\norigins = [\"*\", \"https://app.example.com\"]",
        "[cors]\norigins = [\"app.example.com\"]",
        "[docs]\nenable = true",
    ]), @r#"
[registration]
dynamic = true
  -> sealbearer.toml:9: registration.dynamic must be a word in double quotes. Write "open" or "closed".
[registration]
dynamic = "allow"
  -> sealbearer.toml:9: registration.dynamic is "allow", which is not one of its values. Write "open" or "closed".
[registration]
scopes = ["mcp:tool"]
  -> sealbearer.toml:9: registration.scopes[0] names the scope "mcp:tool", which is not declared. Did you mean "mcp:tools"?
[registration]
redirect_schemes = ["javascript"]
  -> sealbearer.toml:9: registration.redirect_schemes[0] is "javascript", which is no private-use scheme. Write a scheme in lower case without ":", such as "cursor".
[registration]
redirect_schemes = ["https", "Cursor", "cursor:"]
  -> sealbearer.toml:9: registration.redirect_schemes[0] is "https", which is no private-use scheme. Write a scheme in lower case without ":", such as "cursor".
     sealbearer.toml:9: registration.redirect_schemes[1] is "Cursor", which is no private-use scheme. Write a scheme in lower case without ":", such as "cursor".
     sealbearer.toml:9: registration.redirect_schemes[2] is "cursor:", which is no private-use scheme. Write a scheme in lower case without ":", such as "cursor".
[registration]
redirect_schemes = "cursor"
  -> sealbearer.toml:9: registration.redirect_schemes must be a list of texts. Write ["one", "two"].
[registration.documents]
enabled = true
  -> sealbearer.toml:8: registration.documents (client ID metadata documents) is not in this release. Remove it.
[cors]
origins = ["https://app.example.com/"]
  -> sealbearer.toml:9: cors.origins[0] is "https://app.example.com/", which is not an origin. Write "https://host" or "https://host:port" without a slash at the end, or only "*".
[cors]
origins = ["*", "https://app.example.com"]
  -> sealbearer.toml:9: cors.origins[0] is "*", which is not an origin. Write "https://host" or "https://host:port" without a slash at the end, or only "*".
[cors]
origins = ["app.example.com"]
  -> sealbearer.toml:9: cors.origins[0] is "app.example.com", which is not an origin. Write "https://host" or "https://host:port" without a slash at the end, or only "*".
[docs]
enable = true
  -> sealbearer.toml:9: docs.enable is not a setting. Did you mean "enabled"?
"#);
}

#[test]
fn every_refusal_of_a_scope() {
    insta::assert_snapshot!(table(&[
        "[[scopes]]\nname = \"a b\"\ndescription = \"Use it\"",
        "[[scopes]]\nname = \"a\"",
        "[[scopes]]\ndescription = \"Use it\"",
        "[[scopes]]\nname = \"a\"\ndescription = \"two\\nlines\"",
        "[[scopes]]\nname = \"a\"\ndescription = \"A\"\n[[scopes]]\nname = \"a\"\ndescription = \"B\"",
        "[[scopes]]\nname = \"read\"\ndescription = \"A\"\n[[scopes]]\nname = \"write\"\ndescription = \"B\"\nimplies = [\"reed\"]",
        "[[scopes]]\nname = \"a\"\ndescription = \"A\"\nimplies = [\"a\"]",
        "[[scopes]]\nname = \"a\"\ndescription = \"A\"\nimplies = [\"b\"]\n[[scopes]]\nname = \"b\"\ndescription = \"B\"\nimplies = [\"c\"]\n\
         [[scopes]]\nname = \"c\"\ndescription = \"C\"\nimplies = [\"b\"]",
    ]), @r#"
[[scopes]]
name = "a b"
description = "Use it"
  -> sealbearer.toml:9: scopes[0].name is not a scope token (RFC 6749 §3.3). Use printable ASCII without space, quote and backslash, 64 characters at most.
[[scopes]]
name = "a"
  -> sealbearer.toml:8: scopes[0].description is missing. Write what the consent page shall say it allows.
[[scopes]]
description = "Use it"
  -> sealbearer.toml:8: scopes[0].name is missing. Write name = "mcp:tools".
[[scopes]]
name = "a"
description = "two\nlines"
  -> sealbearer.toml:10: scopes[0].description must be one line of at most 200 characters. Shorten it; no control characters, no space at its ends.
[[scopes]]
name = "a"
description = "A"
[[scopes]]
name = "a"
description = "B"
  -> sealbearer.toml:12: scopes[1].name declares "a" twice. Remove one of the two.
[[scopes]]
name = "read"
description = "A"
[[scopes]]
name = "write"
description = "B"
implies = ["reed"]
  -> sealbearer.toml:14: scopes[1].implies names the scope "reed", which is not declared. Did you mean "read"?
[[scopes]]
name = "a"
description = "A"
implies = ["a"]
  -> sealbearer.toml:11: scopes[0].implies leads back to "a". Remove one step of the circle.
[[scopes]]
name = "a"
description = "A"
implies = ["b"]
[[scopes]]
name = "b"
description = "B"
implies = ["c"]
[[scopes]]
name = "c"
description = "C"
implies = ["b"]
  -> sealbearer.toml:15: scopes[1].implies leads back to "b". Remove one step of the circle.
     sealbearer.toml:19: scopes[2].implies leads back to "c". Remove one step of the circle.
"#);
}

#[test]
fn every_refusal_of_a_user() {
    let user =
        |rest: &str| format!("[[users]]\nname = \"alice\"\npassword_hash = \"{HASH}\"\n{rest}");
    let changes = [
        "[[users]]\nname = \"alice\"".to_owned(),
        "[[users]]\nname = \"alice\"\npassword = \"hunter2\"".to_owned(),
        format!("[[users]]\nname = \" alice\"\npassword_hash = \"{HASH}\""),
        user("[[users]]\nname = \"alice\"\npassword_hash = \"plain\""),
        user("email = \"alice\""),
        user("display_name = \"\""),
        user("scopes = [\"mcp:everything\"]"),
        user("admin = true"),
    ];
    insta::assert_snapshot!(table(&changes.each_ref().map(String::as_str)).replace(HASH, "HASH"), @r#"
[[users]]
name = "alice"
  -> sealbearer.toml:8: users[0].password_hash is missing. Write password_hash = what `sealbearer user hash` prints.
[[users]]
name = "alice"
password = "hunter2"
  -> sealbearer.toml:10: users[0].password must not stand in a file. Write password_hash = what `sealbearer user hash` prints.
     sealbearer.toml:8: users[0].password_hash is missing. Write password_hash = what `sealbearer user hash` prints.
[[users]]
name = " alice"
password_hash = "HASH"
  -> sealbearer.toml:9: users[0].name must be one line of at most 128 characters. Shorten it; no control characters, no space at its ends.
[[users]]
name = "alice"
password_hash = "HASH"
[[users]]
name = "alice"
password_hash = "plain"
  -> sealbearer.toml:12: users[1].name names "alice" twice. Remove one of the two.
     sealbearer.toml:13: users[1].password_hash is not a PHC string. Write password_hash = what `sealbearer user hash` prints.
[[users]]
name = "alice"
password_hash = "HASH"
email = "alice"
  -> sealbearer.toml:11: users[0].email is not an email address. Write name@host, or leave it out.
[[users]]
name = "alice"
password_hash = "HASH"
display_name = ""
  -> sealbearer.toml:11: users[0].display_name must be a text that is not empty. Write it in double quotes.
[[users]]
name = "alice"
password_hash = "HASH"
scopes = ["mcp:everything"]
  -> sealbearer.toml:11: users[0].scopes[0] names the scope "mcp:everything", which is not declared. Declare it as [[scopes]].
[[users]]
name = "alice"
password_hash = "HASH"
admin = true
  -> sealbearer.toml:11: users[0].admin is not a setting. Remove it; known here: name, password_hash, email, display_name, scopes.
"#);
}

#[test]
fn every_refusal_of_a_client() {
    let client = |rest: &str| format!("[[clients]]\nid = \"app\"\n{rest}");
    let (uri, hash) = (
        "redirect_uris = [\"http://127.0.0.1/cb\"]",
        format!("secret_hash = \"{}\"", "ab".repeat(32)),
    );
    let changes = [
        "[[clients]]\nname = \"App\"\nredirect_uris = [\"https://app.example.com/cb\"]".to_owned(),
        format!("[[clients]]\nid = \"https://app.example.com\"\n{uri}"),
        format!("[[clients]]\nid = \"eyJhbGciOiJIUzI1NiJ9.e30.c2ln\"\n{uri}"),
        client(&format!("{uri}\n[[clients]]\nid = \"app\"\n{uri}")),
        client(""),
        client(&format!("{uri}\nsecret = \"hunter2\"")),
        client(&format!("{uri}\nsecret_hash = \"abcd\"")),
        client(&format!("{uri}\ngrant_types = [\"password\"]")),
        client(&format!("{uri}\ngrant_types = []")),
        client("grant_types = [\"client_credentials\"]"),
        client(&format!("{uri}\n{hash}\ngrant_types = [\"refresh_token\"]")),
        client(&format!("{uri}\nrefresh_rotation = false")),
        client(&format!("{uri}\nconsent = \"implied\"")),
        client(&format!("{uri}\nconsent = \"never\"")),
        client(&format!("{uri}\nscopes = [\"mcp:tols\"]")),
        client(&format!("{uri}\nredirect_uri = \"https://app.example.com/cb\"")),
    ];
    insta::assert_snapshot!(table(&changes.each_ref().map(String::as_str)), @r#"
[[clients]]
name = "App"
redirect_uris = ["https://app.example.com/cb"]
  -> sealbearer.toml:8: clients[0].id is missing. Run `sealbearer client add`, or choose an id.
[[clients]]
id = "https://app.example.com"
redirect_uris = ["http://127.0.0.1/cb"]
  -> sealbearer.toml:9: clients[0].id cannot be the id of a configured client. Use 1 to 64 of A-Z a-z 0-9 . _ ~ - and do not begin with eyJ.
[[clients]]
id = "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"
redirect_uris = ["http://127.0.0.1/cb"]
  -> sealbearer.toml:9: clients[0].id cannot be the id of a configured client. Use 1 to 64 of A-Z a-z 0-9 . _ ~ - and do not begin with eyJ.
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
  -> sealbearer.toml:12: clients[1].id names "app" twice. Remove one of the two.
[[clients]]
id = "app"
  -> sealbearer.toml:8: clients[0].redirect_uris is empty, but authorization_code needs one. Write redirect_uris = ["https://..."], or grant_types = ["client_credentials"].
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
secret = "hunter2"
  -> sealbearer.toml:11: clients[0].secret must not stand in a file. Run `sealbearer client add` and write secret_hash = what it prints.
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
secret_hash = "abcd"
  -> sealbearer.toml:11: clients[0].secret_hash is neither a SHA-256 (64 hex digits or 43 of base64url) nor an argon2id PHC string. Run `sealbearer client add` and write secret_hash = what it prints.
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
grant_types = ["password"]
  -> sealbearer.toml:11: clients[0].grant_types[0] is "password", which is not one of its values. Write "authorization_code" or "refresh_token" or "client_credentials".
     sealbearer.toml:11: clients[0].grant_types names no grant. Leave it out for authorization_code and refresh_token.
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
grant_types = []
  -> sealbearer.toml:11: clients[0].grant_types names no grant. Leave it out for authorization_code and refresh_token.
[[clients]]
id = "app"
grant_types = ["client_credentials"]
  -> sealbearer.toml:10: clients[0].grant_types has client_credentials, which a client without a secret must not use (RFC 6749 §4.4). Run `sealbearer client add` and write secret_hash = what it prints.
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
secret_hash = "abababababababababababababababababababababababababababababababab"
grant_types = ["refresh_token"]
  -> sealbearer.toml:12: clients[0].grant_types has refresh_token without authorization_code. Add it, or remove refresh_token.
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
refresh_rotation = false
  -> sealbearer.toml:11: clients[0].refresh_rotation must not be false for a public client (OAuth 2.1 §4.3.1). Give the client a secret, or leave it out.
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
consent = "implied"
  -> sealbearer.toml:11: clients[0].consent must not be "implied": any program on the person's machine could pose as this client. Write "remembered", give it a secret, or use https redirect URIs only.
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
consent = "never"
  -> sealbearer.toml:11: clients[0].consent is "never", which is not one of its values. Write "always" or "remembered" or "implied".
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
scopes = ["mcp:tols"]
  -> sealbearer.toml:11: clients[0].scopes[0] names the scope "mcp:tols", which is not declared. Did you mean "mcp:tools"?
[[clients]]
id = "app"
redirect_uris = ["http://127.0.0.1/cb"]
redirect_uri = "https://app.example.com/cb"
  -> sealbearer.toml:11: clients[0].redirect_uri is not a setting. Did you mean "redirect_uris"?
"#);
}

#[test]
fn every_refusal_of_a_redirect_uri() {
    let uris = [
        "http://app.example.com/cb",
        "https://app.example.com/cb#top",
        "https://alice@app.example.com/cb",
        "/cb",
        "https://app.example.com/a b",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "blob:https://app.example.com/1",
        "about:blank",
        "windsurf://cb",
        "urn:ietf:wg:oauth:2.0:oob:auto",
    ];
    let row = |uri| {
        let outcome =
            super::outcome_of(&format!("[[clients]]\nid = \"app\"\nredirect_uris = [\"{uri}\"]"));
        format!("{uri} -> {}", outcome.split(". Write").next().unwrap_or_default())
    };
    insta::assert_snapshot!(uris.map(row).join("\n"), @r#"
http://app.example.com/cb -> sealbearer.toml:10: clients[0].redirect_uris[0] must be https, because its host is not a loopback host
https://app.example.com/cb#top -> sealbearer.toml:10: clients[0].redirect_uris[0] must not have a fragment
https://alice@app.example.com/cb -> sealbearer.toml:10: clients[0].redirect_uris[0] must not contain a user or password
/cb -> sealbearer.toml:10: clients[0].redirect_uris[0] is not an absolute URI (relative URL without a base)
https://app.example.com/a b -> sealbearer.toml:10: clients[0].redirect_uris[0] contains a space, a control character or a character that must be percent-encoded
javascript:alert(1) -> sealbearer.toml:10: clients[0].redirect_uris[0] has the scheme javascript, which is never safe
JavaScript:alert(1) -> sealbearer.toml:10: clients[0].redirect_uris[0] has the scheme javascript, which is never safe
data:text/html,x -> sealbearer.toml:10: clients[0].redirect_uris[0] has the scheme data, which is never safe
file:///etc/passwd -> sealbearer.toml:10: clients[0].redirect_uris[0] has the scheme file, which is never safe
vbscript:x -> sealbearer.toml:10: clients[0].redirect_uris[0] has the scheme vbscript, which is never safe
blob:https://app.example.com/1 -> sealbearer.toml:10: clients[0].redirect_uris[0] has the scheme blob, which is never safe
about:blank -> sealbearer.toml:10: clients[0].redirect_uris[0] has the scheme about, which is never safe
windsurf://cb -> sealbearer.toml:10: clients[0].redirect_uris[0] has the scheme windsurf, which is not in registration.redirect_schemes
urn:ietf:wg:oauth:2.0:oob:auto -> sealbearer.toml:10: clients[0].redirect_uris[0] has the scheme urn, which is not in registration.redirect_schemes
"#);
}

#[test]
fn every_refusal_of_a_resource() {
    insta::assert_snapshot!(table(&[
        "[[resources]]\nupstream = \"builtin\"",
        "[[resources]]\npath = \"/other\"",
        "[[resources]]\npath = \"/other\"\nupstream = \"http://127.0.0.1:3000/mcp\"",
        "[[resources]]\npath = \"/mcp\"\nupstream = \"builtin\"",
        "[[resources]]\npath = \"mcp\"\nupstream = \"builtin\"",
        "[[resources]]\npath = \"/\"\nupstream = \"builtin\"",
        "[[resources]]\npath = \"/a/\"\nupstream = \"builtin\"",
        "[[resources]]\npath = \"/a/../b\"\nupstream = \"builtin\"",
        "[[resources]]\npath = \"/oauth/mcp\"\nupstream = \"builtin\"",
        "[[resources]]\npath = \"/.well-known\"\nupstream = \"builtin\"",
        "[[resources]]\npath = \"/b\"\nupstream = \"builtin\"\nscopes = [\"mcp:admim\"]",
        "[[resources]]\npath = \"/b\"\nupstream = \"builtin\"\ntools = { \"delete_*\" = [\"mcp:admin\"] }",
        "[[resources]]\npath = \"/b\"\nupstream = \"builtin\"\naccess_token = \"signed\"",
    ]), @r#"
[[resources]]
upstream = "builtin"
  -> sealbearer.toml:8: resources[1].path is missing. Write path = "/mcp".
[[resources]]
path = "/other"
  -> sealbearer.toml:8: resources[1].upstream is missing. Write upstream = "builtin".
[[resources]]
path = "/other"
upstream = "http://127.0.0.1:3000/mcp"
  -> sealbearer.toml:10: resources[1].upstream must be "builtin"; a gateway to another server is not in this release. Write upstream = "builtin".
[[resources]]
path = "/mcp"
upstream = "builtin"
  -> sealbearer.toml:9: resources[1].path names "/mcp" twice. Remove one of the two.
[[resources]]
path = "mcp"
upstream = "builtin"
  -> sealbearer.toml:9: resources[1].path must begin with a slash. Write a path such as "/mcp".
[[resources]]
path = "/"
upstream = "builtin"
  -> sealbearer.toml:9: resources[1].path must be segments of A-Z a-z 0-9 . _ ~ - with one slash between, 128 characters at most. Write a path such as "/mcp".
[[resources]]
path = "/a/"
upstream = "builtin"
  -> sealbearer.toml:9: resources[1].path must be segments of A-Z a-z 0-9 . _ ~ - with one slash between, 128 characters at most. Write a path such as "/mcp".
[[resources]]
path = "/a/../b"
upstream = "builtin"
  -> sealbearer.toml:9: resources[1].path must be segments of A-Z a-z 0-9 . _ ~ - with one slash between, 128 characters at most. Write a path such as "/mcp".
[[resources]]
path = "/oauth/mcp"
upstream = "builtin"
  -> sealbearer.toml:9: resources[1].path lies at /oauth, which is the server's own. Write a path such as "/mcp".
[[resources]]
path = "/.well-known"
upstream = "builtin"
  -> sealbearer.toml:9: resources[1].path lies at /.well-known, which is the server's own. Write a path such as "/mcp".
[[resources]]
path = "/b"
upstream = "builtin"
scopes = ["mcp:admim"]
  -> sealbearer.toml:11: resources[1].scopes[0] names the scope "mcp:admim", which is not declared. Did you mean "mcp:admin"?
[[resources]]
path = "/b"
upstream = "builtin"
tools = { "delete_*" = ["mcp:admin"] }
  -> sealbearer.toml:11: resources[1].tools is not in this release. Remove it.
[[resources]]
path = "/b"
upstream = "builtin"
access_token = "signed"
  -> sealbearer.toml:11: resources[1].access_token is not in this release. Remove it; access tokens are sealed.
"#);
}

#[test]
fn a_key_ring_comes_from_one_place_and_never_from_a_default() {
    let without = LEAST.replace("keyring_file = \"keyring.json\"", "");
    let both = super::of_variables(&[(
        "SEALBEARER_SECRET",
        "c2VjcmV0LXRoYXQtbXVzdC1ub3QtYXBwZWFyLWFueXdoZXJl",
    )]);
    let twice = super::Sources {
        environment: super::variables_of(&[
            ("SEALBEARER_SECRET", "one"),
            ("SEALBEARER_SECRETS", "one two"),
        ]),
        ..of_file(&without)
    };
    let slow_only = super::Sources {
        environment: super::variables_of(&[("SEALBEARER_REGISTRATION_SECRET", "one")]),
        ..of_file(&without)
    };
    let outcomes = [of_file(&without), both, twice, slow_only].map(|sources| outcome(&sources));
    insta::assert_snapshot!(outcomes.join("\n\n").replace("/etc/sealbearer/", ""), @r#"
sealbearer.toml:1: keyring_file is missing, and there is no default secret. Run `sealbearer keys generate --keyring keyring.json` and write keyring_file = "keyring.json", or set SEALBEARER_SECRET.

sealbearer.toml:3: keyring_file is given, and SEALBEARER_SECRET too. Keep one of the two.

environment variable SEALBEARER_SECRETS: is set, and SEALBEARER_SECRET too. Put all of them into one, the newest first.

environment variable SEALBEARER_REGISTRATION_SECRET: is of no use without SEALBEARER_SECRET. Set both.
sealbearer.toml:1: keyring_file is missing, and there is no default secret. Run `sealbearer keys generate --keyring keyring.json` and write keyring_file = "keyring.json", or set SEALBEARER_SECRET.
"#);
}
