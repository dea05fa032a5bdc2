//! Layers of configuration laid over each other, where every value still knows who said it.
//!
//! The file is parsed with its spans, so that a key path has a line; each environment variable and argument is a layer
//! of its own, so that a mistake names the variable.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use figment::{
    Figment, Metadata, Profile, Provider,
    value::{Dict, Empty, Num, Tag, Value},
};
use toml::de::{DeTable, DeValue};

use super::{Mistake, Place};

/// A value and who said it.
#[derive(Clone, Debug)]
pub(super) struct Located {
    pub(super) content: Content,
    pub(super) place: Place,
}

/// What can be said.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Text(String),
    Whole(i128),
    Flag(bool),
    List(Vec<Located>),
    Table(BTreeMap<String, Located>),
    /// A float, a date or nothing: no setting is one of these.
    Other,
}

impl Content {
    /// The text at `path` below it.
    pub(super) fn text_at(&self, path: &str) -> Option<&str> {
        let mut content = self;
        for step in path.split('.') {
            let Self::Table(entries) = content else { return None };
            content = &entries.get(step)?.content;
        }
        match content {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The layers, lowest first.
pub(super) struct Layers {
    figment: Figment,
    places: HashMap<String, Place>,
    lines: HashMap<String, usize>,
}

/// One layer, in the form that figment merges.
struct Layer {
    name: String,
    dict: Dict,
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> Result<BTreeMap<Profile, Dict>, figment::Error> {
        Ok(BTreeMap::from([(Profile::Default, self.dict.clone())]))
    }
}

impl Layers {
    pub(super) fn new() -> Self {
        Self { figment: Figment::new(), places: HashMap::new(), lines: HashMap::new() }
    }

    /// Lays the file on top.
    /// # Errors
    /// One mistake, when it is not TOML.
    pub(super) fn file(&mut self, path: &Path, text: &str) -> Result<(), Mistake> {
        let path = path.display().to_string();
        let parsed = DeTable::parse(text).map_err(|reason| {
            let line = line_of(text, reason.span().map_or(0, |span| span.start));
            Mistake {
                place: Place::File { path: path.clone(), line },
                key: String::new(),
                problem: format!("is not TOML: {}", reason.message().trim_end_matches('.')),
                remedy: "Mend that line; strings stand in double quotes".to_owned(),
            }
        })?;
        let dict = dict_of(parsed.into_inner(), "", text, &mut self.lines);
        self.lay("file", Place::File { path, line: 1 }, dict);
        Ok(())
    }

    /// Lays one value on top, at a path such as `tokens.access_lifetime`.
    pub(super) fn set(&mut self, place: &Place, path: &str, value: Value) {
        let mut keys = path.rsplit('.');
        let last = keys.next().unwrap_or(path);
        let dict = keys.fold(Dict::from([(last.to_owned(), value)]), |inner, key| {
            Dict::from([(key.to_owned(), Value::from(inner))])
        });
        self.lay(&place.to_string(), place.clone(), dict);
    }

    /// The merged tree.
    pub(super) fn merged(&self) -> Located {
        let root = self.figment.find_value("").unwrap_or(Value::Dict(Tag::Default, Dict::new()));
        let mut root = self.locate("", root);
        // What is missing altogether has no line of its own.
        if let Some(Place::File { path, .. }) = self.places.get("file") {
            root.place = Place::File { path: path.clone(), line: 1 };
        }
        root
    }

    fn lay(&mut self, name: &str, place: Place, dict: Dict) {
        self.places.insert(name.to_owned(), place);
        let layer = Layer { name: name.to_owned(), dict };
        self.figment = std::mem::take(&mut self.figment).merge(layer);
    }

    fn locate(&self, path: &str, value: Value) -> Located {
        let place = self.place_of(path, value.tag());
        let content = match value {
            Value::String(_, text) => Content::Text(text),
            Value::Char(_, letter) => Content::Text(letter.to_string()),
            Value::Bool(_, flag) => Content::Flag(flag),
            Value::Num(_, number) => whole(number).map_or(Content::Other, Content::Whole),
            Value::Empty(..) => Content::Other,
            Value::Array(_, items) => {
                let items = items.into_iter().enumerate();
                Content::List(
                    items
                        .map(|(index, item)| self.locate(&format!("{path}[{index}]"), item))
                        .collect(),
                )
            }
            Value::Dict(_, entries) => {
                let dot = if path.is_empty() { "" } else { "." };
                let entries = entries.into_iter().map(|(key, value)| {
                    let located = self.locate(&format!("{path}{dot}{key}"), value);
                    (key, located)
                });
                Content::Table(entries.collect())
            }
        };
        Located { content, place }
    }

    fn place_of(&self, path: &str, tag: Tag) -> Place {
        let name = self.figment.get_metadata(tag).map(|metadata| metadata.name.as_ref());
        match name.and_then(|name| self.places.get(name)) {
            Some(Place::File { path: file, .. }) => {
                Place::File { path: file.clone(), line: self.lines.get(path).copied().unwrap_or(1) }
            }
            Some(place) => place.clone(),
            None => Place::Nowhere,
        }
    }
}

/// Reads `text` as a TOML value: what a variable that begins with `[` or `{` holds.
/// # Errors
/// TOML's own words for what is wrong.
pub(super) fn inline_value(text: &str) -> Result<Value, String> {
    let document = format!("value = {text}");
    let mut table =
        DeTable::parse(&document).map_err(|reason| reason.message().to_owned())?.into_inner();
    let value = table.remove("value").ok_or("there is no value")?;
    Ok(value_of(value.into_inner(), "", &document, &mut HashMap::new()))
}

fn dict_of(table: DeTable<'_>, path: &str, text: &str, lines: &mut HashMap<String, usize>) -> Dict {
    let dot = if path.is_empty() { "" } else { "." };
    let entries = table.into_iter().map(|(key, value)| {
        let path = format!("{path}{dot}{}", key.get_ref());
        lines.insert(path.clone(), line_of(text, key.span().start));
        (key.get_ref().to_string(), value_of(value.into_inner(), &path, text, lines))
    });
    entries.collect()
}

fn value_of(
    value: DeValue<'_>,
    path: &str,
    text: &str,
    lines: &mut HashMap<String, usize>,
) -> Value {
    match value {
        DeValue::String(string) => Value::from(string.as_ref()),
        DeValue::Boolean(flag) => Value::from(flag),
        DeValue::Integer(digits) => match i128::from_str_radix(digits.as_str(), digits.radix()) {
            Ok(number) => Value::Num(Tag::Default, Num::I128(number)),
            Err(_) => Value::Empty(Tag::Default, Empty::None),
        },
        DeValue::Float(_) | DeValue::Datetime(_) => Value::Empty(Tag::Default, Empty::None),
        DeValue::Table(table) => Value::Dict(Tag::Default, dict_of(table, path, text, lines)),
        DeValue::Array(items) => {
            let items = items.into_iter().enumerate().map(|(index, item)| {
                let path = format!("{path}[{index}]");
                lines.insert(path.clone(), line_of(text, item.span().start));
                value_of(item.into_inner(), &path, text, lines)
            });
            Value::Array(Tag::Default, items.collect())
        }
    }
}

fn whole(number: Num) -> Option<i128> {
    match number {
        Num::F32(_) | Num::F64(_) => None,
        _ => number
            .to_i128()
            .or_else(|| number.to_u128().and_then(|large| i128::try_from(large).ok())),
    }
}

/// The line, counted from 1, on which the byte at `offset` stands.
fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
