//! TOK-12: a store that does not answer, or not with an answer. Nothing is promised then, and nothing is spent.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use super::*;

fn assert_unavailable(ledger: &Arc<dyn Ledger>, within: Duration) {
    let subject = Subject { ledger: Arc::clone(ledger) };
    let began = Instant::now();
    assert!(subject.claim(1, START.plus_seconds(60), START).is_err());
    assert!(began.elapsed() < within, "{:?}", began.elapsed());
    assert!(answer(ledger.rotate(used(1, 0, 60), START)).is_err());
    let family = FamilyId([1; 16]);
    let revoked = ledger.revoke(Revocation::Family { family, until: START }, START);
    assert!(answer(revoked).is_err());
    assert!(answer(ledger.is_revoked(holder([1; 16]), START)).is_err());
    assert!(subject.keep(1, "kept", None, START).is_err());
    assert!(answer(ledger.kept(GrantName([1; 16]), START)).is_err());
    assert!(answer(ledger.check()).is_err());
    assert!(answer(ledger.begin(START)).is_err());
}

/// A server that says `answer` to whatever it hears, and then stays silent.
fn impostor(answer: &'static [u8]) -> ValkeySettings {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
    let port = listener.local_addr().expect("it is bound").port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                let mut buffer = [0; 4_096];
                while stream.read(&mut buffer).is_ok_and(|length| length > 0) {
                    if stream.write_all(answer).is_err() {
                        break;
                    }
                }
            });
        }
    });
    settings_at(port)
}

fn settings_at(port: u16) -> ValkeySettings {
    ValkeySettings {
        target: Target::parse(&format!("redis://127.0.0.1:{port}/0")).expect("the URL is good"),
        key_prefix: "impostor:".to_owned(),
        timeout: Duration::from_millis(500),
    }
}

#[test]
fn tok_12_what_is_no_store_is_no_ledger() {
    let answers: [&[u8]; 12] = [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"+OK\r\n",
        b":1\r\n",
        b"$-1\r\n",
        b"*3\r\n:1\r\n$5\r\nfirst\r\n",
        b"*3\r\n:1\r\n$4\r\nlate\r\n:0\r\n",
        b"*3\r\n:1\r\n$7\r\nreplica\r\n:0\r\n",
        b"*3\r\n:1\r\n$8\r\nwhatever\r\n:0\r\n",
        b"-ERR hush\r\n",
        b"*2147483647\r\n",
    ];
    for answer in answers {
        let shown = String::from_utf8_lossy(answer).into_owned();
        println!("{shown}");
        assert_unavailable(&unconnected(&impostor(answer)), Duration::from_secs(2));
    }
}

#[test]
fn tok_12_where_nobody_listens_the_answer_comes_at_once() {
    let closed = TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
    let port = closed.local_addr().expect("it is bound").port();
    drop(closed);
    assert_unavailable(&unconnected(&settings_at(port)), Duration::from_millis(450));
}

/// What the store hears after nobody waits any more, it must not do: the code is still good.
#[test]
fn tok_12_what_a_slow_store_hears_too_late_spends_nothing() {
    let Some((store, settings)) = alone(&[]) else { return };
    let settings = ValkeySettings { timeout: Duration::from_millis(300), ..settings };
    let subject = Subject::new(connected(&settings));
    store.signal("STOP");
    assert!(subject.claim(10, START.plus_seconds(60), START).is_err());
    assert!(answer(subject.ledger.rotate(used(1, 0, 0), START)).is_err());
    std::thread::sleep(Duration::from_millis(200));
    store.signal("CONT");
    let claim = eventually(|| subject.claim(10, START.plus_seconds(60), START));
    assert_eq!(claim, Claim::First);
    assert_eq!(subject.rotate(used(1, 0, 0), START), Rotation::Rotated);
}

#[test]
fn tok_12_when_the_store_is_back_so_is_the_ledger() {
    let Some((mut store, settings)) = alone(&[]) else { return };
    let subject = Subject::new(connected(&settings));
    store.kill();
    assert_unavailable(&subject.ledger, Duration::from_secs(1));
    store.run();
    eventually(|| answer(subject.ledger.check()));
    // It is another process now, so only what is issued after the change is believed.
    let later = START.plus_seconds(20);
    eventually(|| answer(subject.ledger.begin(START)));
    let first = eventually(|| subject.claim(10, START.plus_seconds(60), later));
    assert_eq!(first, Claim::Repeated { first_at: UnixTime(0) });
    assert_eq!(subject.claim(11, later.plus_seconds(60), later), Ok(Claim::First));
}

#[test]
fn a_full_store_answers_nothing_and_forgets_nothing() {
    let Some((store, settings)) = alone(&["--maxmemory-policy", "noeviction"]) else { return };
    let subject = Subject::new(connected(&settings));
    assert_eq!(subject.claim(10, START.plus_seconds(60), START), Ok(Claim::First));
    store.tell(&["CONFIG", "SET", "maxmemory", "1"]);
    let full = subject.claim(11, START.plus_seconds(60), START).expect_err("there is no room");
    assert_eq!(full.reason, "the store is full");
    store.tell(&["CONFIG", "SET", "maxmemory", "0"]);
    let again = subject.claim(10, START.plus_seconds(60), START);
    assert_eq!(again, Ok(Claim::Repeated { first_at: START }));
}

#[test]
fn a_store_that_may_forget_what_it_was_told_is_unfit() {
    let Some((store, settings)) = alone(&[]) else { return };
    let subject = Subject::new(connected(&settings));
    for (bound, policy, fit) in [
        ("0", "allkeys-lru", true),
        ("1gb", "noeviction", true),
        ("1gb", "allkeys-lru", false),
        ("1gb", "volatile-ttl", false),
    ] {
        store.tell(&["CONFIG", "SET", "maxmemory", bound, "maxmemory-policy", policy]);
        let checked = answer(subject.ledger.check());
        assert_eq!(checked.is_ok(), fit, "{bound} {policy}: {checked:?}");
    }
}

#[test]
fn a_replica_is_no_ledger() {
    let (Some((primary, _)), Some((replica, settings))) = (alone(&[]), alone(&[])) else { return };
    let subject = Subject::new(connected(&settings));
    replica.tell(&["REPLICAOF", "127.0.0.1", &primary.port().to_string()]);
    assert_unavailable(&subject.ledger, Duration::from_secs(1));
}
