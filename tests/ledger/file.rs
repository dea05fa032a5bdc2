//! The ledger in a file: what survives, what is refused, and what its bounds are.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::*;

/// The file opened again, once whoever had it has let go of it.
pub(super) fn reopened(path: &Path) -> Arc<dyn Ledger> {
    Arc::new(opened_at(path, BEGAN))
}

fn opened_at(path: &Path, now: UnixTime) -> File {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        match File::open(path, Capacity::default(), now) {
            Ok(ledger) => return ledger,
            Err(FileError::InUse { .. }) if Instant::now() < until => {
                std::thread::park_timeout(Duration::from_millis(1));
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// A file that is removed at the end.
pub(super) struct Removed(pub(super) PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        // A test may have removed it itself.
        let _gone = std::fs::remove_file(&self.0);
    }
}

fn subject_of(ledger: impl Ledger) -> Subject {
    Subject { ledger: Arc::new(ledger) }
}

#[test]
fn ref_09_a_file_remembers_across_a_restart() {
    let path = Removed(fresh_path());
    let before = Subject::new(reopened(&path.0));
    let expires_at = START.plus_seconds(60);
    assert_eq!(before.claim(10, expires_at, START), Ok(Claim::First));
    assert_eq!(before.rotate(used(1, 0, 0), START), Rotation::Rotated);
    before.revoke(2, START.plus_seconds(1_000), START);
    let instant = START.plus_seconds(5);
    let other = SubjectDigest([77; 16]);
    before.revoke_all(Revocation::Subject { subject: other, before: instant }, START);
    drop(before);
    let after = Subject { ledger: reopened(&path.0) };
    assert_eq!(after.claim(10, expires_at, START), Ok(Claim::Repeated { first_at: START }));
    assert!(after.is_revoked(2, START));
    assert!(after.are_revoked(Holder { subject: other, ..holder([3; 16]) }, START));
    assert!(
        !after
            .are_revoked(Holder { subject: other, founded_at: instant, ..holder([3; 16]) }, START)
    );
    assert_eq!(after.rotate(used(1, 0, 0), START), Rotation::Reused);
    assert_eq!(after.rotate(used(3, 0, 0), START), Rotation::Rotated);
}

#[test]
fn one_file_serves_one_process() {
    let path = Removed(fresh_path());
    let _first = opened_at(&path.0, BEGAN);
    let refused = File::open(&path.0, Capacity::default(), BEGAN).expect_err("it is in use");
    assert!(matches!(refused, FileError::InUse { .. }), "{refused}");
    let text = refused.to_string();
    assert!(text.contains("in use by another process") && text.contains("valkey"), "{text}");
}

#[test]
fn a_file_that_is_none_of_ours_is_left_alone() {
    let path = Removed(fresh_path());
    std::fs::write(&path.0, "a letter to a friend").expect("it can be written");
    let refused = File::open(&path.0, Capacity::default(), BEGAN).expect_err("it is a letter");
    assert!(matches!(refused, FileError::Unusable { .. }), "{refused}");
    assert_eq!(std::fs::read(&path.0).expect("it is there"), b"a letter to a friend");
    let absent = File::open(Path::new("/nowhere/ledger.redb"), Capacity::default(), BEGAN);
    let text = absent.expect_err("there is no such folder").to_string();
    assert!(text.contains("/nowhere/ledger.redb cannot be used"), "{text}");
}

#[test]
fn a_file_of_another_release_is_refused() {
    let path = Removed(fresh_path());
    drop(opened_at(&path.0, BEGAN));
    let facts = redb::TableDefinition::<&str, u64>::new("facts");
    let until = Instant::now() + Duration::from_secs(10);
    let database = loop {
        match redb::Database::open(&path.0) {
            Ok(database) => break database,
            Err(_) => assert!(Instant::now() < until, "the first one lets go"),
        }
    };
    let transaction = database.begin_write().expect("nobody else writes");
    transaction.open_table(facts).expect("it is ours").insert("format", 2).expect("it fits");
    transaction.commit().expect("there is room");
    drop(database);
    let refused = File::open(&path.0, Capacity::default(), BEGAN).expect_err("another form");
    assert!(matches!(refused, FileError::OfAnotherRelease { .. }), "{refused}");
}

#[test]
#[cfg(unix)]
fn only_its_owner_reads_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let path = Removed(fresh_path());
    let _open = opened_at(&path.0, BEGAN);
    let mode = std::fs::metadata(&path.0).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// Whatever the lost file knew is not known any more: nothing from before is believed, everything from after is.
#[test]
fn ref_09_a_file_that_was_lost_makes_everybody_log_in_again() {
    let path = Removed(fresh_path());
    let before = Subject::new(reopened(&path.0));
    assert_eq!(before.claim(10, START.plus_seconds(60), START), Ok(Claim::First));
    drop(before);
    std::fs::remove_file(&path.0).expect("it was there");
    let restart = START.plus_seconds(20);
    let after = subject_of(opened_at(&path.0, restart));
    for generation in 0..2 {
        assert_eq!(after.rotate(used(1, generation, 60), restart), Rotation::Unknown);
    }
    let again = after.claim(10, START.plus_seconds(60), restart);
    assert_eq!(again, Ok(Claim::Repeated { first_at: UnixTime(0) }), "issued before the restart");
    for (age, expected) in [(0, false), (1, true)] {
        let issued_at = restart.plus_seconds(age);
        let claim = after.claim(11, issued_at.plus_seconds(60), issued_at);
        assert_eq!(claim == Ok(Claim::First), expected, "issued {age} s after the restart");
    }
    let (id, expires_at) = (UseId([1; 16]), restart.plus_seconds(60));
    for (issued_at, expected) in [(restart, false), (restart.plus_seconds(1), true)] {
        let claimed = UseClaim { id, issued_at, expires_at };
        let claim = answer(after.ledger.claim(claimed, restart.plus_seconds(2)));
        assert_eq!(claim == Ok(Claim::First), expected, "made at {issued_at:?}");
    }
}

#[test]
fn ref_09_an_older_copy_put_back_is_noticed() {
    let path = Removed(fresh_path());
    let copy = Removed(fresh_path());
    drop(Subject::new(reopened(&path.0)));
    drop(reopened(&path.0));
    std::fs::copy(&path.0, &copy.0).expect("it can be copied");
    let before = Subject { ledger: reopened(&path.0) };
    assert_eq!(before.rotate(used(1, 0, 0), START), Rotation::Rotated);
    before.revoke(2, START.plus_seconds(1_000), START);
    drop(before);
    drop(reopened(&path.0));
    std::fs::rename(&copy.0, &path.0).expect("it can be put back");
    let after = subject_of(opened_at(&path.0, START.plus_seconds(20)));
    for family in [1, 2] {
        let rotation = after.rotate(used(family, 0, 0), START.plus_seconds(20));
        assert_eq!(rotation, Rotation::Unknown, "family {family}");
    }
}

const CHILD: &str = "SEALBEARER_LEDGER_CHILD";

/// Run by the next test in a process of its own; alone it does nothing.
#[test]
fn a_child_writes_until_it_is_killed() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let subject = subject_of(opened_at(Path::new(&path), BEGAN));
    for number in 0_u32.. {
        let id = numbered(number);
        let claim = claim_of(id, START.plus_seconds(60));
        let claimed = answer(subject.ledger.claim_code(claim, START));
        assert_eq!(claimed, Ok(Claim::First));
        println!("claimed {number}");
        let used = RefreshUse { holder: holder(id), generation: 0, ..used(0, 0, 0) };
        assert_eq!(subject.rotate(used, START), Rotation::Rotated);
        println!("rotated {number}");
        if number.is_multiple_of(3) {
            let (family, until) = (FamilyId(id), START.plus_seconds(1_000));
            subject.revoke_all(Revocation::Family { family, until }, START);
            println!("revoked {number}");
        }
    }
}

/// What was answered before the kill holds after it: no code is claimed again, no token replaced is taken, no family revives.
#[test]
fn tok_13_what_was_answered_before_a_kill_holds_after_it() {
    for lines in [1, 7, 40, 200] {
        // On the real disk, not in memory.
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let path = Removed(folder.join(format!("killed-{}-{lines}.redb", std::process::id())));
        let program = std::env::current_exe().expect("this is a program");
        let mut child = Command::new(program)
            .args(["--exact", "ledger::file::a_child_writes_until_it_is_killed", "--nocapture"])
            .env(CHILD, &path.0)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let output = BufReader::new(child.stdout.take().expect("it was asked for"));
        let mut answered = Vec::new();
        for line in output.lines().map_while(Result::ok) {
            // The test harness says something too, on the line of the first answer.
            let words: Vec<_> = line.rsplit(' ').take(2).collect();
            if let [number, what] = words[..]
                && let Ok(number) = number.parse::<u32>()
                && ["claimed", "rotated", "revoked"].contains(&what)
            {
                answered.push((what.to_owned(), number));
            }
            if answered.len() == lines {
                child.kill().expect("it runs");
            }
        }
        child.wait().expect("it was killed");
        assert!(answered.len() >= lines, "{answered:?}");
        let after = Subject { ledger: reopened(&path.0) };
        for (what, number) in answered {
            let id = numbered(number);
            let used = RefreshUse { holder: holder(id), generation: 0, ..used(0, 0, 0) };
            match what.as_str() {
                "claimed" => {
                    let claim = claim_of(id, START.plus_seconds(60));
                    let claimed = answer(after.ledger.claim_code(claim, START));
                    assert_eq!(claimed, Ok(Claim::Repeated { first_at: START }), "{number}");
                }
                "rotated" => {
                    let rotation = after.rotate(used, START);
                    assert!(matches!(rotation, Rotation::Reused | Rotation::Revoked), "{number}");
                }
                _ => assert!(after.are_revoked(holder(id), START), "{number}"),
            }
        }
    }
}

const SMALL: Capacity = Capacity { codes_max: 10, families_max: 10 };

fn small(path: &Path) -> Subject {
    subject_of(File::open(path, SMALL, BEGAN).expect("the file can be made"))
}

/// Claims code `number`, which founds the family of the same name; it ends the later the greater its number.
fn claim_numbered(subject: &Subject, number: u32, now: UnixTime) -> Result<Claim, Unavailable> {
    let claim = CodeClaim {
        family_expires_at: START.plus_seconds(1_000 + u64::from(number)),
        ..claim_of(numbered(number), now.plus_seconds(60))
    };
    answer(subject.ledger.claim_code(claim, now))
}

fn rotate_numbered(subject: &Subject, number: u32, now: UnixTime) -> Rotation {
    let family_expires_at = START.plus_seconds(1_000 + u64::from(number));
    let holder = holder(numbered(number));
    subject.rotate(RefreshUse { holder, generation: 0, grace_seconds: 600, family_expires_at }, now)
}

#[test]
fn codes_beyond_the_capacity_wait_until_others_have_expired() {
    let path = Removed(fresh_path());
    let subject = small(&path.0);
    for number in 0..10 {
        assert_eq!(claim_numbered(&subject, number, START), Ok(Claim::First));
    }
    assert!(claim_numbered(&subject, 10, START).is_err(), "fails closed");
    let again = claim_numbered(&subject, 0, START);
    assert_eq!(again, Ok(Claim::Repeated { first_at: START }));
    for (age, has_room) in [(119, false), (120, true)] {
        let claim = claim_numbered(&subject, 11, START.plus_seconds(age));
        assert_eq!(claim.is_ok(), has_room, "{age} s");
    }
}

#[test]
fn a_family_beyond_the_capacity_displaces_the_one_that_ends_next_unless_it_is_revoked() {
    let path = Removed(fresh_path());
    let subject = small(&path.0);
    let later = START.plus_seconds(120);
    for number in 0..10 {
        assert_eq!(claim_numbered(&subject, number, START), Ok(Claim::First));
    }
    let (family, until) = (FamilyId(numbered(0)), START.plus_seconds(1_000));
    subject.revoke_all(Revocation::Family { family, until }, START);
    assert_eq!(claim_numbered(&subject, 10, later), Ok(Claim::First), "displaces 1");
    assert_eq!(rotate_numbered(&subject, 0, later), Rotation::Revoked, "never displaced");
    assert_eq!(rotate_numbered(&subject, 1, later), Rotation::Unknown, "displaced");
    assert_eq!(rotate_numbered(&subject, 2, later), Rotation::Rotated);
    assert_eq!(rotate_numbered(&subject, 10, later), Rotation::Rotated);
    for number in 2..11 {
        let (family, until) = (FamilyId(numbered(number)), START.plus_seconds(1_000));
        subject.revoke_all(Revocation::Family { family, until }, START);
    }
    assert!(claim_numbered(&subject, 12, later).is_err(), "all are revoked");
    assert_eq!(rotate_numbered(&subject, 12, later), Rotation::Unknown, "and it founded nothing");
}

#[test]
fn a_family_is_forgotten_a_minute_after_its_end_and_not_before() {
    for (age, expected) in [(1_059, Rotation::Sibling), (1_060, Rotation::Unknown)] {
        let path = Removed(fresh_path());
        let subject = small(&path.0);
        assert_eq!(claim_numbered(&subject, 0, START), Ok(Claim::First));
        let grace = RefreshUse {
            holder: holder(numbered(0)),
            generation: 0,
            grace_seconds: 10_000,
            family_expires_at: START.plus_seconds(1_000),
        };
        assert_eq!(subject.rotate(grace, START), Rotation::Rotated);
        assert_eq!(subject.rotate(grace, START.plus_seconds(age)), expected, "{age} s");
    }
}

/// A day with many logins leaves a large file, which the next start makes small.
#[test]
fn a_file_that_is_mostly_empty_is_made_small() {
    let path = Removed(fresh_path());
    let file = Arc::new(opened_at(&path.0, BEGAN));
    RUNTIME.block_on(async {
        let mut waiting = tokio::task::JoinSet::new();
        for number in 0..40_000_u32 {
            let file = Arc::clone(&file);
            waiting.spawn(async move {
                let mut claim = claim_of(numbered(number), START.plus_seconds(60));
                claim.family_expires_at = START.plus_seconds(60);
                file.claim_code(claim, START).await.expect("there is room");
            });
            if waiting.len() == 2_000 {
                while waiting.join_next().await.is_some() {}
            }
        }
        while waiting.join_next().await.is_some() {}
    });
    drop(file);
    let length = || std::fs::metadata(&path.0).expect("it is there").len();
    let full = length();
    assert!(full > 4 << 20, "{full} bytes");
    drop(opened_at(&path.0, START.plus_seconds(1_000)));
    drop(opened_at(&path.0, START.plus_seconds(1_000)));
    assert!(length() < full / 4, "{} of {full} bytes", length());
}
