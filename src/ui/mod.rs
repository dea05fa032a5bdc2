//! Pages: from plain values to HTML. Escaping happens in the templates, whatever the text is.
//!
//! Source: MCP security best practices 2026-07-28 (what a consent page shows), WCAG 2.2.

mod display;
pub mod docs;
mod hints;
mod style;

use askama::Template;
use display::filters;

pub use display::{display_text, duration};
pub use hints::{Hint, RECONNECT};
pub use style::{content_security_policy, form_policy, source_of};

/// Asks who is there.
#[derive(Clone, Debug, Template)]
#[template(path = "login.html", config = "src/ui/askama.toml")]
pub struct LoginPage {
    /// Who asked for it, for people.
    pub client_name: String,
    /// The host that vouches for that, if one does.
    pub client_host: Option<String>,
    /// Host, or scheme, that hears the answer.
    pub redirect_target: String,
    /// Where the form goes.
    pub action: String,
    /// The sealed login ticket.
    pub ticket: String,
    /// What was typed before.
    pub username: String,
    /// What went wrong before.
    pub error: Option<String>,
    /// Our own host, which the person should see in the address bar.
    pub own_host: String,
    /// Whether people have passwords here.
    pub has_password: bool,
    /// Who else can say who is there.
    pub providers: Vec<ProviderLine>,
}

/// An identity provider that a page offers.
#[derive(Clone, Debug)]
pub struct ProviderLine {
    /// What the form sends.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// Asks as whom the person goes on.
#[derive(Clone, Debug, Template)]
#[template(path = "account.html", config = "src/ui/askama.toml")]
pub struct AccountPage {
    /// What the person who is logged in is called.
    pub account_name: String,
    /// Their e-mail address, if known.
    pub account_email: Option<String>,
    /// Who asked for it, for people.
    pub client_name: String,
    /// Host, or scheme, that hears the answer.
    pub redirect_target: String,
    /// Where the form goes.
    pub action: String,
    /// The sealed account ticket.
    pub ticket: String,
}

/// Asks whether a client may act for the person.
#[derive(Clone, Debug, Template)]
#[template(path = "consent.html", config = "src/ui/askama.toml")]
pub struct ConsentPage {
    /// What the person is called.
    pub account_name: String,
    /// Their e-mail address, if known.
    pub account_email: Option<String>,
    /// What the client calls itself.
    pub client_name: String,
    /// Who vouches for that.
    pub voucher: Voucher,
    /// Host, or scheme, that hears the answer.
    pub redirect_target: String,
    /// What the protected resource is called.
    pub resource_name: String,
    /// Its identifier.
    pub resource: String,
    /// What would be allowed.
    pub scopes: Vec<ScopeLine>,
    /// Whether any of it can be left out.
    pub offers: bool,
    /// What is wrong with the answer that was given before.
    pub error: Option<&'static str>,
    /// For how long.
    pub duration: String,
    /// Why to be careful.
    pub warnings: Vec<&'static str>,
    /// Where the form goes.
    pub action: String,
    /// The sealed consent ticket.
    pub ticket: String,
    /// The identity provider that says next who the person is, if they are not known yet.
    pub provider_name: Option<String>,
    /// Whether there is another way to log in.
    pub can_switch: bool,
}

/// Asks whether a person wants to log out.
#[derive(Clone, Debug, Template)]
#[template(path = "logout.html", config = "src/ui/askama.toml")]
pub struct LogoutPage {
    /// What the person is called, if the browser says who is logged in.
    pub account_name: Option<String>,
    /// Who asks for it, if that is known.
    pub client_name: Option<String>,
    /// The host, or scheme, that the browser can go on to.
    pub target: Option<String>,
    /// Where the form goes.
    pub action: String,
    /// The sealed logout ticket.
    pub ticket: String,
}

/// Says that a login has ended, or that it has not.
#[derive(Clone, Debug, Template)]
#[template(path = "logged_out.html", config = "src/ui/askama.toml")]
pub struct LoggedOutPage {
    title: &'static str,
    words: &'static str,
    continue_to: Option<(String, String)>,
}

impl LoggedOutPage {
    /// Nobody is logged in any more. `continue_to`: a host and the link that leads there.
    #[must_use]
    pub fn ended(continue_to: Option<(String, String)>) -> Self {
        let words = "Nobody is logged in here in this browser. Applications that you allowed keep their access until it ends.";
        Self { title: "You are logged out", words, continue_to }
    }

