//! The key ring file: made once, for its owner only, and never half written.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Barrier;

use protocol::oauth::algorithm::SigningAlgorithm;
use rand::TryRng as _;
use sealbearer::keys::{KeyRing, KeyRingError, Ring, Watch};

use super::{NOW, RING};

/// A directory that goes away with the test.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Self {
        let name = rand::rngs::SysRng.try_next_u64().expect("the operating system has entropy");
        let path = std::env::temp_dir().join(format!("sealbearer-{name:016x}"));
        fs::create_dir(&path).expect("a directory of a new name can be made");
        Self(path)
    }

    fn ring(&self) -> PathBuf {
        self.0.join("keyring.json")
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("the directory can be read");
        let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        entries.map(|entry| name(entry.expect("entries can be read"))).collect()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).expect("the directory can be removed");
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("the file is there").permissions().mode() & 0o777
}

#[test]
fn a_ring_is_made_for_its_owner_only_and_nothing_else_is_left() {
    let directory = Directory::new();
    let made =
        KeyRing::create(&directory.ring(), &[SigningAlgorithm::Es256], NOW).expect("can be made");
    assert_eq!(mode(&directory.ring()), 0o600);
    assert_eq!(directory.names(), ["keyring.json"]);
    let read = KeyRing::load(&directory.ring()).expect("what was made can be read");
    assert_eq!((read.list(), read.jwks()), (made.list(), made.jwks()));
}

