//! The form of an access token is that of its resource: who can read it, what it says, and that no other form passes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jwe::ECDH_ES;
use josekit::jwk::Jwk;
use josekit::jwk::alg::ec::{EcCurve, EcKeyPair};
use protocol::oauth::algorithm::SigningAlgorithm;
use sealbearer::seal::SignedType;
use serde_json::{Value, json};

use super::table;
use crate::support::profiles;
use crate::support::{ALICE, Ask, Browser, Client, Deployment, Node, Reply, Serve as _, Tokens};

const ELSEWHERE: &str = "https://rs.example.com/mcp";

/// The usual deployment, and a resource of another server besides.
fn with_elsewhere(lines: &str) -> Deployment {
    let resource =
        format!("[[resources]]\nidentifier = \"{ELSEWHERE}\"\nname = \"Other\"\n{lines}");
    Deployment::usual().at("https://auth.example.com").signing().with(&resource)
}

/// Tokens for one of several resources, as a client gets them.
fn tokens(node: &Node, client: &Client, resource: &str) -> Reply {
    let request = client.request().with("resource", resource);
    let code = Browser::default().allow(node, &request.uri(), ALICE).code();
    node.serve(&client.redemption(&code).with("resource", resource).post())
}

fn parts(jws: &str) -> [Value; 2] {
    let json = |segment: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(segment).expect("base64url");
        serde_json::from_slice(&bytes).expect("JSON")
    };
    let segments: Vec<_> = jws.split('.').collect();
    assert_eq!(segments.len(), 3, "{jws}");
    [json(segments[0]), json(segments[1])]
}

