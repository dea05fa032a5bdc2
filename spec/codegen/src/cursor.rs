//! A reader of YAML that knows where it is and notices what nobody read, so that nothing is ignored silently.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_yaml_ng::{Mapping, Value};

/// What is wrong with the document and where, in words for the person who wrote it.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem(pub String);

impl std::fmt::Display for Problem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

/// A place in the document.
#[derive(Clone)]
pub struct Node<'a> {
    /// Where it is: the keys from the top, joined by ` > `.
    pub at: String,
    value: &'a Value,
}

impl<'a> Node<'a> {
    /// The top of the document.
    #[must_use]
    pub fn top(value: &'a Value) -> Self {
        Self { at: String::new(), value }
    }

    /// A problem at this place.
    #[must_use]
    pub fn problem(&self, what: &str) -> Problem {
        Problem(format!("{}: {what}", if self.at.is_empty() { "top" } else { &self.at }))
    }

    fn below(&self, key: &str, value: &'a Value) -> Self {
        let at = if self.at.is_empty() { key.to_owned() } else { format!("{} > {key}", self.at) };
        Self { at, value }
    }

    /// The text that must be here.
    /// # Errors
    /// If it is not so; the problem names the place.
    pub fn text(&self) -> Result<String, Problem> {
        self.value.as_str().map(str::to_owned).ok_or_else(|| self.problem("must be a text"))
    }

    /// The `true` or `false` that must be here.
    /// # Errors
    /// If it is not so; the problem names the place.
    pub fn flag(&self) -> Result<bool, Problem> {
        self.value.as_bool().ok_or_else(|| self.problem("must be true or false"))
    }

    /// The elements of the list that must be here.
    /// # Errors
    /// If it is not so; the problem names the place.
    pub fn list(&self) -> Result<Vec<Node<'a>>, Problem> {
        let values = self.value.as_sequence().ok_or_else(|| self.problem("must be a list"))?;
        Ok(values
            .iter()
            .enumerate()
            .map(|(index, value)| self.below(&index.to_string(), value))
            .collect())
    }

    /// The entries of the map that must be here, in the order written.
    /// # Errors
    /// If it is not so; the problem names the place.
    pub fn entries(&self) -> Result<Vec<(String, Node<'a>)>, Problem> {
        self.mapping()?
            .iter()
            .map(|(key, value)| {
                let key = key.as_str().ok_or_else(|| self.problem("every key must be a text"))?;
                Ok((key.to_owned(), self.below(key, value)))
            })
            .collect()
    }

    /// The map that must be here, to be read key by key.
    /// # Errors
    /// If it is not so; the problem names the place.
    pub fn map(&self) -> Result<Keys<'a>, Problem> {
        Ok(Keys { node: self.clone(), mapping: self.mapping()?, read: RefCell::default() })
    }

    /// The place a `$ref` points to, with its name, if this is one; it must be in `components > {family}`.
    /// # Errors
    /// If it is not so; the problem names the place.
    pub fn reference(
        &self,
        top: &Node<'a>,
        family: &str,
    ) -> Result<Option<(String, Node<'a>)>, Problem> {
        let Some(target) = self.value.get("$ref") else { return Ok(None) };
        let keys = self.map()?;
        let _ = keys.optional("$ref");
        keys.finish()?;
        let prefix = format!("#/components/{family}/");
        let name = target.as_str().and_then(|target| target.strip_prefix(&prefix));
        let name = name.ok_or_else(|| self.problem(&format!("$ref must start with {prefix}")))?;
        let mut place = top.clone();
        for key in ["components", family, name] {
            let value = place.value.get(key);
            place = place.below(
                key,
                value.ok_or_else(|| self.problem(&format!("$ref: {name} does not exist")))?,
            );
        }
        Ok(Some((name.to_owned(), place)))
    }

    fn mapping(&self) -> Result<&'a Mapping, Problem> {
        self.value.as_mapping().ok_or_else(|| self.problem("must be a map"))
    }
}

/// A map that is read key by key; [`Keys::finish`] refuses what was not asked for.
pub struct Keys<'a> {
    node: Node<'a>,
    mapping: &'a Mapping,
    read: RefCell<BTreeSet<String>>,
}

impl<'a> Keys<'a> {
    /// The value of `key`, if it is there.
    pub fn optional(&self, key: &str) -> Option<Node<'a>> {
        self.read.borrow_mut().insert(key.to_owned());
        self.mapping.get(key).map(|value| self.node.below(key, value))
    }

    /// The value of `key`, which must be there.
    /// # Errors
    /// If it is not so; the problem names the place.
    pub fn required(&self, key: &str) -> Result<Node<'a>, Problem> {
        self.optional(key).ok_or_else(|| self.node.problem(&format!("`{key}` is missing")))
    }

    /// The flag under `key`, `false` if it is not there.
    /// # Errors
    /// If it is not so; the problem names the place.
    pub fn flag_or_false(&self, key: &str) -> Result<bool, Problem> {
        self.optional(key).map_or(Ok(false), |node| node.flag())
    }

    /// Refuses the first key that nobody asked for.
    /// # Errors
    /// If it is not so; the problem names the place.
    pub fn finish(self) -> Result<(), Problem> {
        let read = self.read.borrow();
        let strange = self.node.entries()?.into_iter().find(|(key, _)| !read.contains(key));
        strange.map_or(Ok(()), |(key, _)| {
            Err(self.node.problem(&format!("`{key}` is not supported by the generator")))
        })
    }
}
