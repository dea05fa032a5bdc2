//! What a key's state lets it do: one key seals, three states open, revoked keys do nothing.

use sealbearer::keys::{KeyRing, Ring, Rotation};
use sealbearer::seal::Seal;

use super::{ClientRegistration, ISSUER, NOW, Sample, for_every_purpose};

/// Four keys of each secret ring, in the states given.
fn ring_with(states: [&str; 4]) -> KeyRing {
    let secrets = [
        "hNnk6xwHlQ-qBYA7XLw-TG9bcJXSEdlOFWwVgxGRhPg",
        "AsXpqAnGV1c6F0J9RCVAi-PQg5Hlz_IQb8jX7XTRTp4",
        "GhqrJxTPkD8VMVXVsVj7dpoX4Q8bUGtIpCmbuY2kqZ8",
        "4LpVa0JONJwRDcHzbtCqV5tBXhHXtp0vo6A1UuTz5sI",
    ];
    let entries = |prefix: &str| {
        let entry = |(index, (secret, key_state)): (usize, (&str, &str))| {
            // The rings need secrets of their own; reversing one makes another.
            let secret: String = if prefix == "k" { secret.to_owned() } else { mirrored(secret) };
            format!(
                r#"{{"id":"{prefix}{}","state":"{key_state}","created_at":0,"secret":"{secret}"}}"#,
                index + 1
            )
        };
        secrets.into_iter().zip(states).enumerate().map(entry).collect::<Vec<_>>().join(",")
    };
    let signing: serde_json::Value = serde_json::from_str(super::RING).expect("the ring is JSON");
    let json = format!(
        r#"{{"version":1,"sealing":[{}],"registration":[{}],"signing":{}}}"#,
        entries("k"),
        entries("r"),
        signing["signing"]
    );
    KeyRing::from_json(&json).expect("a ring with one active key")
}

fn mirrored(secret: &str) -> String {
    let (first, rest) = secret.split_at(1);
    rest[..41].chars().rev().chain(first.chars()).chain("A".chars()).collect()
}

fn opens_in<A: Sample>(states: [&str; 4], expected: [bool; 4]) {
    let node = Seal::new(ISSUER, &ring_with(states));
    for key in 0..4 {
        let mut sealing = ["pending"; 4];
        sealing[key] = "active";
        let text = Seal::new(ISSUER, &ring_with(sealing)).seal(&A::sample("x"), NOW);
        let opens = node.open::<A>(&text, NOW).is_ok();
        assert_eq!(opens, expected[key], "{:?}, key {}", A::PURPOSE, key + 1);
    }
}

#[test]
fn pending_active_and_retiring_keys_open_and_revoked_keys_do_not() {
    for_every_purpose!(opens_in(
        ["pending", "active", "retiring", "revoked"],
        [true, true, true, false]
    ));
    for_every_purpose!(opens_in(
        ["revoked", "retiring", "active", "pending"],
        [false, true, true, true]
    ));
}

/// The whole rotation of a fleet, one node a step behind all the time: nothing sealed anywhere is refused anywhere.
#[test]
fn a_fleet_can_rotate_step_by_step() {
    let mut ring = KeyRing::generate(NOW);
    let mut nodes = vec![Seal::new(ISSUER, &ring)];
    for kind in [Ring::Sealing, Ring::Registration, Ring::Sealing, Ring::Registration] {
        for _ in 0..2 {
            ring.rotate(kind, NOW).expect("a ring of its own can be rotated");
            nodes.push(Seal::new(ISSUER, &ring));
        }
    }
    for neighbours in nodes.windows(2) {
        for_every_purpose!(understand_each_other(neighbours));
    }
}

fn understand_each_other<A: Sample>(nodes: &[Seal]) {
    for (from, to) in [(0, 1), (1, 0)] {
        let text = nodes[from].seal(&A::sample("x"), NOW);
        assert_eq!(nodes[to].open(&text, NOW), Ok(A::sample("x")), "{:?}", A::PURPOSE);
    }
}

#[test]
fn a_client_secret_lives_as_long_as_the_key_it_was_made_under() {
    let mut ring = KeyRing::generate(NOW);
    let before = Seal::new(ISSUER, &ring);
    let client_id = before.seal(&ClientRegistration::sample("x"), NOW);
    let presented = before.client_secret(&client_id);
    for _ in 0..2 {
        ring.rotate(Ring::Registration, NOW).expect("a ring of its own can be rotated");
        let after = Seal::new(ISSUER, &ring);
        assert!(after.client_secret_matches(&client_id, &presented));
    }
    assert_ne!(Seal::new(ISSUER, &ring).client_secret(&client_id), presented);
    ring.retire("r1").expect("r1 is retiring");
    assert!(!Seal::new(ISSUER, &ring).client_secret_matches(&client_id, &presented));
    assert!(Seal::new(ISSUER, &ring).open::<ClientRegistration>(&client_id, NOW).is_err());
}

#[test]
fn of_several_pending_keys_the_oldest_becomes_active() {
    let mut ring = ring_with(["retiring", "pending", "active", "pending"]);
    let rotation = ring.rotate(Ring::Sealing, NOW).expect("a ring of its own can be rotated");
    let Rotation::Promoted { active, retiring } = rotation else { panic!("{rotation:?}") };
    let retiring = retiring.expect("one was active");
    assert_eq!([active.as_str(), retiring.as_str()], ["k2", "k3"]);
}

#[test]
fn the_steps_of_a_rotation() {
    let mut ring = KeyRing::generate(NOW);
    let rotate = |ring: &mut KeyRing, kind| match ring.rotate(kind, NOW) {
        Ok(Rotation::Added(key)) => format!("added {key}"),
        Ok(Rotation::Promoted { active, retiring: Some(retiring) }) => {
            format!("{active} replaces {retiring}")
        }
        Ok(Rotation::Promoted { active, retiring: None }) => format!("{active} is the first"),
        Err(refused) => refused.to_string(),
    };
    let states = |ring: &KeyRing| {
        let secret = |key: &&sealbearer::keys::KeySummary| key.ring != Ring::Signing;
        let listed = ring.list();
        let listed = listed.iter().filter(secret);
        listed
            .map(|key| format!("{} {}", key.id, key.key_state.as_str()))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut said = vec![states(&ring)];
    for kind in [Ring::Sealing, Ring::Sealing, Ring::Registration, Ring::Sealing] {
        said.push(rotate(&mut ring, kind));
        said.push(states(&ring));
    }
    for id in ["k2", "k1", "k1", "k3", "k9"] {
        let outcome = ring
            .retire(id)
            .map_or_else(|refused| refused.to_string(), |()| format!("retired {id}"));
        said.push(outcome);
    }
    said.push(states(&ring));
    said.push(rotate(&mut ring, Ring::Sealing));
    insta::assert_snapshot!(said.join("\n"), @r"
    k1 active, r1 active
    added k2
    k1 active, k2 pending, r1 active
    k2 replaces k1
    k1 retiring, k2 active, r1 active
    added r2
    k1 retiring, k2 active, r1 active, r2 pending
    added k3
    k1 retiring, k2 active, k3 pending, r1 active, r2 pending
    key k2 is active; rotate until another key is active, then retire it
    retired k1
    retired k1
    retired k3
    there is no key k9
    k1 revoked, k2 active, k3 revoked, r1 active, r2 pending
    added k4
    ");
}
