//! Texts that are kept, each until its end.

use protocol::oauth::time::UnixTime;

use super::super::super::kept::bytes_max;
use super::super::super::{Keep, Keeping, Kept, Unavailable};
use super::{Id, Kind, MARGIN_SECONDS, Tables, Trouble, key, rows};
use redb::ReadableTable as _;

/// How many bytes of texts there are.
const BYTES: &str = "kept_bytes";

impl Tables<'_> {
    /// Keeps a text, if what is there is what it replaces.
    pub(in super::super) fn keep(
        &mut self,
        kept: &Keep,
        now: UnixTime,
    ) -> Result<Result<Keeping, Unavailable>, Trouble> {
        self.forget(now)?;
        let id = kept.name.0;
        let known = self.row(id)?.filter(|known| now < known.expires_at);
        let Some(version) = kept.following(known.as_ref().map(|known| known.version)) else {
            return Ok(Ok(Keeping::Overtaken));
        };
        self.forget_kept(id)?;
        let bytes = self.kept_bytes()? + rows(kept.text.len());
        if bytes > rows(bytes_max(self.capacity.families_max)) {
            // What it was to replace is put back: nobody loses what they have for what does not fit.
            if let Some(known) = known {
                self.put(id, &known)?;
            }
            return Ok(Err(Unavailable::because("as much as it may keep is kept")));
        }
        self.put(id, &Row { version, expires_at: kept.expires_at, text: kept.text.clone() })?;
        Ok(Ok(Keeping::Kept { version }))
    }

    /// What is kept and has not ended.
    pub(in super::super) fn kept(&self, id: Id, now: UnixTime) -> Result<Option<Kept>, Trouble> {
        let row = self.row(id)?.filter(|row| now < row.expires_at);
        Ok(row.map(|row| Kept { text: row.text, version: row.version }))
    }

    /// Forgets a text before its end.
    pub(super) fn forget_kept(&mut self, id: Id) -> Result<(), Trouble> {
        if let Some(expires_at) = self.drop_kept(id)? {
            self.is_changed = true;
            let end = expires_at.plus_seconds(MARGIN_SECONDS);
            self.ends.remove((end.0, &key(Kind::Kept, id))).map_err(Trouble::from)?;
        }
        Ok(())
    }

    /// Takes a text away, and says when it would have ended.
    pub(super) fn drop_kept(&mut self, id: Id) -> Result<Option<UnixTime>, Trouble> {
        let Some(row) = self.row(id)? else { return Ok(None) };
        self.kept.remove(&id).map_err(Trouble::from)?;
        let bytes = self.kept_bytes()?.saturating_sub(rows(row.text.len()));
        self.facts.insert(BYTES, bytes).map_err(Trouble::from)?;
        Ok(Some(row.expires_at))
    }

    pub(super) fn kept_bytes(&self) -> Result<u64, Trouble> {
        Ok(self.fact(BYTES)?.unwrap_or_default())
    }

    fn put(&mut self, id: Id, row: &Row) -> Result<(), Trouble> {
        let bytes = self.kept_bytes()? + rows(row.text.len());
        self.facts.insert(BYTES, bytes).map_err(Trouble::from)?;
        let value = (row.version, row.expires_at.0, row.text.as_str());
        self.kept.insert(&id, value).map_err(Trouble::from)?;
        self.ends_at(row.expires_at, key(Kind::Kept, id))
    }

    fn row(&self, id: Id) -> Result<Option<Row>, Trouble> {
        let row = self.kept.get(&id).map_err(Trouble::from)?;
        Ok(row.map(|row| {
            let (version, expires_at, text) = row.value();
            Row { version, expires_at: UnixTime(expires_at), text: text.to_owned() }
        }))
    }
}

/// A text as the file has it.
struct Row {
    version: u64,
    expires_at: UnixTime,
    text: String,
}
