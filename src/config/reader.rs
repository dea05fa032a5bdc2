//! Reading a table key by key: each read checks type and bounds and notes a mistake instead of stopping, and whatever
//! was never asked for is an unknown key. So the keys are listed in one place only, where they are read.

use std::{cell::RefCell, collections::BTreeMap, ops::RangeInclusive, rc::Rc};

use protocol::oauth::time::UnixTime;

use super::{
    Mistake, Place,
    grammar::{self, nearest},
    instant,
    layers::{Content, Located},
};

/// Where mistakes are collected.
pub(super) type Noted = Rc<RefCell<Vec<Mistake>>>;

/// A value that was read, with the means to complain about it.
#[derive(Clone, Debug)]
pub(super) struct Found<T> {
    pub(super) value: T,
    pub(super) place: Place,
    pub(super) key: String,
    noted: Noted,
}

impl<T> Found<T> {
    /// Notes that this value is wrong.
    pub(super) fn refuse(&self, problem: impl Into<String>, remedy: impl Into<String>) {
        note(&self.noted, &self.place, &self.key, problem, remedy);
    }
}

fn note(
    noted: &Noted,
    place: &Place,
    key: &str,
    problem: impl Into<String>,
    remedy: impl Into<String>,
) {
    let mistake = Mistake {
        place: place.clone(),
        key: key.to_owned(),
        problem: problem.into(),
        remedy: remedy.into(),
    };
    noted.borrow_mut().push(mistake);
}

/// A table being read.
pub(super) struct Table {
    path: String,
    pub(super) place: Place,
    entries: BTreeMap<String, Located>,
    asked: RefCell<Vec<&'static str>>,
    refused: RefCell<Vec<&'static str>>,
    noted: Noted,
}

impl Table {
    /// The whole tree.
    pub(super) fn root(tree: Located, noted: &Noted) -> Self {
        Self::of(String::new(), tree, noted)
    }

    fn of(path: String, located: Located, noted: &Noted) -> Self {
        let Content::Table(entries) = located.content else {
            note(
                noted,
                &located.place,
                &path,
                "must be a table",
                format!("Write [{path}] and its keys below it"),
            );
            return Self::empty(path, located.place, noted);
        };
        Self {
            path,
            place: located.place,
            entries,
            asked: RefCell::default(),
            refused: RefCell::default(),
            noted: Rc::clone(noted),
        }
    }

    fn empty(path: String, place: Place, noted: &Noted) -> Self {
        Self {
            path,
            place,
            entries: BTreeMap::new(),
            asked: RefCell::default(),
            refused: RefCell::default(),
            noted: Rc::clone(noted),
        }
    }

    /// The full path of `key`.
    pub(super) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Notes a mistake about `key`, where it stands or else where the table does.
    pub(super) fn refuse(&self, key: &str, problem: impl Into<String>, remedy: impl Into<String>) {
        let place = self.entries.get(key).map_or(&self.place, |located| &located.place);
        note(&self.noted, place, &self.path_of(key), problem, remedy);
    }

    /// Notes a mistake about a path below this table, `scopes[0].implies`.
    pub(super) fn refuse_at(
        &self,
        path: &str,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let mut place = &self.place;
        let mut entries = Some(&self.entries);
        for step in path.split('.') {
            let (key, index) = step.split_once('[').unwrap_or((step, ""));
            let Some(mut located) = entries.and_then(|entries| entries.get(key)) else { break };
            let index = index.trim_end_matches(']').parse::<usize>().ok();
            if let (Content::List(items), Some(index)) = (&located.content, index) {
                let Some(item) = items.get(index) else { break };
                located = item;
            }
            place = &located.place;
            entries = match &located.content {
                Content::Table(entries) => Some(entries),
                _ => None,
            };
        }
        note(&self.noted, place, path, problem, remedy);
    }

    fn take(&self, key: &'static str) -> Option<Found<Content>> {
        self.asked.borrow_mut().push(key);
        let located = self.entries.get(key)?.clone();
        let noted = Rc::clone(&self.noted);
        Some(Found { value: located.content, place: located.place, key: self.path_of(key), noted })
    }

