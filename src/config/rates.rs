//! `[limits.rate]` and `[proxies]`: how often who may ask, and how it is known who asks.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;

use ipnet::IpNet;

use super::{PublicUrl, grammar, reader::Table};

/// Of every rate. A million a minute is more than a node answers: it means "not limited".
const RATE: RangeInclusive<usize> = 1..=1_000_000;
/// More proxies or networks of hosted clients than one deployment knows.
const NETWORKS_MAX: usize = 256;
/// Where Anthropic's hosted clients ask from. Source: <https://docs.claude.com/en/api/ip-addresses>.
const EGRESS: &str = "160.79.104.0/21";

/// `[limits.rate]`: requests per minute, each node counting for itself; as many at once, then again as the minute passes.
/// Of each 1 to 1,000,000. An address is an IPv4 address or an IPv6 /64. Addresses of this machine may ask at least 6,000
/// times, networks of hosted clients a hundred times as often as one address.
#[derive(Clone, Debug)]
pub struct RatesConfig {
    /// Authorization requests and decisions about consent, per address. Default 300: an office behind one address.
    pub authorize: NonZeroU32,
    /// Passwords sent, right or wrong, per address. Default 60: each costs a slow hash.
    pub login: NonZeroU32,
    /// Token requests per address, of hosted clients per `client_id`. Default 600: machines that refresh hourly.
    pub token: NonZeroU32,
    /// Token requests that fail, per `client_id` and address. Default 60: nobody succeeds by trying.
    pub token_failures: NonZeroU32,
    /// Registrations per address. Default 60: some clients register for each connection. Source: RFC 7591 §5.
    pub register: NonZeroU32,
    /// Introspection and revocation per address. Default 6,000: a resource server asks for every request it gets.
    pub introspect: NonZeroU32,
    /// Client metadata documents fetched per host. Default 60; they are cached.
    pub documents: NonZeroU32,
    /// Wrong passwords for one name within 15 minutes, from all addresses together; then one more each 15 min ÷ this
    /// number (30 s). Default 30. Where the name has logged in before, only what is tried from there counts.
    pub wrong_passwords: NonZeroU32,
    /// Networks from which hosted clients ask for many people. Default: Anthropic's.
    pub egress: Vec<IpNet>,
    /// Whether the public URL is of this machine: wrong passwords tried on it are then not counted. No setting.
    pub is_local: bool,
    /// Whether something that nobody named stands between clients and this server: the public URL is https, which ends
    /// elsewhere, and no proxy is trusted. Everybody then seems to have one address, which may ask as often as a network
    /// of hosted clients. No setting.
    pub is_behind_unnamed_proxy: bool,
}

/// `[proxies]`: which peers are believed about whose requests they pass on.
#[derive(Clone, Debug, Default)]
pub struct ProxiesConfig {
    /// Networks of the proxies. Default: none, and then no header says whose request it is. Source: RFC 7239 §8.1.
    pub trusted: Vec<IpNet>,
    /// The header that every one of them writes. Default `x-forwarded-for`.
    pub header: ForwardedHeader,
}

/// A header in which proxies say for whom they ask.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239 §4).
    Forwarded,
}

impl RatesConfig {
    /// Reads `rate` in `[limits]`.
    pub(super) fn read(limits: &Table) -> Self {
        let table = limits.table("rate");
        let rate = |key, default| {
            let number = u32::try_from(table.whole(key, RATE, default)).unwrap_or(u32::MAX);
            NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
        };
        let rates = Self {
            authorize: rate("authorize", 300),
            login: rate("login", 60),
            token: rate("token", 600),
            token_failures: rate("token_failures", 60),
            register: rate("register", 60),
            introspect: rate("introspect", 6_000),
            documents: rate("documents", 60),
            wrong_passwords: rate("wrong_passwords", 30),
            egress: networks(&table, "egress")
                .unwrap_or_else(|| parse(EGRESS).into_iter().collect()),
            is_local: false,
            is_behind_unnamed_proxy: false,
        };
        table.finish();
        rates
    }

    /// The same for a deployment at `public_url` behind `proxies`.
    pub(super) fn at(self, public_url: &PublicUrl, proxies: &ProxiesConfig) -> Self {
        let is_behind_unnamed_proxy = public_url.is_https() && proxies.trusted.is_empty();
        Self { is_local: public_url.is_loopback(), is_behind_unnamed_proxy, ..self }
    }
}

impl ProxiesConfig {
    /// Reads `[proxies]`.
    pub(super) fn read(root: &Table) -> Self {
        let table = root.table("proxies");
        let words = [
            ("x-forwarded-for", ForwardedHeader::XForwardedFor),
            ("forwarded", ForwardedHeader::Forwarded),
        ];
        let header = table.choice("header", &words).map(|found| found.value);
        let proxies = Self {
            trusted: networks(&table, "trusted").unwrap_or_default(),
            header: header.unwrap_or_default(),
        };
        if header.is_some() && proxies.trusted.is_empty() {
            let remedy =
                "Write trusted = [\"10.0.0.0/8\"], the networks of your proxies, or remove header";
            table.refuse("header", "is read from trusted proxies only, and there are none", remedy);
        }
        table.finish();
        proxies
    }
}

fn networks(table: &Table, key: &'static str) -> Option<Vec<IpNet>> {
    let found = table.list(key)?;
    if found.value.len() > NETWORKS_MAX {
        found.refuse(
            format!("are more than {NETWORKS_MAX}"),
            "Join neighbouring networks into larger ones",
        );
    }
    let networks = found.value.iter().filter_map(|item| {
        let network = parse(&item.value);
        let whole = network.filter(|network| network.prefix_len() > 0);
        if whole.is_none() {
            let text = grammar::shorten(&item.value);
            let problem = match network {
                None => format!("is \"{text}\", which is neither an address nor a network"),
                Some(_) => format!("is \"{text}\", which is the whole internet"),
            };
            item.refuse(
                problem,
                "Write an address or a network: \"10.0.0.7\", \"10.0.0.0/8\", \"2001:db8::/32\"",
            );
        }
        whole
    });
    Some(networks.collect())
}

/// A network, or an address as the network of itself.
fn parse(text: &str) -> Option<IpNet> {
    let alone = || text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical())).ok();
    text.parse().ok().or_else(alone)
}
