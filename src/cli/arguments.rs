//! What can be typed.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

use clap::{Args, Parser, Subcommand, ValueEnum};

use protocol::oauth::algorithm::SigningAlgorithm;

use super::mcp::McpArguments;
use crate::config::SecretText;

/// An OAuth 2.1 authorization server for the Model Context Protocol that stores nothing.
#[derive(Debug, Parser)]
#[command(name = "sealbearer", version, about, arg_required_else_help = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Start the server.
    Serve(Box<ServeArguments>),
    /// The key ring file: what all nodes share.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Sealed values.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Take back what was issued: at the running server, or, where nothing is remembered, in the configuration.
    Revoke(Box<RevokeArguments>),
    /// Examine a deployment, this one or anybody's: which client can connect, and why not.
    Doctor(DoctorArguments),
    /// An MCP server of its own that keeps notes, and asks an authorization server about every token.
    Mcp(Box<McpArguments>),
    /// People who can log in.
    #[command(subcommand)]
    User(UserCommand),
    /// Clients that need no registration.
    #[command(subcommand)]
    Client(ClientCommand),
}

/// `doctor`.
#[derive(Args, Debug)]
pub(super) struct DoctorArguments {
    /// The MCP server as clients are given it, or the issuer. Without: what the configuration serves.
    pub(super) url: Option<String>,
    /// The configuration of the server, to show the settings that weaken it; also `SEALBEARER_CONFIG`.
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Register each client as it does itself, and begin an authorization with it. Without, nothing is registered.
    #[arg(long)]
    pub(super) register: bool,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// `serve`.
#[derive(Args, Debug, Default)]
pub(super) struct ServeArguments {
    /// The configuration file (TOML); also `SEALBEARER_CONFIG`.
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The address to listen on, over `listen` of the file.
    #[arg(long, value_name = "ADDRESS", value_parser = parse_host)]
    pub(super) host: Option<IpAddr>,
    /// The port to listen on, over `listen` of the file.
    #[arg(long)]
    pub(super) port: Option<u16>,
    /// The URL by which clients reach this server (the issuer).
    #[arg(long, value_name = "URL")]
    pub(super) public_url: Option<String>,
    /// Try everything on this machine: loopback only, key ring made once, a demo user.
    #[arg(long)]
    pub(super) demo: bool,
    /// Protect the MCP server at this URL, instead of the built-in one at /mcp.
    #[arg(long, value_name = "URL", requires = "demo")]
    pub(super) protect: Option<String>,
    /// The demo user, instead of `demo` and a random password.
    #[arg(long, value_name = "NAME:PASSWORD", value_parser = parse_user, requires = "demo")]
    pub(super) user: Option<(String, SecretText)>,
    /// Where the demo keeps its key ring.
    #[arg(long, value_name = "FOLDER")]
    pub(super) data_dir: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Make a new key ring file; an existing one is never overwritten.
    Generate {
        /// The file (else `SEALBEARER_KEYRING_FILE`, else keyring.json).
        #[arg(long, value_name = "FILE")]
        keyring: Option<PathBuf>,
        /// What other servers verify with; repeatable. Resources name the one they want.
        #[arg(long = "algorithm", value_name = "ALGORITHM", value_parser = parse_algorithm, default_value = "ES256")]
        algorithms: Vec<SigningAlgorithm>,
    },
    /// Show every key, its state and its age.
    List {
        /// The file (else `SEALBEARER_KEYRING_FILE`, else keyring.json).
        #[arg(long, value_name = "FILE")]
        keyring: Option<PathBuf>,
    },
    /// Take the next step of replacing a key: add one that opens, or let the added one seal.
    Rotate {
        /// The file (else `SEALBEARER_KEYRING_FILE`, else keyring.json).
        #[arg(long, value_name = "FILE")]
        keyring: Option<PathBuf>,
        /// Which ring; registrations never expire, so theirs is rotated rarely.
        #[arg(long, value_enum, default_value_t = RingName::Sealing)]
        ring: RingName,
        /// Which of the signing keys; the first one of an algorithm is added the same way.
        #[arg(long, value_name = "ALGORITHM", value_parser = parse_algorithm, default_value = "ES256")]
        algorithm: SigningAlgorithm,
    },
    /// Destroy a key that no longer seals: nothing it sealed opens any more.
    Retire {
        /// The key, as `list` names it.
        id: String,
        /// The file (else `SEALBEARER_KEYRING_FILE`, else keyring.json).
        #[arg(long, value_name = "FILE")]
        keyring: Option<PathBuf>,
    },
}

/// The rings by name.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum RingName {
    /// What everything that ends is sealed under.
    Sealing,
    /// What client ids are signed with.
    Registration,
    /// What other servers verify signatures with.
    Signing,
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Make a bearer token for a program that knows no OAuth, or for a person's scripts. The lines for the configuration
    /// file go to standard output, the token to standard error, once.
    Create(TokenCreateArguments),
    /// Read a sealed value from standard input and say what it is. Give the options that the server was started with.
    Explain(Box<ServeArguments>),
}

