//! How many are asked at once.

use std::sync::Arc;

use sealbearer::upstream::{FetchError, Limits};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::Duration;

use super::{HOST, LIMITS, answering, fetch, json, upstream_with};
use crate::support::internet::{Behind, Internet, SOMEWHERE};

/// How many connections there are when so many fetches at once ask each of these hosts, which never say anything.
async fn connections(hosts: &[&str], count: usize, limits: Limits) -> usize {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("loopback has ports");
    let internet = Internet::new();
    internet.put(SOMEWHERE, 443, Behind::Listener(silent.local_addr().expect("it is bound")));
    for host in hosts {
        internet.name(host, &[SOMEWHERE.into()]);
    }
    let upstream = Arc::new(upstream_with(&internet, limits, false));
    let mut fetches = JoinSet::new();
    for host in hosts.iter().flat_map(|host| (0..count).map(move |_| (*host).to_owned())) {
        let upstream = Arc::clone(&upstream);
        fetches.spawn(async move { fetch(&upstream, &format!("https://{host}/c")).await });
    }
    for outcome in fetches.join_all().await {
        assert_eq!(outcome.err(), Some(FetchError::Unavailable));
    }
    internet.connected().len()
}

#[tokio::test]
async fn ssrf_18_one_host_is_asked_twice_at_once_at_the_most() {
    assert_eq!(connections(&[HOST], 8, LIMITS).await, 2);
}

#[tokio::test]
async fn ssrf_18_all_hosts_together_are_asked_so_often_at_once_at_the_most() {
    let few = Limits { at_once_max: 3, ..LIMITS };
    let hosts = ["a.example.com", "b.example.com", "c.example.com", "d.example.com"];
    assert_eq!(connections(&hosts, 2, few).await, 3);
}

#[tokio::test]
async fn who_comes_when_too_many_wait_is_turned_away_at_once() {
    let limits = Limits { pending_max: 1, ..LIMITS };
    let (internet, _site) = answering(json("{}").set_delay(Duration::from_secs(9))).await;
    let upstream = upstream_with(&internet, limits, false);
    let url = format!("https://{HOST}/c");
    let (first, second) = tokio::join!(fetch(&upstream, &url), async {
        tokio::task::yield_now().await;
        let started = tokio::time::Instant::now();
        (fetch(&upstream, &url).await.err(), started.elapsed())
    });
    assert_eq!(first.err(), Some(FetchError::Unavailable));
    assert_eq!(second.0, Some(FetchError::Busy));
    assert!(second.1 < LIMITS.deadline / 2);
    assert_eq!(Limits::default().at_once_max, 32);
    assert_eq!(Limits::default().at_once_per_host_max, 2);
}
