//! Keys at `POST /oauth/register`: clients that sign instead of sharing a secret.
//! Source: RFC 7591 §2 (`jwks`, `jwks_uri`).

use serde_json::{Value, json};

use super::table;
use crate::seal::foreign::SIGNERS;
use crate::support::{Ask, Deployment, Node, Reply, Serve as _, Signer};

fn register(node: &Node, metadata: &Value) -> Reply {
    node.serve(&Ask::json("/oauth/register", metadata))
}

// Length: one row for each kind of key.
/// DCR-04: keys are public, strong and few, and are given in one way.
#[test]
fn dcr_04_which_keys_can_be_registered() {
    let node = Node::start(&Deployment::usual());
    let [rsa, ec, _] = &*SIGNERS;
    let [rsa, ec] = [rsa, ec].map(Signer::jwk);
    let with = |name: &str, value: Value| {
        let mut key = ec.clone();
        key[name] = value;
        json!({ "jwks": { "keys": [key] } })
    };
    let set = |keys: Vec<Value>| json!({ "jwks": { "keys": keys } });
    let numbered = |count: usize| {
        set((0..count)
            .map(|number| json!({ "kty": "unknown", "kid": number.to_string() }))
            .collect())
    };
    let both = json!({ "jwks": { "keys": [ec] }, "jwks_uri": "https://client.example.com/jwks" });
    let uri = |uri: &str| json!({ "jwks_uri": uri });
    let rows = [
        ("a public key", set(vec![ec.clone()])),
        ("an RSA key", set(vec![rsa.clone()])),
        ("a key and members nobody needs", with("x5c", json!(["A".repeat(2_000)]))),
        ("a URL", uri("https://client.example.com/jwks")),
        ("both", both),
        ("a private key", with("d", json!("AAAA"))),
        ("a secret", set(vec![json!({ "kty": "oct", "k": "AAAA" })])),
        ("a weak key", set(vec![json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB" })])),
        ("a thousand keys", numbered(1_000)),
        ("keys for nothing", numbered(2)),
        (
            "three RSA keys",
            set((0..3)
                .map(|number| {
                    let mut key = rsa.clone();
                    key["kid"] = json!(number.to_string());
                    key
                })
                .collect()),
        ),
        ("no set", json!({ "jwks": {} })),
        ("a URL on this machine", uri("http://127.0.0.1/jwks")),
        ("a URL without TLS", uri("http://client.example.com/jwks")),
        ("a URL with a password", uri("https://a:b@client.example.com/jwks")),
        ("nothing", json!({})),
    ];
    let register = |keys: &Value, method: &str| {
        let mut metadata = json!({
            "redirect_uris": ["https://app.example.com/callback"],
            "token_endpoint_auth_method": method,
        });
        for (name, value) in keys.as_object().into_iter().flatten() {
            metadata[name] = value.clone();
        }
        let reply = register(&node, &metadata);
        if reply.status == 201 {
            let length = reply.text("client_id").len();
            assert!(length <= 1_200, "{length}");
            format!("201 {}", reply.text("token_endpoint_auth_method"))
        } else {
            format!("{}: {}", reply.error(), reply.text("error_description"))
        }
    };
    let rows = rows.iter().map(|(title, keys)| {
        (title, format!("{}; else {}", register(keys, "private_key_jwt"), register(keys, "none")))
    });
    insta::assert_snapshot!(table(rows), @r"
    a public key: 201 private_key_jwt; else 201 none
    an RSA key: 201 private_key_jwt; else 201 none
    a key and members nobody needs: 201 private_key_jwt; else 201 none
    a URL: 201 private_key_jwt; else 201 none
    both: 400 invalid_client_metadata: send jwks or jwks_uri, not both; else 400 invalid_client_metadata: send jwks or jwks_uri, not both
    a private key: 400 invalid_client_metadata: a private key is in the set; replace that key, and send public members only; else 400 invalid_client_metadata: a private key is in the set; replace that key, and send public members only
    a secret: 400 invalid_client_metadata: a shared secret (kty oct) is in the set; send public keys only; else 400 invalid_client_metadata: a shared secret (kty oct) is in the set; send public keys only
    a weak key: 400 invalid_client_metadata: an RSA key of the set must have 2048 to 4096 bits; else 400 invalid_client_metadata: an RSA key of the set must have 2048 to 4096 bits
    a thousand keys: 400 invalid_client_metadata: the key set has more than 32 keys; else 400 invalid_client_metadata: the key set has more than 32 keys
    keys for nothing: 400 invalid_client_metadata: no key of the set can verify RS256, ES256 or EdDSA (Ed25519) signatures; else 201 none
    three RSA keys: 400 invalid_client_metadata: the metadata is too large; use fewer or shorter redirect_uris, or jwks_uri instead of jwks; else 201 none
    no set: 400 invalid_client_metadata: not a JSON Web Key Set, which is an object with a list of keys (RFC 7517); else 400 invalid_client_metadata: not a JSON Web Key Set, which is an object with a list of keys (RFC 7517)
    a URL on this machine: 400 invalid_client_metadata: jwks_uri is no https URL that this server fetches keys from; else 400 invalid_client_metadata: jwks_uri is no https URL that this server fetches keys from
    a URL without TLS: 400 invalid_client_metadata: jwks_uri is no https URL that this server fetches keys from; else 400 invalid_client_metadata: jwks_uri is no https URL that this server fetches keys from
    a URL with a password: 400 invalid_client_metadata: jwks_uri is no https URL that this server fetches keys from; else 400 invalid_client_metadata: jwks_uri is no https URL that this server fetches keys from
    nothing: 201 none; else 201 none
    ");
}

/// RFC 7591 §3.2.1: the answer says what was registered, and that is the public key and nothing else of it.
#[test]
fn a_registered_key_is_told_back_as_it_is_kept() {
    let signer = &SIGNERS[1];
    let mut key = signer.jwk();
    key["use"] = json!("sig");
    key["x5c"] = json!(["AAAA"]);
    let metadata = json!({
        "redirect_uris": ["https://app.example.com/callback"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": { "keys": [key] },
    });
    let answer = register(&Node::start(&Deployment::usual()), &metadata).json();
    assert_eq!(answer["jwks"], json!({ "keys": [signer.jwk()] }));
    assert_eq!(answer["token_endpoint_auth_method"], "private_key_jwt");
    assert_eq!(answer.get("client_secret"), None);
    assert_eq!(answer.get("client_secret_expires_at"), None);
}

#[test]
fn the_place_of_published_keys_is_told_back_without_a_key() {
    let url = "https://client.example.com/jwks";
    let metadata = json!({
        "redirect_uris": ["https://app.example.com/callback"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": url,
    });
    let answer = register(&Node::start(&Deployment::usual()), &metadata).json();
    assert_eq!((&answer["jwks_uri"], answer.get("jwks")), (&json!(url), None));
}