/// `revoke`.
#[derive(Args, Debug)]
pub(super) struct RevokeArguments {
    #[command(flatten)]
    pub(super) what: RevokeWhat,
    /// What was issued before this instant (UTC, 2026-11-21T10:00:00Z); without: now.
    #[arg(long, value_name = "INSTANT", conflicts_with_all = ["token", "family"])]
    pub(super) before: Option<String>,
    /// The node to tell, if not the one at `public_url`.
    #[arg(long, value_name = "URL")]
    pub(super) url: Option<String>,
    /// As the server was started.
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// As the server was started.
    #[arg(long, value_name = "URL")]
    pub(super) public_url: Option<String>,
    /// As the server was started.
    #[arg(long)]
    pub(super) demo: bool,
    /// As the server was started.
    #[arg(long)]
    pub(super) port: Option<u16>,
    /// As the server was started.
    #[arg(long, value_name = "FOLDER")]
    pub(super) data_dir: Option<PathBuf>,
}

/// What is revoked: one of these.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(super) struct RevokeWhat {
    /// The token on standard input; a refresh token goes with its family.
    #[arg(long)]
    pub(super) token: bool,
    /// Everything that descends from the same consent as the token on standard input.
    #[arg(long)]
    pub(super) family: bool,
    /// Everything that this client holds.
    #[arg(long, value_name = "ID")]
    pub(super) client: Option<String>,
    /// Everything that speaks for this person, and their logins.
    #[arg(long, value_name = "NAME")]
    pub(super) user: Option<String>,
    /// Everything.
    #[arg(long)]
    pub(super) everything: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Read a password from standard input and print its hash and the lines for the configuration file.
    Hash {
        /// The login name for those lines.
        #[arg(long)]
        name: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// Make an id and a secret. The lines for the configuration file go to standard output, the secret to standard
    /// error, once.
    Add(ClientAddArguments),
}

/// `token create`.
#[derive(Args, Debug)]
pub(super) struct TokenCreateArguments {
    /// What logs call it.
    #[arg(long)]
    pub(super) name: String,
    /// The person it speaks for, a name of `[[users]]`. Without: nobody.
    #[arg(long, value_name = "USER")]
    pub(super) subject: Option<String>,
    /// A scope it allows; repeatable.
    #[arg(long = "scope", required = true)]
    pub(super) scopes: Vec<String>,
    /// The path of a resource where it may be used; repeatable. Without: all of them.
    #[arg(long = "resource", value_name = "PATH")]
    pub(super) resources: Vec<String>,
    /// How long it is good, in days.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u64).range(1..=3_660))]
    pub(super) days: u64,
}

/// `client add`.
#[derive(Args, Debug)]
pub(super) struct ClientAddArguments {
    /// Its id, instead of a random one.
    #[arg(long)]
    pub(super) id: Option<String>,
    /// What the consent page calls it.
    #[arg(long)]
    pub(super) name: Option<String>,
    /// Make no secret: a program on people's own machines cannot keep one.
    #[arg(long)]
    pub(super) public: bool,
    /// Make no secret: the client signs with a private key, and this file has the public one (a JSON Web Key Set).
    #[arg(long, value_name = "FILE", conflicts_with_all = ["public", "jwks_uri"])]
    pub(super) jwks: Option<String>,
    /// The same, with the public keys published at this URL.
    #[arg(long, value_name = "URL", conflicts_with = "public")]
    pub(super) jwks_uri: Option<String>,
    /// Where answers may go; repeatable.
    #[arg(long = "redirect-uri", value_name = "URI")]
    pub(super) redirect_uris: Vec<String>,
    /// A grant it may use; repeatable. Without: the code flow if there is a redirect URI, else client credentials.
    #[arg(long = "grant-type", value_name = "TYPE")]
    pub(super) grant_types: Vec<String>,
    /// A scope it may ask for; repeatable. Without: every scope.
    #[arg(long = "scope")]
    pub(super) scopes: Vec<String>,
}

fn parse_algorithm(text: &str) -> Result<SigningAlgorithm, String> {
    SigningAlgorithm::parse(text).ok_or_else(|| "not one of ES256, EdDSA and RS256".to_owned())
}

pub(super) fn parse_host(text: &str) -> Result<IpAddr, String> {
    match text {
        "localhost" => Ok(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        _ => text.parse().map_err(|_| "not an IP address (or localhost)".to_owned()),
    }
}

fn parse_user(text: &str) -> Result<(String, SecretText), String> {
    let (name, password) = text.split_once(':').ok_or("no colon between name and password")?;
    Ok((name.to_owned(), SecretText::new(password)))
}