    /// Whether something stands at `key`, whatever it is.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Whether a table stands at `key`, to know it before it is read.
    pub(super) fn has_table(&self, key: &str) -> bool {
        matches!(self.entries.get(key).map(|located| &located.content), Some(Content::Table(_)))
    }

    /// Text; not empty.
    pub(super) fn text(&self, key: &'static str) -> Option<Found<String>> {
        as_text(&self.take(key)?)
    }

    /// Text that must be there.
    pub(super) fn required_text(&self, key: &'static str, remedy: &str) -> Option<Found<String>> {
        if !self.entries.contains_key(key) {
            self.asked.borrow_mut().push(key);
            self.refuse(key, "is missing", remedy);
            return None;
        }
        self.text(key)
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, key: &'static str) -> Option<Found<bool>> {
        let found = self.take(key)?;
        let value = match &found.value {
            Content::Flag(flag) => Some(*flag),
            Content::Text(text) if found.is_from_variable() => text.parse().ok(),
            _ => None,
        };
        found.typed(value, "must be true or false", "Write true or false without quotes")
    }

    /// A whole number in `bounds`.
    pub(super) fn whole(
        &self,
        key: &'static str,
        bounds: RangeInclusive<usize>,
        default: usize,
    ) -> usize {
        let Some(found) = self.take(key) else { return default };
        let number = match &found.value {
            Content::Whole(number) => Some(*number),
            Content::Text(text) if found.is_from_variable() => text.parse().ok(),
            _ => None,
        };
        let within = number
            .and_then(|number| usize::try_from(number).ok())
            .filter(|number| bounds.contains(number));
        let problem = format!("must be a whole number from {} to {}", bounds.start(), bounds.end());
        found
            .typed(within, problem, format!("Leave it out for {default}"))
            .map_or(default, |found| found.value)
    }

    /// A duration in `bounds`, in seconds.
    pub(super) fn seconds(
        &self,
        key: &'static str,
        bounds: RangeInclusive<u64>,
    ) -> Option<Found<u64>> {
        let found = self.take(key)?;
        let text = match &found.value {
            Content::Text(text) => text.as_str(),
            _ => "",
        };
        let seconds = grammar::duration(text).filter(|seconds| bounds.contains(seconds));
        let (least, most) =
            (grammar::spell_duration(*bounds.start()), grammar::spell_duration(*bounds.end()));
        let problem = format!("must be a duration from \"{least}\" to \"{most}\"");
        found.typed(
            seconds,
            problem,
            "Write a whole number and a unit in quotes: \"30s\", \"5m\", \"1h\" or \"30d\"",
        )
    }

