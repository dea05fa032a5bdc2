//! A line to a store that a test can bend: to another store, or so that answers are lost on it.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};

use super::*;

/// What happens to what the store says.
struct Line {
    port: u16,
    to: Arc<AtomicU16>,
    loses_answers: Arc<AtomicBool>,
}

impl Line {
    /// A line on a port of its own to the store on `port`.
    fn to(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
        let line = Self {
            port: listener.local_addr().expect("it is bound").port(),
            to: Arc::new(AtomicU16::new(port)),
            loses_answers: Arc::default(),
        };
        let (to, loses_answers) = (Arc::clone(&line.to), Arc::clone(&line.loses_answers));
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let Ok(far) = TcpStream::connect(("127.0.0.1", to.load(Ordering::Relaxed))) else {
                    continue;
                };
                let ends = |stream: &TcpStream| stream.try_clone().expect("it is open");
                let (asked, answered) = ((ends(&near), ends(&far)), (far, near));
                std::thread::spawn(move || carry(asked.0, asked.1, &AtomicBool::new(false)));
                let loses = Arc::clone(&loses_answers);
                std::thread::spawn(move || carry(answered.0, answered.1, &loses));
            }
        });
        line
    }

    fn settings(&self, store: &Store) -> ValkeySettings {
        let url = format!("redis://127.0.0.1:{}/0", self.port);
        ValkeySettings { target: Target::parse(&url).expect("the URL is good"), ..store.settings() }
    }
}

/// Carries bytes until one end closes, or until what is carried shall be lost; then both ends close.
fn carry(mut from: TcpStream, mut to: TcpStream, loses: &AtomicBool) {
    let mut buffer = [0; 4_096];
    while let Ok(length) = from.read(&mut buffer) {
        if length == 0 || loses.swap(false, Ordering::Relaxed) {
            break;
        }
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    // Either may be closed already.
    let _closed = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

/// The store did what it was asked, and the answer was lost: asking again is no second use.
#[test]
fn an_answer_that_is_lost_on_the_line_is_asked_for_again_without_using_anything_twice() {
    let Some(store) = store::shared() else { return };
    let line = Line::to(store.port());
    let settings = line.settings(store);
    let subject = Subject::new(connected(&settings));
    line.loses_answers.store(true, Ordering::Relaxed);
    assert_eq!(subject.claim(10, START.plus_seconds(60), START), Ok(Claim::First));
    assert!(!line.loses_answers.load(Ordering::Relaxed), "it was lost");
    let again = subject.claim(10, START.plus_seconds(60), START);
    assert_eq!(again, Ok(Claim::Repeated { first_at: START }));
    line.loses_answers.store(true, Ordering::Relaxed);
    assert_eq!(subject.rotate(used(1, 0, 0), START), Rotation::Rotated);
    assert!(!line.loses_answers.load(Ordering::Relaxed), "it was lost");
    assert_eq!(subject.rotate(used(1, 0, 0), START), Rotation::Reused);
    for (replaces, version) in [(None, 1), (Some(1), 2)] {
        line.loses_answers.store(true, Ordering::Relaxed);
        let kept = subject.keep(2, "kept", replaces, START);
        assert!(!line.loses_answers.load(Ordering::Relaxed), "it was lost");
        assert_eq!(kept, Ok(Keeping::Kept { version }));
    }
    assert_eq!(subject.keep(2, "again", Some(1), START), Ok(Keeping::Overtaken));
}

/// The primary dies with writes that its replica never saw; the replica is promoted, and the name leads to it.
#[test]
fn r6_after_a_fail_over_nothing_is_believed_that_was_issued_before() {
    let Some((mut primary, settings)) = alone(&[]) else { return };
    let Some((replica, _)) = alone(&[]) else { return };
    let line = Line::to(primary.port());
    let settings = ValkeySettings { key_prefix: settings.key_prefix, ..line.settings(&primary) };
    let subject = Subject::new(connected(&settings));
    replica.tell(&["REPLICAOF", "127.0.0.1", &primary.port().to_string()]);
    replica.wait_for("INFO", "master_link_status:up");
    assert_eq!(subject.rotate(used(3, 0, 60), START), Rotation::Rotated, "a replica is no change");
    assert_eq!(subject.rotate(used(1, 0, 0), START), Rotation::Rotated);
    primary.wait_for_replica();
    // What follows never reaches the replica.
    replica.tell(&["REPLICAOF", "127.0.0.1", "1"]);
    let expires_at = START.plus_seconds(60);
    assert_eq!(subject.claim(10, expires_at, START), Ok(Claim::First));
    assert_eq!(subject.rotate(used(2, 0, 0), START), Rotation::Rotated);
    subject.revoke(3, START.plus_seconds(1_000), START);
    primary.kill();
    line.to.store(replica.port(), Ordering::Relaxed);
    let late = START.plus_seconds(5);
    let refused = subject.claim(10, expires_at, late);
    assert!(refused.is_err(), "a replica answers nothing: {refused:?}");
    replica.tell(&["REPLICAOF", "NO", "ONE"]);
    let until = Instant::now() + Duration::from_secs(10);
    while !subject.claim(10, expires_at, late).is_err_and(|fault| fault.reason.contains("changed"))
    {
        assert!(Instant::now() < until, "it may have been claimed, so nothing is said of it");
    }
    for (family, generation) in [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0), (3, 1)] {
        let rotation = subject.rotate(used(family, generation, 60), late);
        assert_eq!(rotation, Rotation::Unknown, "family {family}, token {generation}");
    }
    // Clocks may be ten seconds apart.
    for (age, expected) in [(10, false), (11, true)] {
        let issued_at = late.plus_seconds(age);
        let claim = subject.claim(11, issued_at.plus_seconds(60), issued_at);
        assert_eq!(claim == Ok(Claim::First), expected, "issued {age} s after");
    }
    let founded_at = late.plus_seconds(11);
    let used = RefreshUse { holder: Holder { founded_at, ..holder([11; 16]) }, ..used(11, 0, 60) };
    assert_eq!(subject.rotate(used, founded_at), Rotation::Rotated);
}