/// RFC 9068 §2.1, §2.2: what the header and the claims are. What differs from run to run is replaced.
#[test]
fn a_signed_token_is_that_of_rfc_9068() {
    let node = Node::start(&with_elsewhere(""));
    let client = Client::public(&node);
    let access = Tokens::of(&tokens(&node, &client, ELSEWHERE)).access;
    let [mut header, mut claims] = parts(&access);
    let jwks = node.serve(&Ask::get("/.well-known/jwks.json")).json();
    let named =
        jwks["keys"].as_array().expect("keys").iter().filter(|key| key["kid"] == header["kid"]);
    assert_eq!(named.count(), 1);
    header["kid"] = json!("KID");
    assert_eq!(claims["client_id"], json!(client.id));
    assert_eq!(
        claims["exp"].as_u64().zip(claims["iat"].as_u64()).map(|(exp, iat)| exp - iat),
        Some(3_660)
    );
    for name in ["client_id", "exp", "iat", "jti"] {
        claims[name] =
            json!(format!("<{}>", if claims[name].is_u64() { "integer" } else { "text" }));
    }
    insta::assert_snapshot!(format!("{header}\n{claims:#}"), @r#"
    {"alg":"ES256","typ":"at+jwt","kid":"KID"}
    {
      "iss": "https://auth.example.com",
      "sub": "u:alice",
      "aud": "https://rs.example.com/mcp",
      "exp": "<integer>",
      "iat": "<integer>",
      "jti": "<text>",
      "client_id": "<text>",
      "scope": "mcp:tools"
    }
    "#);
}

/// RFC 9068 §2.2: a client that acts for itself is its own subject, by a name no person has (RFC 9700 §4.15).
#[test]
fn a_client_on_its_own_behalf_is_the_subject() {
    let robot = "grant_types = [\"client_credentials\"]\nscopes = [\"mcp:tools\"]";
    let node =
        Node::start(&with_elsewhere("").with_client("ci", Some("a secret of the tests"), robot));
    let client = Client::known("ci", Some("a secret of the tests"), "");
    let fields = [("grant_type", "client_credentials"), ("resource", ELSEWHERE)];
    let ask = Ask::form("/oauth/token", fields).basic(&client.id, "a secret of the tests");
    let [_, claims] = parts(&Tokens::of(&node.serve(&ask)).access);
    assert_eq!([&claims["sub"], &claims["client_id"]], ["c:ci", "ci"]);
}

/// The budget of a signed token, by the two algorithms with short signatures. RFC 9068 §2.2 wants the whole `client_id`.
#[test]
fn no_client_we_know_is_handed_a_longer_signed_token_than_it_can_keep() {
    for algorithm in ["ES256", "EdDSA"] {
        let node = Node::start(&with_elsewhere(&format!("algorithm = \"{algorithm}\"")));
        for profile in profiles::all() {
            let registered = Client::register(&node, &profile.metadata);
            let client = Client { redirect_uri: profile.redirect_uri.to_owned(), ..registered };
            let access = Tokens::of(&tokens(&node, &client, ELSEWHERE)).access;
            // These two name three and more redirect URIs, and `client_id` is the registration itself.
            let most = match profile.name {
                "VS Code" | "Cursor" => 800,
                _ => 700,
            };
            assert!(access.len() <= most, "{} {algorithm}: {}", profile.name, access.len());
        }
    }
}

/// The gate takes the form its resource has, and nothing else that we made: not even the same grant in another form.
#[test]
fn a_gate_takes_tokens_in_the_form_of_its_resource_only() {
    let forms = [
        "",
        "access_token = \"signed\"",
        "access_token = \"signed\"\nalgorithm = \"EdDSA\"",
        "access_token = \"signed\"\nalgorithm = \"RS256\"",
    ];
    let nodes = forms.map(|lines| Node::start(&Deployment::usual().signing().with_form(lines)));
    let tokens = nodes.each_ref().map(|node| Client::public(node).tokens(node));
    let mut lines = Vec::new();
    for (node, form) in nodes.iter().zip(["sealed", "ES256", "EdDSA", "RS256"]) {
        let statuses = tokens.each_ref().map(|tokens| node.test(&tokens.access).status.to_string());
        lines.push(format!("{form:<7}{}", statuses.join(" ")));
    }
    // What was signed by an algorithm stays good when another is configured: the form is the same.
    insta::assert_snapshot!(lines.join("\n"), @r"
    sealed 200 401 401 401
    ES256  401 200 200 200
    EdDSA  401 200 200 200
    RS256  401 200 200 200
    ");
}

/// JOS-12: an id token, or anything else that is signed here, is no access token, though a key of ours signed it.
#[test]
fn jos_12_nothing_else_that_we_sign_is_an_access_token() {
    let node = Node::start(&Deployment::usual().signing().with_form("access_token = \"signed\""));
    let access = Client::public(&node).tokens(&node).access;
    let [header, claims] = parts(&access);
    assert_eq!(node.test(&access).status, 200);
    let seal = &node.server().seal;
    let sign =
        |kind, claims: &Value| seal.sign(SigningAlgorithm::Es256, kind, claims).expect("it can");
    let with = |name: &str, value: Value| {
        let mut changed = claims.clone();
        changed[name] = value;
        sign(SignedType::AccessToken, &changed)
    };
    let without = |name: &str| {
        let mut changed = claims.clone();
        changed.as_object_mut().expect("an object").remove(name);
        sign(SignedType::AccessToken, &changed)
    };
    let now = node.clock().now().0;
    let rows = [
        ("as it is", sign(SignedType::AccessToken, &claims)),
        ("an id token with the same claims", sign(SignedType::IdToken, &claims)),
        ("of another issuer", with("iss", json!("https://staging.example.com"))),
        ("for another resource", with("aud", json!("http://127.0.0.1:9000/other"))),
        ("for a path below", with("aud", json!("http://127.0.0.1:9000/mcp/x"))),
        ("for two resources", with("aud", json!(["http://127.0.0.1:9000/mcp"]))),
        ("for nobody", without("aud")),
        ("of nobody", without("sub")),
        ("of somebody unknown", with("sub", json!("u:mallory"))),
        ("with another name", with("jti", json!("A".repeat(32)))),
        ("without an end", without("exp")),
        ("ended", with("exp", json!(now))),
        ("from the future", with("iat", json!(now + 60))),
        ("with a claim we do not write", with("admin", json!(true))),
        ("with a key", with("cnf", json!({ "jkt": "x" }))),
    ];
    let rows = rows.map(|(name, token)| (name, node.test(&token)));
    assert_eq!(header["typ"], "at+jwt");
    let rows = rows.map(|(name, reply)| (name, reply.status.to_string()));
    insta::assert_snapshot!(table(rows), @r"
    as it is: 200
    an id token with the same claims: 401
    of another issuer: 401
    for another resource: 401
    for a path below: 401
    for two resources: 401
    for nobody: 401
    of nobody: 401
    of somebody unknown: 401
    with another name: 401
    without an end: 401
    ended: 401
    from the future: 401
    with a claim we do not write: 401
    with a key: 401
    ");
}

/// Clocks of nodes may differ by five seconds.
#[test]
fn a_signed_token_counts_from_five_seconds_before_it_was_issued() {
    let deployment = Deployment::usual().signing().with_form("access_token = \"signed\"");
    let [ahead, node] = [(); 2].map(|()| Node::start(&deployment));
    ahead.clock().pass(6);
    let access = Client::public(&ahead).tokens(&ahead).access;
    assert_eq!(node.test(&access).status, 401);
    node.clock().pass(1);
    assert_eq!(node.test(&access).status, 200);
}

fn public_jwk(pair: &EcKeyPair, extra: &[(&str, &str)]) -> String {
    let mut key = pair.to_jwk_public_key();
    for (name, value) in extra {
        key.set_parameter(name, Some(json!(value))).expect("a member");
    }
    key.to_string()
}

/// RFC 7518 §4.6, RFC 7519 §5.2: the owner of the key decrypts, and verifies what is inside with our published keys.
#[test]
#[expect(clippy::disallowed_methods, reason = "here the test is the resource server")]
fn a_token_sealed_to_its_resource_server_is_read_there_and_nowhere_else() {
    let pair = EcKeyPair::generate(EcCurve::P256).expect("a key pair");
    let other = EcKeyPair::generate(EcCurve::P256).expect("a key pair");
    let jwk = public_jwk(&pair, &[("kid", "rs-1"), ("use", "enc"), ("alg", "ECDH-ES")]);
    let lines = format!("access_token = \"sealed_to\"\nencryption_key = '{jwk}'");
    let node = Node::start(&with_elsewhere(&lines));
    let client = Client::public(&node);
    let reply = tokens(&node, &client, ELSEWHERE);
    let Tokens { access, refresh } = Tokens::of(&reply);
    let header = URL_SAFE_NO_PAD.decode(access.split('.').next().expect("a segment"));
    let mut header: Value = serde_json::from_slice(&header.expect("base64url")).expect("JSON");
    assert_eq!(header["epk"]["crv"], "P-256");
    header["epk"] = json!("EPK");
    insta::assert_snapshot!(header, @r#"{"alg":"ECDH-ES","enc":"A256GCM","cty":"JWT","epk":"EPK","kid":"rs-1"}"#);
    let open = |pair: &EcKeyPair, text: &str| {
        let key = Jwk::from_bytes(pair.to_jwk_private_key().to_string()).expect("a key");
        let decrypter = ECDH_ES.decrypter_from_jwk(&key).expect("for key agreement");
        josekit::jwe::deserialize_compact(text, &decrypter)
    };
    let (content, _) = open(&pair, &access).expect("it is for this key");
    let inside = String::from_utf8(content).expect("text");
    let [inner, claims] = parts(&inside);
    assert_eq!([&inner["typ"], &claims["aud"]], ["at+jwt", ELSEWHERE]);
    assert!(open(&other, &access).is_err());
    // We know what is inside again, for a resource server that asks; what is around it only its owner opens.
    assert_eq!(node.grant(&inside).resource.as_str(), ELSEWHERE);
    assert_eq!(node.test(&access).status, 401);
    // Each token has a key of its own.
    let again = client.refresh(&node, refresh.as_deref().expect("the client may refresh"));
    let again = Tokens::of(&again).access;
    assert_ne!(again.split('.').next(), access.split('.').next());
    assert!(open(&pair, &again).is_ok());
}

/// RFC 8707 §2, RFC 9728 §3: tokens can be asked for any resource there is; metadata is for those we serve.
#[test]
fn a_resource_of_another_server_has_tokens_and_nothing_else_here() {
    let node = Node::start(&with_elsewhere(""));
    let client = Client::public(&node);
    let ask = |resource: &str| tokens(&node, &client, resource);
    let here = Tokens::of(&ask("https://auth.example.com/mcp")).access;
    assert_eq!(here.matches('.').count(), 4, "sealed");
    assert_eq!(node.test(&here).status, 200);
    let there = Tokens::of(&ask("https://RS.example.com:443/mcp"));
    assert_eq!(node.test(&there.access).status, 401, "an audience elsewhere");
    let refreshed = client.refresh(&node, there.refresh());
    let [_, claims] = parts(&Tokens::of(&refreshed).access);
    assert_eq!(claims["aud"], ELSEWHERE, "the resource is inherited");
    let metadata =
        |path: &str| node.serve(&Ask::get(format!("/.well-known/oauth-protected-resource{path}")));
    assert_eq!([metadata("/mcp").status, metadata("").status], [200, 200]);
    assert_eq!(metadata("").json()["resource"], "https://auth.example.com/mcp");
    let only_elsewhere = metadata("/rs.example.com/mcp");
    assert_eq!(only_elsewhere.status, 404);
}

/// A resource that was taken away has no tokens any more, in whatever form, and nothing is refreshed for it.
#[test]
fn what_was_issued_for_a_resource_that_is_gone_is_void() {
    let before = Node::start(&with_elsewhere(""));
    let client = Client::public(&before);
    let issued = Tokens::of(&tokens(&before, &client, ELSEWHERE));
    let after = Node::start(&Deployment::usual().signing().at("https://auth.example.com"));
    let reply = client.refresh(&after, issued.refresh());
    assert_eq!((reply.status, reply.text("error").as_str()), (400, "invalid_target"));
    let access = sealbearer::http::access::open(
        &after.server().seal,
        &after.server().policy,
        &issued.access,
        after.clock().now(),
    );
    assert!(access.is_none());
}
