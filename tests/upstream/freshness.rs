//! How long a document may be kept, by its headers.

use sealbearer::upstream::Freshness;
use sealbearer::upstream::freshness::{
    FRESH_SECONDS_DEFAULT, FRESH_SECONDS_MAX, FRESH_SECONDS_MIN,
};

use super::{URL, answering, fetch, json, upstream};

async fn freshness(headers: &[(&str, &str)]) -> Freshness {
    let response = headers
        .iter()
        .fold(json("{}"), |response, (name, value)| response.append_header(*name, *value));
    let (internet, _site) = answering(response).await;
    fetch(&upstream(&internet), URL).await.expect("it answers").freshness
}

#[tokio::test]
async fn headers_and_how_long_a_document_is_fresh() {
    use Freshness::{NotKept, Seconds};
    let cache_control = "cache-control";
    let cases: [(&[(&str, &str)], Freshness); 17] = [
        (&[], Seconds(FRESH_SECONDS_DEFAULT)),
        (&[(cache_control, "max-age=7200")], Seconds(7_200)),
        (&[(cache_control, "public, Max-Age=\"7200\"")], Seconds(7_200)),
        (&[(cache_control, "max-age=31536000")], Seconds(FRESH_SECONDS_MAX)),
        (&[(cache_control, "max-age=99999999999999999999999")], Seconds(FRESH_SECONDS_MAX)),
        (&[(cache_control, "max-age=1")], Seconds(FRESH_SECONDS_MIN)),
        (&[(cache_control, "max-age=0, must-revalidate")], Seconds(FRESH_SECONDS_MIN)),
        (&[(cache_control, "max-age=-5")], Seconds(FRESH_SECONDS_MIN)),
        (&[(cache_control, "no-cache, max-age=7200")], Seconds(FRESH_SECONDS_MIN)),
        (&[(cache_control, "max-age=7200"), (cache_control, "max-age=3600")], Seconds(3_600)),
        (&[(cache_control, "max-age=7200"), (cache_control, "no-store")], NotKept),
        (&[(cache_control, "NO-STORE")], NotKept),
        (&[(cache_control, "max-age=7200"), ("age", "1200")], Seconds(6_000)),
        (&[(cache_control, "max-age=7200"), ("age", "7200")], Seconds(FRESH_SECONDS_MIN)),
        (
            &[
                ("date", "Sun, 06 Nov 1994 08:00:00 GMT"),
                ("expires", "Sun, 06 Nov 1994 10:00:00 GMT"),
            ],
            Seconds(7_200),
        ),
        (
            &[("date", "Sun, 06 Nov 1994 08:00:00 GMT"), ("expires", "0")],
            Seconds(FRESH_SECONDS_MIN),
        ),
        (
            &[
                (cache_control, "max-age=3600"),
                ("date", "Sun, 06 Nov 1994 08:00:00 GMT"),
                ("expires", "Sun, 06 Nov 1994 10:00:00 GMT"),
            ],
            Seconds(3_600),
        ),
    ];
    for (headers, expected) in cases {
        assert_eq!(freshness(headers).await, expected, "{headers:?}");
    }
}
