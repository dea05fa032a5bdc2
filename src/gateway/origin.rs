//! Which hosts may be asked for and which web pages may ask: the wall against DNS rebinding.
//! Source: MCP transports (invalid `Origin` is answered 403), RFC 6454 §6, Fetch §3.2 (`Origin: null`).

use url::Url;

/// The request was meant for another host, or comes from a page nobody allowed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Foreign {
    /// The `Host` is none of ours.
    Host,
    /// The `Origin` is none that may ask.
    Origin,
}

/// Who may be asked and who may ask; made once, from configuration.
#[derive(Clone, Debug)]
pub struct Origins {
    hosts: Vec<String>,
    pages: Vec<String>,
    loopback_pages: bool,
    any_page: bool,
}

const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

impl Origins {
    /// What follows from `public_url`, and what is allowed besides.
    ///
    /// Always allowed: our own host and origin, and loopback names as hosts, which no foreign page can make a browser
    /// send. If we are on loopback ourselves, so may be the page (tools run in a browser there on changing ports).
    /// `origins`: serialised origins, `null`, or `*` for every page; safe with bearer tokens, which no browser adds
    /// on its own.
    #[must_use]
    pub fn new(public_url: &Url, hosts: &[String], origins: &[String]) -> Self {
        let own_host = public_url.host_str().unwrap_or_default().to_ascii_lowercase();
        let loopback_pages = LOOPBACK.contains(&own_host.as_str());
        let any_page = origins.iter().any(|origin| origin == "*");
        let lower = |text: &String| text.trim_end_matches('/').to_ascii_lowercase();
        let hosts = hosts.iter().map(&lower).chain([own_host]).chain(LOOPBACK.map(str::to_owned));
        let pages = origins.iter().map(lower).chain([public_url.origin().ascii_serialization()]);
        Self { hosts: hosts.collect(), pages: pages.collect(), loopback_pages, any_page }
    }

    /// Checks the hosts a request was sent to and the origins it names, every value as sent.
    ///
    /// A request without either comes from no browser and passes.
    /// # Errors
    /// [`Foreign`], also if a header is there twice.
    pub fn permit(&self, hosts: &[&[u8]], origins: &[&[u8]]) -> Result<(), Foreign> {
        match hosts {
            [] => {}
            [host] if self.is_own_host(host) => {}
            _ => return Err(Foreign::Host),
        }
        match origins {
            [] => Ok(()),
            [origin] if self.may_ask(origin) => Ok(()),
            _ => Err(Foreign::Origin),
        }
    }

    /// The port is not compared: rebinding changes names, and a proxy in front may listen elsewhere.
    fn is_own_host(&self, authority: &[u8]) -> bool {
        let Ok(authority) = std::str::from_utf8(authority) else { return false };
        let authority = authority.to_ascii_lowercase();
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority.as_str(),
        };
        self.hosts.iter().any(|own| own == host || *own == authority)
    }

    fn may_ask(&self, origin: &[u8]) -> bool {
        let Ok(origin) = std::str::from_utf8(origin) else { return false };
        let origin = origin.to_ascii_lowercase();
        self.any_page
            || self.pages.contains(&origin)
            || self.loopback_pages && is_loopback_page(&origin)
    }
}

fn is_loopback_page(origin: &str) -> bool {
    Url::parse(origin).is_ok_and(|url| {
        url.origin().ascii_serialization() == origin
            && url.host_str().is_some_and(|host| LOOPBACK.contains(&host))
            && matches!(url.scheme(), "http" | "https")
    })
}
