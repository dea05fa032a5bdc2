//! The tables of the file, and what each question changes in them. Everything here happens inside one write transaction.

use protocol::ids::FamilyId;
use protocol::oauth::client::ClientThumbprint;
use protocol::oauth::subject::SubjectDigest;
use protocol::oauth::time::UnixTime;
use protocol::replay::Revocation;
use redb::{ReadableTable as _, ReadableTableMetadata as _, Table, TableDefinition};

use super::super::family::Standing;
use super::super::{Capacity, Unavailable};
use super::seen::{Revoked, Seen};
use super::writer::ROW_BYTES;

mod kept;
mod questions;

/// What may be used once, by name: when it was used first.
const USES: TableDefinition<'_, &Key, u64> = TableDefinition::new("uses");
/// Families by id: the newest generation, until when the one before is usable, whether it is revoked, when it ends.
const FAMILIES: TableDefinition<'_, &Id, (u32, u64, bool, u64)> = TableDefinition::new("families");
/// Texts by name: which version it is, when it ends, and itself.
const KEPT: TableDefinition<'_, &Id, (u64, u64, &str)> = TableDefinition::new("kept");
/// Instants of revocation, by what they are about.
const EPOCHS: TableDefinition<'_, &Key, u64> = TableDefinition::new("epochs");
/// What leaves when: everything of the tables above, by its end.
const ENDS: TableDefinition<'_, (u64, &Key), ()> = TableDefinition::new("ends");
/// What the file knows about itself.
const FACTS: TableDefinition<'_, &str, u64> = TableDefinition::new("facts");

/// The form of the tables. Another number is another release's file.
const FORMAT: u64 = 1;
/// How long everything is remembered beyond its end, so that a clock which steps back does not make a spent code fresh.
const MARGIN_SECONDS: u64 = 60;
/// How much leaves at most with one transaction's question, so that none pays for a crowd that expires at once.
const FORGOTTEN_AT_ONCE_MAX: usize = 8;
/// How many families are looked at for one to displace.
const CANDIDATES_MAX: usize = 64;

pub(super) type Id = [u8; 16];
type Key = [u8; 17];

/// What a row of [`ENDS`] is about; the first byte of its name.
#[derive(Clone, Copy)]
enum Kind {
    Code = 0,
    Use = 1,
    Family = 2,
    Everything = 3,
    Subject = 4,
    Client = 5,
    Kept = 6,
}

fn key(kind: Kind, id: Id) -> Key {
    let mut key = [0; 17];
    key[0] = kind as u8;
    key[1..].copy_from_slice(&id);
    key
}

/// What is claimed once.
#[derive(Clone, Copy)]
pub(super) enum Once {
    /// A code, with the family it founds and when that ends.
    Code { code: Id, issued_at: UnixTime, family: Id, family_expires_at: UnixTime },
    /// Anything else.
    Use(Id),
}

/// Why a transaction came to nothing; none of it counts.
pub(super) type Trouble = redb::Error;

/// The tables within one write transaction.
pub(super) struct Tables<'txn> {
    uses: Table<'txn, &'static Key, u64>,
    families: Table<'txn, &'static Id, (u32, u64, bool, u64)>,
    kept: Table<'txn, &'static Id, (u64, u64, &'static str)>,
    epochs: Table<'txn, &'static Key, u64>,
    ends: Table<'txn, (u64, &'static Key), ()>,
    facts: Table<'txn, &'static str, u64>,
    capacity: Capacity,
    seen: &'txn Seen,
    /// Whether there is anything to put on the disk.
    pub(super) is_changed: bool,
}

#[derive(Clone, Copy, Eq, PartialEq)]
struct Family {
    standing: Standing,
    expires_at: UnixTime,
}

impl<'txn> Tables<'txn> {
    /// Opens the tables, making those that are not there yet.
    pub(super) fn open(
        transaction: &'txn redb::WriteTransaction,
        capacity: Capacity,
        seen: &'txn Seen,
    ) -> Result<Self, Trouble> {
        Ok(Self {
            uses: transaction.open_table(USES).map_err(Trouble::from)?,
            families: transaction.open_table(FAMILIES).map_err(Trouble::from)?,
            kept: transaction.open_table(KEPT).map_err(Trouble::from)?,
            epochs: transaction.open_table(EPOCHS).map_err(Trouble::from)?,
            ends: transaction.open_table(ENDS).map_err(Trouble::from)?,
            facts: transaction.open_table(FACTS).map_err(Trouble::from)?,
            capacity,
            seen,
            is_changed: false,
        })
    }

