//! What waits in a browser while its person is at their identity provider: one cookie for each login that was begun, set
//! only then, and taken away when somebody comes back with it.
//!
//! Source: MCP security best practices 2026-07-28 (`state` is stored after approval, right before the redirect), RFC 6265.

use cookie::Cookie;
use poem::Request;
use poem::http::header::COOKIE;
use protocol::flow::provider::AwaitingProvider;
use protocol::flow::ticket::Ticket;
use protocol::oauth::time::UnixTime;

use super::Server;
use crate::seal::claims::{TRANSACTION_KEPT_SECONDS, TransactionClaims};

/// How many logins one browser can have under way; the oldest makes room.
const TRANSACTIONS_MAX: usize = 5;
/// How much all our cookies of one browser are together, in bytes, names and separators included. Servers in front of this one
/// take headers of 8 KiB and less.
const COOKIES_BYTES_MAX: usize = 6 * 1_024;
/// What is left free of that for the session that a login ends with, in bytes.
const SESSION_BYTES: usize = 1_000;
/// The longest cookie a browser keeps, with its name, in bytes (RFC 6265 §6.1), and some for its attributes.
const COOKIE_BYTES_MAX: usize = 3_900;
/// How many characters of the upstream `state` are in the name of its cookie: enough to tell a few from one another.
const NAME_CHARACTERS: usize = 8;

/// A transaction as the browser sends it.
struct Kept {
    name: String,
    bytes: usize,
    departed_at: UnixTime,
}

/// The transaction that the browser left with `state` for, and the name of its cookie. Whether it is that state, this
/// browser, and in time is judged by [`Ticket::answered`].
pub(super) fn open(
    http: &Request,
    server: &Server,
    state: &str,
    now: UnixTime,
) -> Option<(String, Ticket<AwaitingProvider>)> {
    let name = name(server, state)?;
    let mut sealed = cookies(http).filter(|(known, _)| *known == name).map(|(_, value)| value);
    let first = sealed.next()?;
    if sealed.next().is_some() {
        return None;
    }
    let claims = server.seal.open::<TransactionClaims>(&first, now).ok()?;
    Some((name, claims.transaction(&server.policy.issuer)?))
}

/// The `Set-Cookie` values that keep `transaction`, and those that make room for it; `None` if no browser would keep it.
pub(super) fn keep(
    http: &Request,
    server: &Server,
    transaction: &Ticket<AwaitingProvider>,
    now: UnixTime,
) -> Option<Vec<String>> {
    let claims = TransactionClaims::new(transaction, &server.policy.issuer);
    let sealed = server.seal.seal(&claims, now);
    let name = name(server, &transaction.stage().handshake().state())?;
    let bytes = size(&name, &sealed);
    if bytes > COOKIE_BYTES_MAX {
        return None;
    }
    let (mut kept, others) = kept(http, server, now);
    kept.sort_by_key(|known| known.departed_at);
    let mut total = others + bytes + kept.iter().map(|known| known.bytes).sum::<usize>();
    let mut set = Vec::new();
    let mut count = kept.len();
    for oldest in &kept {
        if count < TRANSACTIONS_MAX && total <= COOKIES_BYTES_MAX {
            break;
        }
        total -= oldest.bytes;
        count -= 1;
        set.push(end(server, &oldest.name));
    }
    let lifetime = i64::try_from(TRANSACTION_KEPT_SECONDS).unwrap_or(i64::MAX);
    set.push(server.cookies.set(&name, sealed, lifetime));
    Some(set)
}

/// The `Set-Cookie` value that takes a transaction away.
pub(super) fn end(server: &Server, name: &str) -> String {
    server.cookies.set(name, String::new(), 0)
}

/// The transactions of the browser, and how much its other cookies of ours are, with the session that may follow. What does
/// not open has no age, so it goes first.
fn kept(http: &Request, server: &Server, now: UnixTime) -> (Vec<Kept>, usize) {
    let (prefix, ours) = (server.cookies.transaction(), server.cookies.common_prefix());
    let (mut kept, mut others) = (Vec::new(), 0);
    let mut session = 0;
    for (name, value) in cookies(http).filter(|(name, _)| name.starts_with(ours)) {
        let bytes = size(&name, &value);
        if name.starts_with(prefix) {
            let opened = server.seal.open::<TransactionClaims>(&value, now);
            let departed_at = opened.map_or(UnixTime(0), |claims| claims.departed_at());
            kept.push(Kept { name, bytes, departed_at });
        } else if name == server.cookies.session() {
            session = bytes;
        } else {
            others += bytes;
        }
    }
    (kept, others + session.max(SESSION_BYTES))
}

fn size(name: &str, value: &str) -> usize {
    name.len() + value.len() + "=; ".len()
}

fn name(server: &Server, state: &str) -> Option<String> {
    let letters = |text: &&str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let start = state.get(..NAME_CHARACTERS).filter(letters)?;
    Some(format!("{}{start}", server.cookies.transaction()))
}

fn cookies(http: &Request) -> impl Iterator<Item = (String, String)> + '_ {
    let headers = http.headers().get_all(COOKIE).iter();
    headers
        .filter_map(|header| header.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned()))
}
