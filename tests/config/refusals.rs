//! Every refusal, as a person reads it: place, key, what is wrong, what to do.

use super::{LEAST, of_file, outcome, table};

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
    /etc/sealbearer/sealbearer.toml:5: tokens.refresh is not a setting. Remove it; known here: refresh_tokens, refresh_tokens_need_offline_access, access_lifetime, refresh_idle, refresh_absolute, refresh_grace, assertion_audience, revoked_before, advertise_offline_access.
    "#);
}

#[test]
fn what_is_not_toml_is_refused_with_its_line() {
    insta::assert_snapshot!(outcome(&of_file("listen = \"127.0.0.1:9000\"\npublic_url = https://a\n")), @r#"/etc/sealbearer/sealbearer.toml:2: is not TOML: string values must be quoted, expected literal string. Mend that line; strings stand in double quotes."#);
}

#[test]
fn met_06_cfg_02_every_public_url_that_is_refused() {
    let urls = [
        "http://auth.example.com",
        "http://192.168.1.1:9000",
        "http://127.8.8.8:9000",
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
http://127.8.8.8:9000 -> sealbearer.toml:2: public_url must be https, because its host is not a loopback host. Write it as clients shall see it: "https://auth.example.com", without a slash at the end.
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
fn cfg_05_every_refusal_of_a_root_key() {
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
      -> sealbearer.toml:1: colour is not a setting. Remove it; known here: listen, public_url, data_dir, keyring_file, ledger, tokens, scopes, registration, users, providers, clients, resources, cors, docs, openid, advertise_iss, proxies, limits, revoked_clients, static_tokens.
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
      -> sealbearer.toml:8: providers[0].kind is missing. Write kind = "oidc", "github", "google", "entra", "okta" or "oauth2".
    [[static_tokens]]
    subject = "x"
      -> sealbearer.toml:8: static_tokens[0].name is missing. Write name = "what it is for".
         sealbearer.toml:8: static_tokens[0].hash is missing. Run `sealbearer token create` and paste what it prints.
         sealbearer.toml:9: static_tokens[0].subject names "x", who is none of [[users]]. Leave it out for a token that speaks for itself.
         sealbearer.toml:8: static_tokens[0].scopes names nothing that the token allows. Write scopes = ["..."].
         sealbearer.toml:8: static_tokens[0].expires_at is missing. Write expires_at = "2027-01-01T00:00:00Z".
    "#);
}

#[test]
fn every_refusal_of_a_ledger_in_a_file() {
    insta::assert_snapshot!(table(&[
        "[ledger]\nkind = \"file\"",
        "[ledger]\nkind = \"file\"\npath = \"\"",
        "[ledger]\npath = \"ledger.redb\"",
        "[ledger]\nkind = \"file\"\npath = \"ledger.redb\"\nurl = \"redis://localhost\"",
    ]), @r#"
[ledger]
kind = "file"
  -> sealbearer.toml:8: ledger.path is missing. Write path = "/var/lib/sealbearer/ledger.redb"; only this node may use it.
[ledger]
kind = "file"
path = ""
  -> sealbearer.toml:10: ledger.path must be a text that is not empty. Write it in double quotes.
[ledger]
path = "ledger.redb"
  -> sealbearer.toml:9: ledger.path belongs to the ledger "file". Remove it, or write kind = "file".
[ledger]
kind = "file"
path = "ledger.redb"
url = "redis://localhost"
  -> sealbearer.toml:11: ledger.url belongs to the ledger "valkey". Remove it, or write kind = "valkey".
"#);
}

#[test]
fn every_refusal_of_a_ledger_in_a_store() {
    insta::assert_snapshot!(table(&[
        "[ledger]\nkind = \"valkey\"",
        "[ledger]\nkind = \"valkey\"\nurl = \"redis://hush:hush@store.example.com\"",
        "[ledger]\nkind = \"valkey\"\nurl = \"rediss://store.example.com\"",
        "[ledger]\nkind = \"valkey\"\nurl = \"rediss://hush:hush@store.example.com#insecure\"",
        "[ledger]\nkind = \"valkey\"\nurl = \"rediss://hush:hush@store.example.com/hush\"",
        "[ledger]\nkind = \"valkey\"\nurl = \"hush\"",
        "[ledger]\nkind = \"valkey\"\nurl = \"redis://localhost\"\npath = \"x\"\ncapacity = 5000",
        "[ledger]\nkind = \"valkey\"\nurl = \"redis://localhost\"\nkey_prefix = \"a b\"",
        "[ledger]\nkind = \"valkey\"\nurl = \"redis://localhost\"\ntimeout = \"11s\"",
        "[ledger]\nkind = \"valkey\"\nurl = \"redis://localhost\"\n[tokens]\nrefresh_tokens = \"convergent\"",
    ]), @r#"
[ledger]
kind = "valkey"
  -> sealbearer.toml:8: ledger.url is missing. Write url = "rediss://user:password@host:6379/0", or set SEALBEARER_LEDGER__URL.
[ledger]
kind = "valkey"
url = "redis://hush:hush@store.example.com"
  -> sealbearer.toml:10: ledger.url is not encrypted, and its host is not loopback. Let the server speak TLS and write "rediss://".
[ledger]
kind = "valkey"
url = "rediss://store.example.com"
  -> sealbearer.toml:10: ledger.url has no password, and its host is not loopback. Give the server an ACL user and write "rediss://user:password@host".
[ledger]
kind = "valkey"
url = "rediss://hush:hush@store.example.com#insecure"
  -> sealbearer.toml:10: ledger.url has a query or a fragment. Remove what follows ? or #; encode those characters in a password as %3F and %23.
[ledger]
kind = "valkey"
url = "rediss://hush:hush@store.example.com/hush"
  -> sealbearer.toml:10: ledger.url has a path that is not the number of a database. End the URL with the number of a database, as in "/0".
[ledger]
kind = "valkey"
url = "hush"
  -> sealbearer.toml:10: ledger.url is not a URL of the form rediss://user:password@host:port/database. Write "rediss://user:password@host:6379/0".
[ledger]
kind = "valkey"
url = "redis://localhost"
path = "x"
capacity = 5000
  -> sealbearer.toml:11: ledger.path belongs to the ledger "file". Remove it, or write kind = "file".
     sealbearer.toml:12: ledger.capacity bounds what this process keeps; the store has maxmemory. Remove it.
[ledger]
kind = "valkey"
url = "redis://localhost"
key_prefix = "a b"
  -> sealbearer.toml:11: ledger.key_prefix is "a b", which cannot begin a key. Use 1 to 64 of A-Z a-z 0-9 : . _ - { }; nodes of one deployment share it.
[ledger]
kind = "valkey"
url = "redis://localhost"
timeout = "11s"
  -> sealbearer.toml:11: ledger.timeout must be a duration from "1s" to "10s". Write a whole number and a unit in quotes: "30s", "5m", "1h" or "30d".
[ledger]
kind = "valkey"
url = "redis://localhost"
[tokens]
refresh_tokens = "convergent"
  -> sealbearer.toml:12: tokens.refresh_tokens is "convergent", which is for the ledger "none" only. Write "rotating" or "off", or ledger.kind = "none".
"#);
}

#[test]
fn every_refusal_of_ledger_and_tokens() {
    insta::assert_snapshot!(table(&[
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
kind = "memroy"
  -> sealbearer.toml:9: ledger.kind is "memroy", which is not one of its values. Write "none" or "memory" or "file" or "valkey".
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
        "[registration]\ndefault_redirect_uris = [\"http://app.example.com/cb\"]",
        "[registration]\ndynamic = true",
        "[registration]\ndynamic = \"allow\"",
        "[registration]\nscopes = [\"mcp:tool\"]",
        "[registration]\nredirect_schemes = [\"javascript\"]",
        "[registration]\nredirect_schemes = [\"https\", \"Cursor\", \"cursor:\"]",
        "[registration]\nredirect_schemes = \"cursor\"",
        "[cors]\norigins = [\"https://app.example.com/\"]",
        "[cors]\norigins = [\"*\", \"https://app.example.com\"]",
        "[cors]\norigins = [\"app.example.com\"]",
        "[docs]\nenable = true",
    ]), @r#"
[registration]
default_redirect_uris = ["http://app.example.com/cb"]
  -> sealbearer.toml:9: registration.default_redirect_uris[0] must be https, because its host is not 127.0.0.1, [::1] or localhost. Write an https URI.
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
fn a_key_ring_comes_from_one_place_and_never_from_a_default() {
    let without = LEAST.replace("keyring_file = \"keyring.json\"", "");
    let both = super::of_variables(&[("SEALBEARER_SECRET", super::SECRETS[0])]);
    let outcomes = [of_file(&without), both].map(|sources| outcome(&sources));
    insta::assert_snapshot!(outcomes.join("\n").replace("/etc/sealbearer/", ""), @r#"
sealbearer.toml:1: keyring_file is missing, and there is no default secret. Run `sealbearer keys generate --keyring keyring.json` and write keyring_file = "keyring.json", or set SEALBEARER_SECRET.
sealbearer.toml:3: keyring_file is given, and SEALBEARER_SECRET too. Keep one of the two.
"#);
}
