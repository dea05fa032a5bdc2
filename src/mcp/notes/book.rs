//! Where notes are kept: a file, in which every row belongs to one person and is found by nobody else.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use protocol::oauth::time::UnixTime;
use redb::backends::FileBackend;
use redb::{Database, ReadableDatabase as _, TableDefinition};
use serde::{Deserialize, Serialize};

/// How many notes one person may have.
pub const NOTES_MAX: usize = 1_000;
/// The longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 200;
/// The longest content, in bytes.
pub const CONTENT_BYTES_MAX: usize = 16 * 1_024;
/// What the store may keep of the file in memory, in bytes.
const CACHE_BYTES: usize = 4 << 20;

/// Issuer, subject and id of a note; the note as JSON.
const NOTES: TableDefinition<'_, (&str, &str, &str), &[u8]> = TableDefinition::new("notes");

/// Whose notes: a subject means somebody only at its issuer.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Owner {
    /// Who names the subject.
    pub issuer: String,
    /// The person, or the client that acts for itself.
    pub subject: String,
}

/// A note.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Note {
    /// Its name among its owner's.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What it says.
    pub content: String,
    /// When it was written, in seconds since 1970.
    pub created_at: u64,
}

/// Why nothing was written or read; the display form is for the person who asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BookError {
    /// Empty, or longer than a title may be.
    #[error("`title` must have 1 to 200 characters.")]
    Title,
    /// Empty, or longer than a note may be.
    #[error("`content` must have 1 to 16384 bytes.")]
    Content,
    /// There are as many as one person may have.
    #[error("There are 1000 notes already; this server keeps no more for one person.")]
    Full,
    /// The file cannot be read or written.
    #[error("The notes cannot be reached at the moment; try again.")]
    Unavailable,
}

/// All notes.
#[derive(Debug)]
pub struct Book(Database);

impl Book {
    /// Opens the file at `path`, making it (mode 0600) if there is none.
    /// # Errors
    /// What the system or the store says.
    pub fn open(path: &Path) -> Result<Self, redb::Error> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)?;
        let database = redb::Builder::new()
            .set_cache_size(CACHE_BYTES)
            .create_with_backend(FileBackend::new(file)?)?;
        let begun = database.begin_write()?;
        begun.open_table(NOTES)?;
        begun.commit()?;
        Ok(Self(database))
    }

    /// Writes a note. `id`: a name that its owner has not used.
    /// # Errors
    /// [`BookError`].
    pub fn write(
        &self,
        owner: &Owner,
        id: String,
        title: &str,
        content: &str,
        now: UnixTime,
    ) -> Result<Note, BookError> {
        if !(1..=TITLE_CHARS_MAX).contains(&title.chars().count()) {
            return Err(BookError::Title);
        }
        if !(1..=CONTENT_BYTES_MAX).contains(&content.len()) {
            return Err(BookError::Content);
        }
        if self.list(owner)?.len() >= NOTES_MAX {
            return Err(BookError::Full);
        }
        let (title, content) = (title.to_owned(), content.to_owned());
        let note = Note { id, title, content, created_at: now.0 };
        self.take_over(owner, [note.clone()]).map_err(|cause| unavailable(&cause))?;
        Ok(note)
    }

    /// Keeps notes as they are, all of them or none, as when they come from another place.
    /// # Errors
    /// What the store says.
    pub fn take_over(
        &self,
        owner: &Owner,
        notes: impl IntoIterator<Item = Note>,
    ) -> Result<(), redb::Error> {
        let begun = self.0.begin_write()?;
        {
            let mut table = begun.open_table(NOTES)?;
            for note in notes {
                let text = serde_json::to_vec(&note).unwrap_or_default();
                let key = (owner.issuer.as_str(), owner.subject.as_str(), note.id.as_str());
                table.insert(key, text.as_slice())?;
            }
        }
        begun.commit()?;
        Ok(())
    }

    /// The notes of `owner`, oldest first.
    /// # Errors
    /// [`BookError::Unavailable`].
    pub fn list(&self, owner: &Owner) -> Result<Vec<Note>, BookError> {
        let mut notes = self.of(owner).map_err(|cause| unavailable(&cause))?;
        notes.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
        Ok(notes)
    }

    fn of(&self, owner: &Owner) -> Result<Vec<Note>, redb::Error> {
        let (issuer, subject) = (owner.issuer.as_str(), owner.subject.as_str());
        let table = self.0.begin_read()?.open_table(NOTES)?;
        let mut notes = Vec::new();
        for row in table.range((issuer, subject, "")..)? {
            let (key, text) = row?;
            let (of_issuer, of_subject, _) = key.value();
            if (of_issuer, of_subject) != (issuer, subject) {
                break;
            }
            notes.extend(serde_json::from_slice::<Note>(text.value()));
        }
        Ok(notes)
    }

    /// The note of `owner` that is called `id`.
    /// # Errors
    /// [`BookError::Unavailable`].
    pub fn read(&self, owner: &Owner, id: &str) -> Result<Option<Note>, BookError> {
        let found = || -> Result<Option<Note>, redb::Error> {
            let table = self.0.begin_read()?.open_table(NOTES)?;
            let row = table.get((owner.issuer.as_str(), owner.subject.as_str(), id))?;
            Ok(row.and_then(|text| serde_json::from_slice(text.value()).ok()))
        };
        found().map_err(|cause| unavailable(&cause))
    }
}

fn unavailable(cause: &redb::Error) -> BookError {
    tracing::error!(%cause, "the notes cannot be reached");
    BookError::Unavailable
}