    /// Reads what the file knows about itself; `inode`: which file it is.
    ///
    /// A file that is new, or that is not the one it was (a copy that was put back), may not know what was used and
    /// revoked before. So nothing that was issued until `now` is believed any more.
    pub(super) fn begin(&mut self, inode: u64, now: UnixTime) -> Result<Begun, Trouble> {
        let format = self.fact("format")?;
        if format.is_some_and(|format| format != FORMAT) {
            return Ok(Begun::OfAnotherRelease);
        }
        if self.fact("inode")? != Some(inode) {
            self.facts.insert("inode", inode).map_err(Trouble::from)?;
            self.facts.insert("format", FORMAT).map_err(Trouble::from)?;
            self.facts.insert("fence", now.0).map_err(Trouble::from)?;
        }
        let fence = UnixTime(self.fact("fence")?.unwrap_or(now.0));
        self.recall(now)?;
        Ok(Begun::Fenced(fence))
    }

    fn fact(&self, name: &str) -> Result<Option<u64>, Trouble> {
        Ok(self.facts.get(name).map_err(Trouble::from)?.map(|fact| fact.value()))
    }

    /// Fills memory with what is revoked, which is asked for at every use of an access token.
    fn recall(&mut self, now: UnixTime) -> Result<(), Trouble> {
        while self.forget(now)? > 0 {}
        let mut revoked = Revoked::default();
        for family in self.families.iter().map_err(Trouble::from)? {
            let (id, family) = family.map_err(Trouble::from)?;
            let (_, _, is_revoked, _) = family.value();
            if is_revoked {
                revoked.families.insert(FamilyId(*id.value()));
            }
        }
        for epoch in self.epochs.iter().map_err(Trouble::from)? {
            let (name, before) = epoch.map_err(Trouble::from)?;
            // There is as much room as there was when it was noted.
            let _noted = revoked.epochs.note(epoch_named(name.value(), UnixTime(before.value())));
        }
        self.seen.replace(revoked);
        Ok(())
    }

    /// Room for another family, at the cost of the one that ends next if there is none.
    fn remember(&mut self, id: Id, family: &Family) -> Result<Result<(), Unavailable>, Trouble> {
        let is_full =
            self.families.len().map_err(Trouble::from)? >= rows(self.capacity.families_max);
        if is_full && !self.displace()? {
            let full = Unavailable::because("as many families as it may remember are revoked");
            return Ok(Err(full));
        }
        self.ends_at(family.expires_at, key(Kind::Family, id))?;
        self.write(id, family)?;
        Ok(Ok(()))
    }

