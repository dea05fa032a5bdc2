//! How an authorization request ends by a page, because no client can be told.
//!
//! Source: RFC 6749 §4.1.2.1, OAuth 2.1 (draft 13) §7.13, RFC 9700 §4.4 (answers of another server).

use std::fmt;

use crate::registration::document::DocumentError;

/// A person is told, by a page, because no redirect URI can be trusted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Rejection {
    /// No `client_id`.
    ClientMissing,
    /// No such client, or its registration was made elsewhere or altered.
    ClientUnknown,
    /// The document that says who the client is cannot be had at the moment.
    DocumentUnavailable,
    /// The document that says who the client is breaks a rule.
    DocumentInvalid(DocumentError),
    /// The operator does not let clients of this host in.
    HostDenied,
    /// `redirect_uri` is not among the client's, or absent where the choice is not obvious.
    RedirectUriUnknown,
    /// `state` is longer than [`super::request::STATE_BYTES_MAX`].
    StateTooLong,
    /// A parameter was repeated or unreadable, so none of them can be trusted.
    ParametersMalformed,
    /// The ticket in the form was not made here, or was altered.
    TicketUnreadable,
    /// The ticket's time is over.
    TicketExpired,
    /// The ticket was made for another browser.
    BrowserMismatch,
    /// The form was sent by another site.
    ForeignOrigin,
    /// No identity provider of this name is set up here.
    ProviderUnknown,
    /// An answer of an identity provider that this browser does not wait for: the login was begun elsewhere, is over, or
    /// had to make room for others.
    TransactionUnknown,
    /// An answer came back from another identity provider than the one that was asked.
    ProviderMismatch,
    /// The login with an identity provider was begun too long ago.
    TransactionExpired,
    /// The login with an identity provider was finished before.
    TransactionUsed,
    /// What must wait in the browser while its person is away is more than a browser keeps.
    TransactionTooLarge,
}

impl Rejection {
    /// Every reason, for tests that must cover all of them.
    pub const ALL: [Self; 18] = [
        Self::ClientMissing,
        Self::ClientUnknown,
        Self::DocumentUnavailable,
        Self::DocumentInvalid(DocumentError::ClientId),
        Self::HostDenied,
        Self::RedirectUriUnknown,
        Self::StateTooLong,
        Self::ParametersMalformed,
        Self::TicketUnreadable,
        Self::TicketExpired,
        Self::BrowserMismatch,
        Self::ForeignOrigin,
        Self::ProviderUnknown,
        Self::TransactionUnknown,
        Self::ProviderMismatch,
        Self::TransactionExpired,
        Self::TransactionUsed,
        Self::TransactionTooLarge,
    ];

    /// What happened, for the person.
    #[must_use]
    pub fn cause(self) -> &'static str {
        match self {
            Self::ClientMissing => {
                "The address does not say which application is asking. It may have been cut off."
            }
            Self::ClientUnknown => {
                "The application that sent you here is not known to this server."
            }
            Self::DocumentUnavailable => {
                "The application says who it is by a document on its own site, and that document cannot be read at the moment."
            }
            Self::DocumentInvalid(error) => error.description(),
            Self::HostDenied => {
                "Whoever runs this server does not accept applications from that site."
            }
            Self::RedirectUriUnknown => {
                "The application asked for an answer at an address it has not registered."
            }
            Self::StateTooLong => {
                "The application sent a state value that is too long to be returned."
            }
            Self::ParametersMalformed => {
                "The address contains a part twice, or a part that cannot be read."
            }
            Self::TicketUnreadable => "The form does not belong to this server, or was changed.",
            Self::TicketExpired => "The form was open for too long.",
            Self::BrowserMismatch => {
                "The form was opened in another browser, or cookies are turned off."
            }
            Self::ForeignOrigin => "The form was sent by another web site.",
            Self::ProviderUnknown => "This server has no identity provider of that name.",
            Self::TransactionUnknown => {
                "This browser is not waiting for this answer. The login was begun in another browser, or is already over."
            }
            Self::ProviderMismatch => {
                "The answer came from another identity provider than the one you were sent to."
            }
            Self::TransactionExpired => "The login took longer than ten minutes.",
            Self::TransactionUsed => "This login was already finished.",
            Self::TransactionTooLarge => {
                "The application's request is longer than what a browser can keep while you log in."
            }
        }
    }

    /// What the person can do about it.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::ClientMissing => {
                "Copy the whole address from the application, or start again from there."
            }
            Self::ClientUnknown => {
                "In the application, remove this connection and add it again; it will then register anew."
            }
            Self::DocumentUnavailable => {
                "Nothing is wrong with your account or your connection. Wait a minute, then start again from the application."
            }
            Self::DocumentInvalid(_) | Self::TransactionTooLarge => {
                "Nothing you can change: tell the makers of the application what it says above."
            }
            Self::HostDenied => "Ask whoever runs this server to accept that site.",
            Self::RedirectUriUnknown => {
                "In the application, remove this connection and add it again. \
                 If you run this server, compare the address with the client's redirect URIs."
            }
            Self::StateTooLong | Self::ParametersMalformed => {
                "Start again from the application. If it happens again, tell its makers."
            }
            Self::TicketUnreadable | Self::TicketExpired => {
                "Go back to the application and start again."
            }
            Self::BrowserMismatch => {
                "Allow cookies for this site, then go back to the application and start again in this browser."
            }
            Self::ForeignOrigin | Self::ProviderMismatch => {
                "Do not continue from the other site. Start again from the application."
            }
            Self::ProviderUnknown => {
                "Start again from the application. If you run this server, compare the callback address at the identity provider with the README."
            }
            Self::TransactionUnknown => {
                "If you did not begin to log in here yourself, close this page. Otherwise start again from the application, in this browser."
            }
            Self::TransactionExpired | Self::TransactionUsed => "Start again from the application.",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.cause())
    }
}