    /// An instant.
    pub(super) fn instant(&self, key: &'static str) -> Option<UnixTime> {
        let found = self.take(key)?;
        let at = match &found.value {
            Content::Text(text) => instant::parse(text),
            _ => None,
        };
        let remedy = "Write it in UTC and in quotes: \"2026-11-21T10:00:00Z\"";
        found.typed(at, "must be an instant", remedy).map(|found| found.value)
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(
        &self,
        key: &'static str,
        words: &[(&str, T)],
    ) -> Option<Found<T>> {
        let found = self.take(key)?;
        match &found.value {
            Content::Text(text) => choose(&found.with(text.clone()), words),
            _ => found.typed(
                None,
                "must be a word in double quotes",
                format!("Write {}", spell(words)),
            ),
        }
    }

    /// A list of texts.
    pub(super) fn list(&self, key: &'static str) -> Option<Found<Vec<Found<String>>>> {
        as_list(&self.take(key)?)
    }

    /// The lists of a table whose keys the file chooses, each at its key.
    pub(super) fn named_lists(
        &self,
        key: &'static str,
    ) -> Vec<Found<(String, Vec<Found<String>>)>> {
        let table = self.table(key);
        let lists = table.entries.iter().filter_map(|(name, located)| {
            let found = Found {
                value: located.content.clone(),
                place: located.place.clone(),
                key: table.path_of(name),
                noted: Rc::clone(&table.noted),
            };
            as_list(&found).map(|list| found.with((name.clone(), list.value)))
        });
        lists.collect()
    }

    /// A table below this one; empty if it is not there.
    pub(super) fn table(&self, key: &'static str) -> Self {
        let path = self.path_of(key);
        let Some(found) = self.take(key) else {
            return Self::empty(path, self.place.clone(), &self.noted);
        };
        Self::of(path, Located { content: found.value, place: found.place }, &self.noted)
    }

    /// The tables of an array of tables.
    pub(super) fn tables(&self, key: &'static str) -> Vec<Self> {
        let Some(found) = self.take(key) else { return Vec::new() };
        let Content::List(items) = &found.value else {
            found.refuse("must be an array of tables", format!("Write [[{key}]] above each entry"));
            return Vec::new();
        };
        let items = items.iter().cloned().enumerate();
        items
            .map(|(index, item)| Self::of(format!("{}[{index}]", found.key), item, &self.noted))
            .collect()
    }

    /// Whether a table of the array `key` says `value` at `inner`, which may be below it: `gateway.credential.provider`. To
    /// know it before the array is read.
    pub(super) fn says(&self, key: &str, inner: &str, value: &str) -> bool {
        let items = match self.entries.get(key).map(|located| &located.content) {
            Some(Content::List(items)) => items.as_slice(),
            _ => &[],
        };
        items.iter().any(|item| item.content.text_at(inner) == Some(value))
    }

    /// A key that is known and refused, with the reason.
    pub(super) fn refused(&self, key: &'static str, problem: &str, remedy: &str) {
        self.refused.borrow_mut().push(key);
        if self.entries.contains_key(key) {
            self.refuse(key, problem, remedy);
        }
    }

    /// Notes every key that nobody asked for.
    pub(super) fn finish(self) {
        let (asked, refused) = (self.asked.borrow(), self.refused.borrow());
        let known =
            |key: &&String| asked.contains(&key.as_str()) || refused.contains(&key.as_str());
        for key in self.entries.keys().filter(|key| !known(key)) {
            let remedy = match nearest(key, asked.iter().copied()) {
                Some(near) => format!("Did you mean \"{near}\"?"),
                None => format!("Remove it; known here: {}", asked.join(", ")),
            };
            self.refuse(key, "is not a setting", remedy);
        }
    }
}

/// One of a few words.
pub(super) fn choose<T: Copy>(found: &Found<String>, words: &[(&str, T)]) -> Option<Found<T>> {
    let chosen = words.iter().find(|(word, _)| *word == found.value).map(|(_, meaning)| *meaning);
    let problem =
        format!("is \"{}\", which is not one of its values", grammar::shorten(&found.value));
    found.typed(chosen, problem, format!("Write {}", spell(words)))
}

fn spell<T>(words: &[(&str, T)]) -> String {
    words.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>().join(" or ")
}

fn as_list(found: &Found<Content>) -> Option<Found<Vec<Found<String>>>> {
    match &found.value {
        Content::List(items) => {
            let items = items.iter().cloned().enumerate().filter_map(|(index, item)| {
                let key = format!("{}[{index}]", found.key);
                let noted = Rc::clone(&found.noted);
                as_text(&Found { value: item.content, place: item.place, key, noted })
            });
            let items = items.collect();
            Some(found.with(items))
        }
        Content::Text(text) if found.is_from_variable() => {
            let words = text.split([',', ' ']).filter(|word| !word.is_empty());
            let items = words.map(|word| found.with(word.to_owned())).collect();
            Some(found.with(items))
        }
        _ => found.typed(None, "must be a list of texts", "Write [\"one\", \"two\"]"),
    }
}

fn as_text(found: &Found<Content>) -> Option<Found<String>> {
    let text = match &found.value {
        Content::Text(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    };
    found.typed(text, "must be a text that is not empty", "Write it in double quotes")
}

impl<T> Found<T> {
    fn is_from_variable(&self) -> bool {
        matches!(self.place, Place::Variable(_))
    }

    /// The same place and key with another value.
    pub(super) fn with<U>(&self, value: U) -> Found<U> {
        Found {
            value,
            place: self.place.clone(),
            key: self.key.clone(),
            noted: Rc::clone(&self.noted),
        }
    }

    fn typed<U>(
        &self,
        value: Option<U>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Option<Found<U>> {
        if value.is_none() {
            self.refuse(problem, remedy);
        }
        value.map(|value| self.with(value))
    }
}