    /// The person wanted to stay.
    #[must_use]
    pub fn stayed() -> Self {
        Self { title: "Nothing has changed", words: "You did not log out.", continue_to: None }
    }
}

/// Who says that a client is what it calls itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Voucher {
    /// Whoever runs this server wrote it into the configuration.
    Operator,
    /// The host that serves the client's metadata document.
    Host(String),
    /// Nobody: anyone may register under any name.
    Nobody,
}

/// One scope in words.
#[derive(Clone, Debug)]
pub struct ScopeLine {
    /// What it allows.
    pub description: String,
    /// The scope token.
    pub name: String,
    /// What follows from it.
    pub includes: Vec<String>,
    /// Whether its box is ticked to begin with.
    pub ticked: bool,
    /// Whether it cannot be left out.
    pub fixed: bool,
}

/// Says what went wrong, why, and what to do.
#[derive(Clone, Debug, Template)]
#[template(path = "problem.html", config = "src/ui/askama.toml")]
pub struct ProblemPage {
    /// What went wrong, in a few words.
    pub title: &'static str,
    /// Why.
    pub cause: String,
    /// What the person can do.
    pub remedy: String,
    /// How to do it in the applications we know; see [`RECONNECT`].
    pub hints: &'static [Hint],
    /// Where the client hears of it, if it can.
    pub continue_link: Option<String>,
    /// The host of that link.
    pub continue_host: String,
    /// Where the person can begin anew.
    pub restart_link: Option<String>,
    /// What the log calls this request.
    pub correlation_id: String,
}

/// Shows the code to copy.
#[derive(Clone, Template)]
#[template(path = "code.html", config = "src/ui/askama.toml")]
pub struct CodePage {
    /// The code.
    pub code: String,
}

/// Hands over to an application by its own URI scheme.
#[derive(Clone, Template)]
#[template(path = "return.html", config = "src/ui/askama.toml")]
pub struct ReturnPage {
    /// The redirect URI with the answer; only ever one that matched a registration, so its scheme is none that runs code.
    pub location: String,
}

/// Shows what a redirect brought.
#[derive(Clone, Template)]
#[template(path = "callback.html", config = "src/ui/askama.toml")]
pub struct CallbackPage {
    /// `code`
    pub code: Option<String>,
    /// `state`
    pub state: Option<String>,
    /// `iss`
    pub iss: Option<String>,
    /// `error`
    pub error: Option<String>,
    /// `error_description`
    pub error_description: Option<String>,
    /// The address of this page, which the exchange must repeat.
    pub redirect_uri: String,
    /// Where the code is exchanged.
    pub token_endpoint: String,
}

/// Says what this server is, and where to go.
#[derive(Clone, Debug, Template)]
#[template(path = "home.html", config = "src/ui/askama.toml")]
pub struct HomePage {
    /// Where to go.
    pub links: Vec<Link>,
    /// What the ledger promises.
    pub guarantee: String,
}

/// A link with a name.
#[derive(Clone, Debug)]
pub struct Link {
    /// What it leads to.
    pub name: &'static str,
    /// Where.
    pub url: String,
}

/// The HTML of a page.
///
/// # Panics
///
/// Never: templates only write to memory.
#[must_use]
pub fn html(page: &impl Template) -> String {
    page.render().expect("a template writes to memory")
}
