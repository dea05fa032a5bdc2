//! The file on disks that fail, and on disks that lose power: what was not confirmed is gone, and that must be all.

use std::io;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use protocol::ids::{CodeId, FamilyId};
use redb::StorageBackend;

use super::*;

const START: UnixTime = UnixTime(1_800_000_000);

/// A disk that keeps what it confirmed.
#[derive(Debug, Default)]
struct Disk {
    written: Mutex<Vec<u8>>,
    confirmed: Mutex<Vec<u8>>,
    is_full: AtomicBool,
    confirmations: AtomicUsize,
}

#[derive(Clone, Debug)]
struct OnDisk(Arc<Disk>);

impl Disk {
    /// Power fails, and comes back.
    fn lose_power(&self) {
        let confirmed = self.confirmed.lock().expect("no test panicked").clone();
        *self.written.lock().expect("no test panicked") = confirmed;
    }

    fn may_write(&self) -> io::Result<()> {
        let is_full = self.is_full.load(Ordering::Relaxed);
        if is_full { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

fn within(offset: u64, length: usize) -> Range<usize> {
    let from = usize::try_from(offset).expect("tests write little");
    from..from + length
}

impl StorageBackend for OnDisk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.written.lock().expect("no test panicked").len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let written = self.0.written.lock().expect("no test panicked");
        let part = written.get(within(offset, out.len())).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(part);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.0.may_write()?;
        let length = within(length, 0).start;
        self.0.written.lock().expect("no test panicked").resize(length, 0);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.may_write()?;
        let written = self.0.written.lock().expect("no test panicked").clone();
        *self.0.confirmed.lock().expect("no test panicked") = written;
        self.0.confirmations.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn write(&self, offset: u64, part: &[u8]) -> io::Result<()> {
        self.0.may_write()?;
        let mut written = self.0.written.lock().expect("no test panicked");
        written[within(offset, part.len())].copy_from_slice(part);
        Ok(())
    }
}

fn on(disk: &Arc<Disk>) -> File {
    let disk = Arc::clone(disk);
    let open = Box::new(move || {
        let backend = OnDisk(Arc::clone(&disk));
        Ok((Builder::new().create_with_backend(backend)?, 1))
    });
    let began = UnixTime(START.0 - 1_000);
    File::start(open, Box::new(|| 0), Capacity::default(), began).expect("the disk works")
}

/// Waits until `file` no longer touches the disk: its thread goes on for a moment after it.
async fn gone(disk: &Arc<Disk>, file: File) {
    drop(file);
    while Arc::strong_count(disk) > 1 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn claim(number: u8) -> CodeClaim {
    CodeClaim {
        code: CodeId([number; 16]),
        expires_at: START.plus_seconds(60),
        family: FamilyId([number; 16]),
        family_expires_at: START.plus_seconds(1_000),
    }
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_loss_of_power() {
    let disk = Arc::new(Disk::default());
    for number in 0..20 {
        let file = on(&disk);
        assert_eq!(file.claim_code(claim(number), START).await, Ok(Claim::First));
        disk.lose_power();
        // The old process is gone with the power: whatever it still writes at its end goes nowhere.
        disk.is_full.store(true, Ordering::Relaxed);
        gone(&disk, file).await;
        disk.is_full.store(false, Ordering::Relaxed);
        disk.lose_power();
        let file = on(&disk);
        for earlier in 0..=number {
            let again = file.claim_code(claim(earlier), START).await;
            assert_eq!(again, Ok(Claim::Repeated { first_at: START }), "{earlier} of {number}");
        }
        gone(&disk, file).await;
    }
}

#[tokio::test]
async fn tok_12_on_a_full_disk_nothing_is_answered_and_afterwards_the_same_code_works() {
    let disk = Arc::new(Disk::default());
    let file = on(&disk);
    assert_eq!(file.claim_code(claim(1), START).await, Ok(Claim::First));
    disk.is_full.store(true, Ordering::Relaxed);
    for _ in 0..3 {
        assert!(file.claim_code(claim(2), START).await.is_err());
        assert!(file.revoke(Revocation::Everything { before: START }, START).await.is_err());
        assert!(file.check().await.is_err());
    }
    disk.is_full.store(false, Ordering::Relaxed);
    let until = std::time::Instant::now() + Duration::from_secs(5);
    while file.check().await.is_err() {
        assert!(std::time::Instant::now() < until, "it recovers");
    }
    assert_eq!(file.claim_code(claim(2), START).await, Ok(Claim::First));
    let again = file.claim_code(claim(1), START).await;
    assert_eq!(again, Ok(Claim::Repeated { first_at: START }));
}

#[tokio::test]
async fn who_asks_at_the_same_time_shares_a_confirmation_and_who_only_looks_needs_none() {
    let disk = Arc::new(Disk::default());
    let file = Arc::new(on(&disk));
    let before = disk.confirmations.load(Ordering::Relaxed);
    let mut waiting = tokio::task::JoinSet::new();
    for number in 0..200 {
        let file = Arc::clone(&file);
        waiting.spawn(async move { file.claim_code(claim(number), START).await });
    }
    let claims = waiting.join_all().await;
    assert!(claims.iter().all(|claim| *claim == Ok(Claim::First)));
    let confirmed = disk.confirmations.load(Ordering::Relaxed) - before;
    assert!(confirmed < 200, "{confirmed} for 200 questions");
    let before = disk.confirmations.load(Ordering::Relaxed);
    for number in 0..20 {
        assert!(file.claim_code(claim(number), START).await.is_ok());
    }
    assert_eq!(disk.confirmations.load(Ordering::Relaxed), before);
}
