//! A value of one purpose never opens as another, and each of the five walls sees to that without the others.

use protocol::oauth::time::UnixTime;
use sealbearer::seal::{Artefact, Purpose, Recipe, Recipes, Seal, SecretRing, Wire};
use serde::{Deserialize, Serialize};

use super::{ISSUER, NOW, Sample, ring};

/// Claims that look the same for every purpose.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Alike<const PURPOSE: usize> {
    iat: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<u64>,
}

impl<const PURPOSE: usize> Artefact for Alike<PURPOSE> {
    const PURPOSE: Purpose = Purpose::ALL[PURPOSE];

    fn issued_at(&self) -> UnixTime {
        UnixTime(self.iat)
    }

    fn expires_at(&self) -> Option<UnixTime> {
        self.exp.map(UnixTime)
    }
}

/// Claims whose schema tells the purpose.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Own<A> {
    iat: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<u64>,
    schema: A,
}

impl<A: Sample> Artefact for Own<A> {
    const PURPOSE: Purpose = A::PURPOSE;

    fn issued_at(&self) -> UnixTime {
        UnixTime(self.iat)
    }

    fn expires_at(&self) -> Option<UnixTime> {
        self.exp.map(UnixTime)
    }
}

type SealOne = fn(&Seal, Option<u64>) -> String;
type OpenOne = fn(&Seal, &str) -> bool;

fn seal_alike<const PURPOSE: usize>(seal: &Seal, exp: Option<u64>) -> String {
    seal.seal(&Alike::<PURPOSE> { iat: NOW.0, exp }, NOW)
}

fn open_alike<const PURPOSE: usize>(seal: &Seal, text: &str) -> bool {
    seal.open::<Alike<PURPOSE>>(text, NOW).is_ok()
}

fn seal_own<A: Sample>(seal: &Seal, exp: Option<u64>) -> String {
    seal.seal(&Own { iat: NOW.0, exp, schema: A::sample("x") }, NOW)
}

fn open_own<A: Sample>(seal: &Seal, text: &str) -> bool {
    seal.open::<Own<A>>(text, NOW).is_ok()
}

macro_rules! of_every_purpose {
    ($function:ident) => {
        [
            $function::<super::AuthorizationCode>,
            $function::<super::AccessToken>,
            $function::<super::RefreshToken>,
            $function::<super::ClientRegistration>,
            $function::<super::LoginTicket>,
            $function::<super::ConsentTicket>,
            $function::<super::LoginSession>,
            $function::<super::ConsentMemory>,
            $function::<super::AccountTicket>,
            $function::<super::RevocationOrder>,
            $function::<super::ApprovalTicket>,
            $function::<super::ProviderTransaction>,
            $function::<super::LogoutTicket>,
        ]
    };
}

macro_rules! of_every_index {
    ($function:ident) => {
        [
            $function::<0>,
            $function::<1>,
            $function::<2>,
            $function::<3>,
            $function::<4>,
            $function::<5>,
            $function::<6>,
            $function::<7>,
            $function::<8>,
            $function::<9>,
            $function::<10>,
            $function::<11>,
            $function::<12>,
        ]
    };
}

/// Which walls stand.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each wall stands or not, on its own")]
struct Walls {
    key: bool,
    header: bool,
    tag: bool,
    schema: bool,
    wire: bool,
}

impl Walls {
    fn all_combinations() -> impl Iterator<Item = Self> {
        (0_u8..32).map(|bits| {
            let [key, header, tag, schema, wire] = [1, 2, 4, 8, 16].map(|bit| bits & bit != 0);
            Self { key, header, tag, schema, wire }
        })
    }

    fn standing(self) -> usize {
        [self.key, self.header, self.tag, self.schema, self.wire].map(usize::from).iter().sum()
    }

    /// The recipes of this release without the walls that are down.
    fn recipes(self) -> Recipes {
        Purpose::recipes().map(|recipe| {
            let mut recipe = Recipe { characters_max: 20_000, ..recipe };
            if !self.key {
                recipe.label = "any";
            }
            if !self.header {
                recipe.typ = Some("any");
            }
            if !(self.key && self.header) {
                // Ring and day are part of the derivation and, through `kid`, of the header.
                recipe.ring = SecretRing::Sealing;
                recipe.lifetime_seconds_max = Some(60);
            }
            if !self.tag {
                recipe.tag = 9;
            }
            if !self.wire {
                recipe.wire = Wire::Nested;
            }
            recipe
        })
    }

    /// Whether the walls that stand take a value of purpose `a` for one of purpose `b`.
    fn confuse(self, recipes: &Recipes, a: usize, b: usize) -> bool {
        let [one, other] = [&recipes[a], &recipes[b]];
        let dated = |recipe: &Recipe| recipe.lifetime_seconds_max.is_some();
        one.label == other.label
            && one.typ == other.typ
            && one.ring == other.ring
            && dated(one) == dated(other)
            && one.tag == other.tag
            && one.wire == other.wire
            && (a == b || !self.schema)
    }
}

/// All purposes at all sinks, with every combination of walls: a value is taken for another exactly if nothing that
/// still stands tells them apart. With nothing standing everything opens, so it is the walls that refuse.
#[test]
fn jos_12_every_wall_holds_without_the_others() {
    let mut refused_by_one_wall = [false; 5];
    for walls in Walls::all_combinations() {
        let recipes = walls.recipes();
        let seal = Seal::with_recipes(ISSUER, &ring(), recipes);
        let (sealers, openers): ([SealOne; 13], [OpenOne; 13]) = if walls.schema {
            (of_every_purpose!(seal_own), of_every_purpose!(open_own))
        } else {
            (of_every_index!(seal_alike), of_every_index!(open_alike))
        };
        for (a, sealer) in sealers.iter().enumerate() {
            let expires = recipes[a].lifetime_seconds_max.map(|_| NOW.0 + 60);
            let text = sealer(&seal, expires);
            for (b, opener) in openers.iter().enumerate() {
                let confused = walls.confuse(&recipes, a, b);
                let (from, to) = (Purpose::ALL[a], Purpose::ALL[b]);
                assert_eq!(opener(&seal, &text), confused, "{from:?} as {to:?} with {walls:?}");
                if walls.standing() == 1 && !confused {
                    let standing = [walls.key, walls.header, walls.tag, walls.schema, walls.wire];
                    let alone = standing.iter().position(|stands| *stands);
                    refused_by_one_wall[alone.expect("one wall stands")] = true;
                }
            }
        }
    }
    assert_eq!(refused_by_one_wall, [true; 5], "each wall refuses something alone");
}

/// The release itself: with all walls, and with any one of them down, no purpose is ever taken for another.
#[test]
fn jos_12_jos_13_no_purpose_is_taken_for_another_even_with_one_wall_down() {
    for walls in Walls::all_combinations().filter(|walls| walls.standing() >= 4) {
        let recipes = walls.recipes();
        let pairs = (0..8).flat_map(|a| (0..8).map(move |b| (a, b)));
        for (a, b) in pairs {
            assert_eq!(walls.confuse(&recipes, a, b), a == b, "{walls:?}");
        }
    }
}
