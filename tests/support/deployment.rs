//! What the nodes of a test are told: a configuration file like an operator's, and the secret they share.

use std::path::PathBuf;
use std::sync::LazyLock;

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, Version};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use sealbearer::config::{Config, KeySource, Overrides, Sources};
use sealbearer::keys::KeyRing;
use sha2::{Digest as _, Sha256};

/// The public URL unless a test says another: http on loopback, as in `--demo`.
pub(crate) const ISSUER: &str = "http://127.0.0.1:9000";

/// A person and the password; she may allow everything.
pub(crate) const ALICE: (&str, &str) = ("alice", "correct horse");
/// A person who may allow the tools only.
pub(crate) const BOB: (&str, &str) = ("bob", "battery staple");

const SECRET: &str = "V5i/Z4B9AmlZ4eBe98mxpK6f+xzXENteAh/Gcb9WlUw=";

/// One key for each algorithm, the same for all deployments of one run: none of them is ever used for real.
static SIGNING_KEYS: LazyLock<String> = LazyLock::new(|| {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("OpenSSL knows the curve");
    let keys = [
        EcKey::generate(&group).and_then(PKey::from_ec_key),
        PKey::generate_ed25519(),
        Rsa::generate(2_048).and_then(PKey::from_rsa),
    ];
    let pem = keys.map(|key| key.and_then(|key| key.private_key_to_pem_pkcs8()).expect("a key"));
    String::from_utf8(pem.concat()).expect("PEM is text")
});

/// The first of them, for ES256: a node that starts does not check it for long.
static FIRST_KEY: LazyLock<&str> = LazyLock::new(|| {
    let keys: &'static str = &SIGNING_KEYS;
    keys.split_inclusive("-----END PRIVATE KEY-----\n").next().expect("there are three")
});

/// Hashes as cheap as the configuration allows.
static HASHES: LazyLock<[String; 2]> = LazyLock::new(|| {
    let params = Params::new(7_168, 5, 1, None).expect("the parameters are allowed");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    [ALICE, BOB].map(|(name, password)| {
        let salt = format!("the salt of {name}");
        let hash: argon2::password_hash::Result<PasswordHash> =
            argon2.hash_password_with_salt(password.as_bytes(), salt.as_bytes());
        hash.expect("the password can be hashed").to_string()
    })
});

/// A deployment: the same for all of its nodes.
#[derive(Clone, Debug)]
pub(crate) struct Deployment {
    public_url: String,
    root: String,
    tables: String,
    ring: &'static str,
    ring_file: Option<PathBuf>,
    upstream: String,
    /// Lines of the resource.
    form: String,
    signing_keys: Option<&'static str>,
    demo: bool,
    has_bob: bool,
    has_people: bool,
    of_alice: String,
}

impl Deployment {
    /// Two people, one resource, open registration, ledger `memory`.
    pub(crate) fn usual() -> Self {
        Self {
            public_url: ISSUER.to_owned(),
            root: String::new(),
            tables: String::new(),
            ring: SECRET,
            ring_file: None,
            upstream: "builtin".to_owned(),
            form: String::new(),
            signing_keys: None,
            demo: false,
            has_bob: true,
            has_people: true,
            of_alice: String::new(),
        }
    }

    /// What `serve --demo` serves, with the people of the tests besides.
    pub(crate) fn demo() -> Self {
        Self { demo: true, ..Self::usual() }
    }

    /// The same at another address.
    pub(crate) fn at(self, public_url: &str) -> Self {
        Self { public_url: public_url.to_owned(), ..self }
    }

    /// The same after bob left.
    pub(crate) fn without_bob(self) -> Self {
        Self { has_bob: false, ..self }
    }

    /// The same without anybody who has a password here.
    pub(crate) fn without_people(self) -> Self {
        Self { has_people: false, ..self }
    }

    /// The same with the identity provider `id` at `host`; `lines` are of its table.
    pub(crate) fn with_provider(self, id: &str, host: &str, lines: &str) -> Self {
        self.with(&format!(
            "[[providers]]\nid = \"{id}\"\nname = \"{}\"\nkind = \"oidc\"\nissuer = \"https://{host}\"\n\
             client_id = \"sealbearer\"\nclient_secret = \"a secret of ours\"\n{lines}",
            id.to_uppercase()
        ))
    }

