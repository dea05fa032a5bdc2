//! The end of a login, as a client asks for it.
//!
//! Source: OpenID Connect RP-Initiated Logout 1.0 §2 to §4. What cannot be believed counts for nothing: then the person is
//! asked, and goes nowhere afterwards. No request is refused, for whoever wants to log out shall be able to.

use url::form_urlencoded;

use super::location::with_query;
use super::request::STATE_BYTES_MAX;
use super::session::LoginSession;
use crate::identity::IdTokenHint;
use crate::oauth::client::{Client, ClientOrigin};

/// The parameters of a logout request, as sent: each at most once, empty counted as absent.
#[derive(Clone, Debug, Default)]
pub struct LogoutParameters {
    /// `id_token_hint`, if it is an ID token of ours.
    pub hint: Option<IdTokenHint>,
    /// `client_id`
    pub client_id: Option<String>,
    /// `post_logout_redirect_uri`
    pub post_logout_redirect_uri: Option<String>,
    /// `state`
    pub state: Option<String>,
}

/// A logout request whose parts do not contradict one another.
#[derive(Clone, Debug)]
pub struct LogoutRequested {
    sent: LogoutParameters,
}

/// Who is logged in in the browser, as far as that can be seen.
#[derive(Clone, Copy, Debug)]
pub enum Presence<'a> {
    /// Somebody.
    Person(&'a LoginSession),
    /// Nobody.
    Nobody,
    /// Browsers send no login with a form of another site.
    Unseen,
}

/// What follows from a logout request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Judged {
    /// The login ends at once.
    End(Onward),
    /// The person is asked.
    Ask(AwaitingLogout),
}

/// A person has yet to say whether they want to log out. Sealed, it is the logout ticket.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AwaitingLogout {
    destination: Option<Destination>,
}

/// Where the browser goes once nobody is logged in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Destination {
    /// The post-logout redirect URI, with `state`.
    pub location: String,
    /// Whether it goes there by itself. Anybody can register a client; sending browsers to its sites unseen would make
    /// this server an open redirector.
    pub vouched: bool,
}

/// How the browser goes on once nobody is logged in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Onward {
    /// It stays here.
    Nowhere,
    /// The person may follow a link.
    Link(String),
    /// At once.
    Redirect(String),
}

impl LogoutRequested {
    /// Judges what the parts of a request say of one another.
    ///
    /// # Source
    ///
    /// §2: a `client_id` must be the client that the hint was issued to; if it is not, neither is believed.
    #[must_use]
    pub fn new(sent: LogoutParameters) -> Self {
        let (hint, client_id) = match (sent.hint, sent.client_id) {
            (Some(hint), Some(id)) if hint.audience != id => (None, None),
            (Some(hint), None) => {
                let audience = hint.audience.clone();
                (Some(hint), Some(audience))
            }
            as_sent => as_sent,
        };
        Self { sent: LogoutParameters { hint, client_id, ..sent } }
    }

    /// Whose request it says it is.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.sent.client_id.as_deref()
    }

    /// What follows in a browser with `presence`; `client` is the one that [`Self::client_id`] names, if there is one.
    ///
    /// # Source
    ///
    /// §2: the person must be asked unless the hint is about whoever is logged in. §3: only what was registered is a
    /// place to go, exactly.
    #[must_use]
    pub fn judge(self, client: Option<&Client>, presence: Presence<'_>) -> Judged {
        let hinted = self.sent.hint.as_ref().map(|hint| &hint.subject);
        match presence {
            Presence::Person(session) if hinted == Some(&session.subject) => {
                Judged::End(Destination::onward(self.destination(client, true)))
            }
            Presence::Person(_) | Presence::Unseen => {
                Judged::Ask(AwaitingLogout { destination: self.destination(client, false) })
            }
            Presence::Nobody => Judged::End(Destination::onward(self.destination(client, false))),
        }
    }

    /// Where the browser may go. `is_hinted`: the person who is logged in used the client before.
    fn destination(&self, client: Option<&Client>, is_hinted: bool) -> Option<Destination> {
        let client = client.filter(|client| self.client_id() == Some(client.id.as_str()))?;
        let sent = self.sent.post_logout_redirect_uri.as_deref()?;
        let uri = client.post_logout_redirect_uris.iter().find(|uri| uri.as_str() == sent)?;
        let state = self.sent.state.as_deref();
        if state.is_some_and(|state| state.len() > STATE_BYTES_MAX) {
            return None;
        }
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(state.map(|state| ("state", state)))
            .finish();
        let location = with_query(uri.as_str(), &query);
        let vouched = is_hinted || client.origin == ClientOrigin::Preregistered;
        Some(Destination { location, vouched })
    }
}

impl AwaitingLogout {
    /// A stage that was sealed as a logout ticket. Only for the module that opens tickets.
    #[must_use]
    pub fn unsealed(destination: Option<Destination>) -> Self {
        Self { destination }
    }

    /// Where the browser would go.
    #[must_use]
    pub fn destination(&self) -> Option<&Destination> {
        self.destination.as_ref()
    }

    /// The person wants to log out.
    #[must_use]
    pub fn logout_confirmed(self) -> Onward {
        Destination::onward(self.destination)
    }
}

impl Destination {
    fn onward(destination: Option<Self>) -> Onward {
        match destination {
            None => Onward::Nowhere,
            Some(Self { location, vouched: true }) => Onward::Redirect(location),
            Some(Self { location, vouched: false }) => Onward::Link(location),
        }
    }
}