    /// Forgets the family that ends next of those that are not revoked; its next refresh is refused. False if there is none.
    fn displace(&mut self) -> Result<bool, Trouble> {
        let mut candidates = Vec::new();
        for row in self.ends.iter().map_err(Trouble::from)? {
            let (row, ()) = row.map(|(row, unit)| (row, unit.value())).map_err(Trouble::from)?;
            let (end, name) = row.value();
            if name[0] == Kind::Family as u8 {
                candidates.push((end, *name));
            }
            if candidates.len() == CANDIDATES_MAX {
                break;
            }
        }
        for (end, name) in candidates {
            let id = id_of(&name);
            if self.family(&id)?.is_some_and(|family| family.standing != Standing::Revoked) {
                self.families.remove(&id).map_err(Trouble::from)?;
                self.ends.remove((end, &name)).map_err(Trouble::from)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn family(&self, id: &Id) -> Result<Option<Family>, Trouble> {
        let row = self.families.get(id).map_err(Trouble::from)?;
        Ok(row.map(|row| {
            let (newest, previous_until, is_revoked, expires_at) = row.value();
            let alive = Standing::Alive { newest, previous_until: UnixTime(previous_until) };
            let standing = if is_revoked { Standing::Revoked } else { alive };
            Family { standing, expires_at: UnixTime(expires_at) }
        }))
    }

    /// What is revoked is revoked from here on, also if the transaction then fails: nobody was promised otherwise.
    fn write(&mut self, id: Id, family: &Family) -> Result<(), Trouble> {
        let (newest, previous_until, is_revoked) = match family.standing {
            Standing::Alive { newest, previous_until } => (newest, previous_until.0, false),
            Standing::Revoked => (0, 0, true),
        };
        self.is_changed = true;
        if is_revoked {
            self.seen.insert(FamilyId(id));
            self.forget_kept(id)?;
        }
        let row = (newest, previous_until, is_revoked, family.expires_at.0);
        self.families.insert(&id, row).map_err(Trouble::from)?;
        Ok(())
    }

    fn ends_at(&mut self, end: UnixTime, name: Key) -> Result<(), Trouble> {
        self.is_changed = true;
        let end = end.plus_seconds(MARGIN_SECONDS);
        self.ends.insert((end.0, &name), ()).map_err(Trouble::from)?;
        Ok(())
    }

    fn move_end(&mut self, id: Id, from: UnixTime, to: UnixTime) -> Result<(), Trouble> {
        if from == to {
            return Ok(());
        }
        let name = key(Kind::Family, id);
        self.ends.remove((from.plus_seconds(MARGIN_SECONDS).0, &name)).map_err(Trouble::from)?;
        self.ends_at(to, name)
    }

    /// Drops some of what has ended; how much.
    fn forget(&mut self, now: UnixTime) -> Result<usize, Trouble> {
        let mut ended = Vec::new();
        for row in self.ends.iter().map_err(Trouble::from)?.take(FORGOTTEN_AT_ONCE_MAX) {
            let (row, _) = row.map_err(Trouble::from)?;
            let (end, name) = row.value();
            if end > now.0 {
                break;
            }
            ended.push((end, *name));
        }
        self.is_changed |= !ended.is_empty();
        for (end, name) in &ended {
            self.ends.remove((*end, name)).map_err(Trouble::from)?;
            let kind = name[0];
            if kind == Kind::Family as u8 {
                let id = id_of(name);
                self.families.remove(&id).map_err(Trouble::from)?;
                self.seen.remove(FamilyId(id));
            } else if kind == Kind::Kept as u8 {
                self.drop_kept(id_of(name))?;
            } else if kind == Kind::Code as u8 || kind == Kind::Use as u8 {
                self.uses.remove(name).map_err(Trouble::from)?;
            } else {
                self.epochs.remove(name).map_err(Trouble::from)?;
            }
        }
        Ok(ended.len())
    }

    /// Writes something that says nothing, to see whether it can be written.
    pub(super) fn probe(&mut self) -> Result<(), Trouble> {
        self.is_changed = true;
        self.facts.insert("probe", 0).map_err(Trouble::from)?;
        Ok(())
    }

    /// How many rows there are, in all tables; a text that is kept counts as so many as it would fill.
    pub(super) fn rows(&self) -> Result<u64, Trouble> {
        let counted = [self.uses.len(), self.families.len(), self.epochs.len(), self.ends.len()];
        let rows: u64 = counted
            .into_iter()
            .map(|rows| rows.map_err(Trouble::from))
            .sum::<Result<u64, Trouble>>()?;
        Ok(rows + self.kept.len().map_err(Trouble::from)? + self.kept_bytes()? / ROW_BYTES)
    }
}

/// How the file begins.
pub(super) enum Begun {
    /// Nothing issued until this instant is believed.
    Fenced(UnixTime),
    /// Its tables have a form that this release does not know.
    OfAnotherRelease,
}

fn rows(capacity: usize) -> u64 {
    u64::try_from(capacity).unwrap_or(u64::MAX)
}

fn id_of(name: &Key) -> Id {
    let mut id = [0; 16];
    id.copy_from_slice(&name[1..]);
    id
}

fn epoch_named(name: &Key, before: UnixTime) -> Revocation {
    let id = id_of(name);
    if name[0] == Kind::Subject as u8 {
        Revocation::Subject { subject: SubjectDigest(id), before }
    } else if name[0] == Kind::Client as u8 {
        Revocation::Client { client: ClientThumbprint(id), before }
    } else {
        Revocation::Everything { before }
    }
}
