//! The files that people bring from the systems this server stands in for.

use sealbearer::config::{ConsentMode, CorsOrigins, GrantTypeName, RefreshTokens};

use super::{LEAST, accepted, of_file};

/// T6: a pre-configured static client, id and secret from configuration.
#[test]
fn a_static_client_has_its_id_and_secret_from_the_file() {
    let file = format!(
        "{LEAST}\n[[clients]]\nid = \"toolarr\"\nname = \"Toolarr\"\nsecret_hash = \"K7gNU3sdo-OL0wNhqoVWhr3g6s1xYv72ol_pe_Unols\"\n\
         redirect_uris = [\"https://claude.ai/api/mcp/auth_callback\"]\n\
         grant_types = [\"authorization_code\", \"refresh_token\", \"client_credentials\"]\n\
         access_lifetime = \"8h\"\nrefresh_grace = \"10m\"\nrefresh_rotation = false\nconsent = \"implied\"\n"
    );
    let config = accepted(&of_file(&file));
    let client = config.client("toolarr").expect("it is in the file");
    assert!(client.secret.as_ref().is_some_and(|known| known.verify("secret")));
    assert!(client.allows(GrantTypeName::ClientCredentials));
    assert_eq!(
        (client.access_lifetime_seconds, client.refresh_grace_seconds),
        (Some(28_800), Some(600))
    );
    assert_eq!((client.refresh_rotation, client.consent), (false, ConsentMode::Implied));
}

/// R5: two clients, each with several redirect URIs (shown for copying, loopback, https) and its own scopes.
#[test]
fn two_clients_have_several_redirect_uris_and_their_own_scopes() {
    let file = format!(
        "{LEAST}\n[[clients]]\nid = \"claude\"\nsecret_hash = \"K7gNU3sdo-OL0wNhqoVWhr3g6s1xYv72ol_pe_Unols\"\n\
         redirect_uris = [\"urn:ietf:wg:oauth:2.0:oob\", \"http://localhost:8080/callback\", \"https://claude.ai/oauth/callback\"]\n\
         scopes = [\"mcp:tools\", \"mcp:resources\", \"mcp:prompts\"]\n\n\
         [[clients]]\nid = \"monitor\"\nredirect_uris = [\"urn:ietf:wg:oauth:2.0:oob\", \"http://[::1]/cb\", \"cursor://anysphere.cursor-mcp/oauth\", \"com.example.app:/cb\"]\n\
         scopes = [\"system:read\", \"system:monitor\"]\nconsent = \"remembered\"\n"
    );
    let config = accepted(&of_file(&file));
    let [claude, monitor] =
        ["claude", "monitor"].map(|id| config.client(id).expect("it is in the file"));
    assert_eq!(claude.redirect_uris.len(), 3);
    assert_eq!(claude.scopes, ["mcp:tools", "mcp:resources", "mcp:prompts"]);
    assert_eq!(monitor.redirect_uris.len(), 4);
    assert_eq!(monitor.scopes, ["system:read", "system:monitor"]);
    assert!(monitor.secret.is_none() && monitor.consent == ConsentMode::Remembered);
}

/// D9: scopes of its own, one implying the next, and the origins of its web clients.
#[test]
fn scopes_imply_each_other_and_origins_are_listed() {
    let file = format!(
        "{LEAST}scopes = [\"mcp:read\"]\n\n\
         [[scopes]]\nname = \"mcp:read\"\ndescription = \"Read\"\n\
         [[scopes]]\nname = \"mcp:write\"\ndescription = \"Write\"\nimplies = [\"mcp:read\"]\ndefault = false\n\
         [[scopes]]\nname = \"mcp:admin\"\ndescription = \"Administer\"\nimplies = [\"mcp:write\"]\ndefault = false\n\
         [cors]\norigins = [\"https://app.example.com\", \"http://localhost:6274\"]\n\
         [registration]\ndynamic = \"closed\"\n[tokens]\nrefresh_tokens = \"off\"\n"
    );
    let config = accepted(&of_file(&file));
    assert_eq!(
        config.scope("mcp:admin").map(|scope| scope.implies.as_slice()),
        Some(["mcp:write".to_owned()].as_slice())
    );
    assert_eq!(config.resources[0].scopes_required, ["mcp:read"]);
    assert_eq!(config.resources[0].scopes_supported.len(), 3);
    assert!(matches!(&config.cors_origins, CorsOrigins::Listed(origins) if origins.len() == 2));
    assert!(!config.registration.open);
    assert_eq!(config.tokens.refresh_tokens, RefreshTokens::Off);
}

/// RFC 8252 §7.1: private-use schemes by policy; what runs or shows something is never one.
#[test]
fn private_use_schemes_follow_the_policy() {
    let outcome = |settings: &str, scheme: &str| {
        let client =
            format!("[[clients]]\nid = \"app\"\nredirect_uris = [\"{scheme}://callback\"]");
        super::outcome(&of_file(&format!("{LEAST}[registration]\n{settings}\n{client}")))
    };
    for scheme in ["cursor", "vscode", "vscode-insiders", "com.example.app"] {
        assert_eq!(outcome("", scheme), "accepted", "{scheme}");
    }
    for scheme in ["windsurf", "javascript", "data", "file", "vbscript", "blob", "about"] {
        assert_ne!(outcome("", scheme), "accepted", "{scheme}");
    }
    let narrow = "redirect_schemes = [\"windsurf\"]\nreverse_domain_schemes = false";
    assert_eq!(outcome(narrow, "windsurf"), "accepted");
    assert_ne!(outcome(narrow, "cursor"), "accepted");
    assert_ne!(outcome(narrow, "com.example.app"), "accepted");
}