    /// The same with more lines in alice's table.
    pub(crate) fn with_alice(self, settings: &str) -> Self {
        Self { of_alice: settings.to_owned(), ..self }
    }

    /// The same with more settings: a line, or a table.
    pub(crate) fn with(mut self, settings: &str) -> Self {
        let place = if settings.starts_with('[') { &mut self.tables } else { &mut self.root };
        place.push_str(settings);
        place.push('\n');
        self
    }

    /// The same with the MCP server at `url` in the place of the built-in one.
    pub(crate) fn protecting(self, url: &str) -> Self {
        Self { upstream: url.to_owned(), ..self }
    }

    /// The same with more lines for its resource.
    pub(crate) fn with_form(self, lines: &str) -> Self {
        Self { form: lines.to_owned(), ..self }
    }

    /// The same with a signing key for each algorithm.
    pub(crate) fn signing(self) -> Self {
        Self { signing_keys: Some(&SIGNING_KEYS), ..self }
    }

    /// The same with one signing key, for ES256.
    pub(crate) fn signing_es256(self) -> Self {
        Self { signing_keys: Some(&FIRST_KEY), ..self }
    }

    /// The same with these settings of `[ledger]`.
    pub(crate) fn with_ledger(self, settings: &str) -> Self {
        self.with(&format!("[ledger]\n{settings}"))
    }

    /// The same with another secret.
    pub(crate) fn with_secret(self, ring: &'static str) -> Self {
        Self { ring, ..self }
    }

    /// The same, configured with a key ring file. Nodes still begin with the secret: they take the file over when they are told.
    pub(crate) fn with_ring_file(self, path: PathBuf) -> Self {
        Self { ring_file: Some(path), ..self }
    }

    /// The same with a pre-registered client; `settings` are lines of its table.
    pub(crate) fn with_client(self, id: &str, secret: Option<&str>, settings: &str) -> Self {
        let hash = |secret| URL_SAFE_NO_PAD.encode(Sha256::digest(secret));
        let secret = secret.map(|secret| format!("secret_hash = \"{}\"\n", hash(secret)));
        let secret = secret.unwrap_or_default();
        self.with(&format!("[[clients]]\nid = \"{id}\"\n{secret}{settings}"))
    }

    fn file(&self) -> String {
        let Self { public_url, root, tables, upstream, form, of_alice, .. } = self;
        let [alice, bob] = &*HASHES;
        let bob = format!(
            "[[users]]\nname = \"bob\"\npassword_hash = \"{bob}\"\nscopes = [\"mcp:tools\"]"
        );
        let bob = if self.has_bob { bob } else { String::new() };
        let alice = format!(
            "[[users]]\nname = \"alice\"\npassword_hash = \"{alice}\"\ndisplay_name = \"Alice Example\"\n\
             email = \"alice@example.com\"\n{of_alice}\n{bob}"
        );
        let people = if self.has_people { alice } else { String::new() };
        format!(
            r#"
public_url = "{public_url}"
{root}
{people}
[[resources]]
path = "/mcp"
name = "Tools"
upstream = "{upstream}"
scopes = ["mcp:tools"]
{form}
{tables}"#
        )
    }

    pub(crate) fn config(&self) -> Config {
        let secret = ("SEALBEARER_SECRET".to_owned(), self.ring.to_owned());
        let keys =
            self.signing_keys.map(|keys| ("SEALBEARER_SIGNING_KEY".to_owned(), keys.to_owned()));
        let variables = [secret].into_iter().chain(keys);
        let sources = Sources {
            file: Some((PathBuf::from("/etc/sealbearer/sealbearer.toml"), self.file())),
            environment: variables.collect(),
            overrides: Overrides { demo: self.demo, ..Overrides::default() },
        };
        let mut config =
            Config::load(&sources).unwrap_or_else(|mistakes| panic!("refused:\n{mistakes}"));
        if let Some(path) = &self.ring_file {
            config.keys = KeySource::File { path: path.clone(), create: false };
        }
        config
    }

    pub(crate) fn ring(&self) -> KeyRing {
        let ring = ring(self.ring);
        let Some(keys) = self.signing_keys else { return ring };
        ring.with_signing_keys(keys).expect("the keys are good")
    }
}

/// A ring of these secrets.
fn ring(secrets: &str) -> KeyRing {
    KeyRing::from_secrets(secrets, None).expect("the secrets are good")
}
