//! What is remembered, for how long, and how much of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use protocol::oauth::time::UnixTime;
use sealbearer::upstream::freshness::{FRESH_SECONDS_DEFAULT, FRESH_SECONDS_MAX};
use sealbearer::upstream::{
    Bounds, Cached, Document, FAILURE_SECONDS, REFETCH_SECONDS_MIN, Unobtainable, UrlFault,
};
use tokio::time::Duration;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::{BYTES_MAX, HOST, LIMITS, URL, json, upstream_with};
use crate::support::authority::Identity;
use crate::support::internet::Internet;

const NOW: UnixTime = UnixTime(1_800_000_000);

/// A document of these tests: anything but the word `wrong`.
#[derive(Debug, Eq, PartialEq)]
struct Text(String);

#[derive(Clone, Debug, Eq, PartialEq)]
struct Wrong;

impl Document for Text {
    const BODY_BYTES_MAX: usize = BYTES_MAX;
    type Fault = Wrong;

    fn read(_: &str, body: &[u8]) -> Result<Self, Wrong> {
        let text = String::from_utf8_lossy(body).into_owned();
        if text == "wrong" { Err(Wrong) } else { Ok(Self(text)) }
    }
}

/// A site whose answers tests choose one after another; the last one stays.
struct Script(Arc<AtomicUsize>, Vec<ResponseTemplate>);

impl Respond for Script {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let asked = self.0.fetch_add(1, Ordering::Relaxed);
        self.1[asked.min(self.1.len() - 1)].clone()
    }
}

/// A cache in front of a site, and how often the site was asked.
struct Scene {
    cached: Cached<Text>,
    asked: Arc<AtomicUsize>,
    _site: MockServer,
}

impl Scene {
    async fn new(script: Vec<ResponseTemplate>) -> Self {
        Self::bounded(script, Bounds::default()).await
    }

    async fn bounded(script: Vec<ResponseTemplate>, bounds: Bounds) -> Self {
        let (site, asked) = (MockServer::start().await, Arc::<AtomicUsize>::default());
        let script = Script(Arc::clone(&asked), script);
        Mock::given(any()).respond_with(script).mount(&site).await;
        let internet = Internet::new();
        internet.host(HOST, &Identity::of(HOST), &site).await;
        let upstream = upstream_with(&internet, LIMITS, false);
        Self { cached: Cached::new(Arc::new(upstream), bounds), asked, _site: site }
    }

    /// What is at `URL` so many seconds after [`NOW`].
    async fn after(&self, seconds: u64) -> Result<String, Unobtainable<Wrong>> {
        self.at(URL, seconds).await
    }

