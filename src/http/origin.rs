//! Which site a form comes from.
//!
//! Source: Fetch Standard (`Origin`), Fetch Metadata (`Sec-Fetch-Site`). The ticket and the browser's cookie already stop
//! forged forms; this stops them even where a cookie was planted.

use poem::Request;
use poem::http::header::ORIGIN;

use super::Server;

/// Whether a form was sent by a page of ours, as far as the browser says. Browsers that say nothing pass.
pub(super) fn same_origin(http: &Request, server: &Server) -> bool {
    let sites: Vec<_> = http.headers().get_all("sec-fetch-site").iter().collect();
    let origins: Vec<_> = http.headers().get_all(ORIGIN).iter().collect();
    let origin_is_ours = match origins.as_slice() {
        [] => true,
        [origin] => origin.as_bytes() == server.origin.as_bytes(),
        _ => false,
    };
    let site_is_ours = match sites.as_slice() {
        [] => true,
        [site] => matches!(site.as_bytes(), b"same-origin" | b"none"),
        _ => false,
    };
    origin_is_ours && site_is_ours
}