#[test]
fn a_watched_file_tells_each_change_once() {
    let directory = Directory::new();
    let path = directory.ring();
    let mut watch = Watch::new(&path);
    let mut look = || match watch.look() {
        None => "nothing new".to_owned(),
        Some(Ok(ring)) => format!("{} keys", ring.list().len()),
        Some(Err(KeyRingError::File { .. })) => "no file".to_owned(),
        Some(Err(refused)) => {
            refused.to_string().split(" at line").next().expect("text").to_owned()
        }
    };
    let mut said = vec![look(), look()];
    let mut ring = KeyRing::create(&path, &[SigningAlgorithm::Es256], NOW).expect("can be made");
    said.extend([look(), look()]);
    ring.rotate(Ring::Sealing, NOW).expect("can be rotated");
    ring.save(&path).expect("can be written");
    said.extend([look(), look()]);
    fs::write(&path, "{").expect("can be written");
    said.extend([look(), look()]);
    ring.save(&path).expect("can be written");
    said.extend([look(), look()]);
    insta::assert_snapshot!(said.join("\n"), @r"
    no file
    nothing new
    3 keys
    nothing new
    4 keys
    nothing new
    the key ring is malformed
    nothing new
    4 keys
    nothing new
    ");
}

#[test]
fn a_file_is_never_overwritten() {
    let directory = Directory::new();
    fs::write(directory.ring(), "something else").expect("can be written");
    let refused = KeyRing::create(&directory.ring(), &[SigningAlgorithm::Es256], NOW)
        .expect_err("there is a file");
    assert!(matches!(refused, KeyRingError::Exists(_)), "{refused}");
    assert_eq!(fs::read_to_string(directory.ring()).expect("is there"), "something else");
    assert_eq!(directory.names(), ["keyring.json"]);
}

#[test]
fn nodes_that_start_at_the_same_time_end_up_with_one_ring() {
    let directory = Directory::new();
    let start = Barrier::new(8);
    let rings: Vec<_> = std::thread::scope(|scope| {
        let node = || {
            start.wait();
            KeyRing::load_or_create(&directory.ring(), NOW).expect("made or read").jwks().to_owned()
        };
        let nodes: Vec<_> = (0..8).map(|_| scope.spawn(node)).collect();
        nodes.into_iter().map(|node| node.join().expect("no node panics")).collect()
    });
    assert!(rings.iter().all(|ring| *ring == rings[0]));
    assert_eq!(directory.names(), ["keyring.json"]);
}

#[test]
fn a_ring_that_is_there_is_kept() {
    let directory = Directory::new();
    let first = KeyRing::load_or_create(&directory.ring(), NOW).expect("can be made");
    let second = KeyRing::load_or_create(&directory.ring(), NOW).expect("can be read");
    assert_eq!(first.jwks(), second.jwks());
}

#[test]
fn cfg_11_a_file_that_others_can_read_is_refused() {
    let directory = Directory::new();
    fs::write(directory.ring(), RING).expect("can be written");
    for (permissions, fine) in [
        (0o600, true),
        (0o400, true),
        (0o700, true),
        (0o640, false),
        (0o620, false),
        (0o610, false),
        (0o604, false),
        (0o602, false),
        (0o601, false),
    ] {
        let permissions = fs::Permissions::from_mode(permissions);
        fs::set_permissions(directory.ring(), permissions.clone()).expect("can be changed");
        assert_eq!(KeyRing::load(&directory.ring()).is_ok(), fine, "{permissions:?}");
        assert_eq!(KeyRing::load_or_create(&directory.ring(), NOW).is_ok(), fine);
    }
    fs::set_permissions(directory.ring(), fs::Permissions::from_mode(0o644)).expect("changed");
    let refused = KeyRing::load(&directory.ring()).expect_err("others can read it").to_string();
    let refused = refused.replace(&*directory.0.to_string_lossy(), "");
    insta::assert_snapshot!(refused, @"/keyring.json can be read by others than its owner (mode 644); run `chmod 600` on it, and replace the keys if others may have read them");
}

#[test]
fn saving_replaces_the_file_as_a_whole() {
    let directory = Directory::new();
    let mut ring =
        KeyRing::create(&directory.ring(), &[SigningAlgorithm::Es256], NOW).expect("can be made");
    ring.rotate(Ring::Sealing, NOW).expect("can be rotated");
    ring.save(&directory.ring()).expect("can be saved");
    assert_eq!(KeyRing::load(&directory.ring()).expect("can be read").list(), ring.list());
    assert_eq!(mode(&directory.ring()), 0o600);
    assert_eq!(directory.names(), ["keyring.json"]);
}

#[test]
fn a_ring_that_cannot_be_saved_leaves_nothing_behind() {
    let directory = Directory::new();
    let ring = KeyRing::generate(NOW);
    fs::create_dir(directory.ring()).expect("a directory in its place");
    assert!(matches!(ring.save(&directory.ring()), Err(KeyRingError::File { .. })));
    assert_eq!(directory.names(), ["keyring.json"]);
    let nowhere = directory.0.join("missing").join("keyring.json");
    assert!(matches!(ring.save(&nowhere), Err(KeyRingError::File { .. })));
    // What is no name of a file can have a draft beside it all the same.
    for place in [nowhere, directory.0.join("other.json/")] {
        let made = KeyRing::create(&place, &[SigningAlgorithm::Es256], NOW);
        assert!(matches!(made, Err(KeyRingError::File { .. })), "{}", place.display());
    }
    assert_eq!(directory.names(), ["keyring.json"]);
}

#[test]
fn a_file_of_64_kilobytes_is_read_and_a_larger_one_is_not() {
    let directory = Directory::new();
    let owner_only = |bytes: usize| {
        let padded = format!("{}{}", RING.trim(), " ".repeat(bytes - RING.trim().len()));
        fs::write(directory.ring(), padded).expect("can be written");
        fs::set_permissions(directory.ring(), fs::Permissions::from_mode(0o600)).expect("changed");
        KeyRing::load(&directory.ring())
    };
    assert!(owner_only(65_536).is_ok());
    assert!(matches!(owner_only(65_537), Err(KeyRingError::TooLarge(_))));
    assert!(matches!(
        KeyRing::load(&directory.0),
        Err(KeyRingError::Exposed { .. } | KeyRingError::File { .. })
    ));
}