    async fn at(&self, url: &str, seconds: u64) -> Result<String, Unobtainable<Wrong>> {
        let text = self.cached.get(url, NOW.plus_seconds(seconds)).await;
        text.map(|text| text.0.clone())
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

fn gone() -> ResponseTemplate {
    ResponseTemplate::new(404)
}

const UNAVAILABLE: Unobtainable<Wrong> = Unobtainable::Unavailable;

#[tokio::test]
async fn a_document_is_asked_for_again_when_it_is_no_longer_fresh() {
    let scene = Scene::new(vec![json("one"), json("two")]).await;
    for (seconds, expected, asked) in [
        (0, "one", 1),
        (FRESH_SECONDS_DEFAULT - 1, "one", 1),
        (FRESH_SECONDS_DEFAULT, "two", 2),
        (FRESH_SECONDS_DEFAULT + 5, "two", 2),
    ] {
        assert_eq!(scene.after(seconds).await, Ok(expected.to_owned()));
        assert_eq!(scene.asked(), asked);
    }
}

#[tokio::test]
async fn a_stale_document_serves_for_days_while_its_host_fails() {
    let wrong = json("wrong");
    let scene = Scene::new(vec![json("one"), gone(), wrong, gone(), json("two")]).await;
    let days = Bounds::default().stale_seconds_max;
    assert_eq!(scene.after(0).await, Ok("one".to_owned()));
    assert_eq!(scene.after(days - FAILURE_SECONDS).await, Ok("one".to_owned()), "gone");
    assert_eq!(scene.asked(), 2);
    assert_eq!(scene.after(days).await, Ok("one".to_owned()), "no longer valid");
    assert_eq!(scene.asked(), 3);
    assert_eq!(scene.after(days + 1).await, Err(Unobtainable::Invalid(Wrong)), "too old");
    assert_eq!(scene.after(days + FAILURE_SECONDS).await, Err(UNAVAILABLE));
    assert_eq!(scene.after(days + 2 * FAILURE_SECONDS).await, Ok("two".to_owned()));
}

#[tokio::test]
async fn ssrf_16_what_is_kept_and_what_is_not() {
    let year = json("one").append_header("cache-control", "max-age=31536000");
    let scene = Scene::new(vec![year, json("two")]).await;
    assert_eq!(scene.after(0).await, Ok("one".to_owned()));
    assert_eq!(scene.after(FRESH_SECONDS_MAX - 1).await, Ok("one".to_owned()));
    assert_eq!(scene.after(FRESH_SECONDS_MAX).await, Ok("two".to_owned()), "a day at the most");

    let unkept = json("one").append_header("cache-control", "no-store");
    let scene = Scene::new(vec![unkept, gone()]).await;
    assert_eq!(scene.after(0).await, Ok("one".to_owned()));
    assert_eq!(scene.after(0).await, Err(UNAVAILABLE), "no-store");

    let scene = Scene::new(vec![gone(), json("one")]).await;
    assert_eq!(scene.after(0).await, Err(UNAVAILABLE));
    assert_eq!(scene.after(FAILURE_SECONDS).await, Ok("one".to_owned()), "no error is kept");

    let scene = Scene::new(vec![json("one"), json("two"), json("three")]).await;
    assert_eq!(scene.at(URL, 0).await, Ok("one".to_owned()));
    assert_eq!(scene.at(&format!("{URL}?x"), 0).await, Ok("two".to_owned()), "the whole URL");
    assert_eq!(scene.at(URL, 0).await, Ok("one".to_owned()));
}

#[tokio::test]
async fn a_failure_is_remembered_for_a_moment() {
    for (response, expected) in
        [(gone(), UNAVAILABLE), (json("wrong"), Unobtainable::Invalid(Wrong))]
    {
        let scene = Scene::new(vec![response, json("one")]).await;
        assert_eq!(scene.after(0).await, Err(expected.clone()));
        assert_eq!(scene.after(FAILURE_SECONDS - 1).await, Err(expected));
        assert_eq!(scene.asked(), 1);
        assert_eq!(scene.after(FAILURE_SECONDS).await, Ok("one".to_owned()));
    }
}

#[tokio::test]
async fn a_url_that_is_not_fetched_is_told_at_once() {
    let scene = Scene::new(vec![json("one")]).await;
    let told = scene.at("https://127.0.0.1/c", 0).await;
    assert_eq!(told, Err(Unobtainable::Url(UrlFault::Host)));
    assert_eq!(scene.asked(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ssrf_18_many_who_ask_for_one_url_cause_one_fetch() {
    let slow = Duration::from_millis(60);
    for (response, expected) in [
        (json("one").set_delay(slow), Ok("one".to_owned())),
        (gone().set_delay(slow), Err(UNAVAILABLE)),
    ] {
        let scene = Arc::new(Scene::new(vec![response]).await);
        let crowd = (0..1_000).map(|_| {
            let scene = Arc::clone(&scene);
            tokio::spawn(async move { scene.after(0).await })
        });
        for one in crowd.collect::<Vec<_>>() {
            assert_eq!(one.await.expect("it ends"), expected);
        }
        assert_eq!(scene.asked(), 1);
        // The mock server blocks in its drop, for ever if this task has used up what it may do between two yields.
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_asked_first_may_go_away() {
    let scene = Scene::new(vec![json("one").set_delay(Duration::from_millis(80))]).await;
    let hasty = tokio::time::timeout(Duration::from_millis(20), scene.after(0)).await;
    assert!(hasty.is_err(), "it went away");
    assert_eq!(scene.after(0).await, Ok("one".to_owned()));
    assert_eq!(scene.asked(), 1);
}

#[tokio::test]
async fn a_document_that_lacks_something_is_fetched_again_once_a_minute() {
    let scene = Scene::new(vec![json("one"), json("two"), gone()]).await;
    let refetch = async |seconds| {
        let text = scene.cached.refetch(URL, NOW.plus_seconds(seconds)).await;
        text.map(|text| text.0.clone())
    };
    assert_eq!(scene.after(0).await, Ok("one".to_owned()));
    assert_eq!(refetch(REFETCH_SECONDS_MIN - 1).await, Ok("one".to_owned()));
    assert_eq!(scene.asked(), 1);
    assert_eq!(refetch(REFETCH_SECONDS_MIN).await, Ok("two".to_owned()));
    assert_eq!(refetch(2 * REFETCH_SECONDS_MIN - 1).await, Ok("two".to_owned()));
    assert_eq!(scene.asked(), 2);
    assert_eq!(refetch(2 * REFETCH_SECONDS_MIN).await, Ok("two".to_owned()), "the host fails");
    assert_eq!(scene.asked(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_documents_those_used_last_are_kept() {
    let bounds = Bounds { entries_max: 3, ..Bounds::default() };
    let scene = Scene::bounded(vec![json("one")], bounds).await;
    let url = |number: usize| format!("{URL}?{number}");
    for number in 0..3 {
        scene.at(&url(number), 0).await.expect("it answers");
    }
    scene.at(&url(0), 0).await.expect("it is remembered");
    scene.at(&url(3), 0).await.expect("it answers");
    assert_eq!(scene.asked(), 4);
    for (number, asked) in [(0, 4), (2, 4), (3, 4), (1, 5)] {
        scene.at(&url(number), 0).await.expect("it answers");
        assert_eq!(scene.asked(), asked, "{number}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_take_so_many_bytes_at_the_most() {
    let body = "x".repeat(4_000);
    let bounds = Bounds { bytes_max: 10_000, ..Bounds::default() };
    let scene = Scene::bounded(vec![json(&body)], bounds).await;
    let url = |number: usize| format!("{URL}?{number}");
    for number in [0, 1, 2, 2, 1, 0] {
        scene.at(&url(number), 0).await.expect("it answers");
    }
    assert_eq!(scene.asked(), 4, "two fit, a third does not");
}
