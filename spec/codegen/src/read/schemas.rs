//! Reads schemas: the few shapes that the contract needs.

use crate::cursor::{Node, Problem};
use crate::model::{Field, Kind, Schema, Shape};

/// A schema of `components`.
pub(super) fn named(name: &str, node: &Node<'_>, top: &Node<'_>) -> Result<Schema, Problem> {
    let keys = node.map()?;
    let description = keys.required("description")?.text()?;
    let type_node = keys.required("type")?;
    let shape = match type_node.text()?.as_str() {
        "string" => {
            let values = keys.required("enum")?.list()?;
            Shape::Listed(values.iter().map(Node::text).collect::<Result<_, _>>()?)
        }
        "object" => {
            let mut required = Vec::new();
            for node in keys.optional("required").map_or(Ok(Vec::new()), |node| node.list())? {
                required.push((node.text()?, node));
            }
            let mut fields = Vec::new();
            for (name, place) in keys.required("properties")?.entries()? {
                let is_required = required.iter().any(|(listed, _)| *listed == name);
                fields.push(member(name, &place, is_required, top)?);
            }
            for (listed, place) in required {
                if !fields.iter().any(|field| field.name == listed) {
                    return Err(place.problem("is not among `properties`"));
                }
            }
            Shape::Object(fields)
        }
        _ => return Err(type_node.problem("must be object, or string with enum")),
    };
    keys.finish()?;
    Ok(Schema { name: name.to_owned(), description, shape })
}

fn member(name: String, node: &Node<'_>, required: bool, top: &Node<'_>) -> Result<Field, Problem> {
    if let Some((target, place)) = node.reference(top, "schemas")? {
        let kind = reference(target, &place)?;
        return Ok(Field {
            name,
            description: String::new(),
            kind,
            required,
            absent_is_empty: false,
        });
    }
    let description = node.map()?.required("description")?.text()?;
    let (kind, absent_is_empty) = inline(node, top, true)?;
    Ok(Field { name, description, kind, required, absent_is_empty })
}

/// The schema of a parameter, and whether an absent list is an empty one.
pub(super) fn parameter(node: &Node<'_>, top: &Node<'_>) -> Result<(Kind, bool), Problem> {
    let (kind, absent_is_empty) = match node.reference(top, "schemas")? {
        Some((target, place)) => (reference(target, &place)?, false),
        None => inline(node, top, false)?,
    };
    fits_pair(&kind, absent_is_empty).map_err(|what| node.problem(what))?;
    Ok((kind, absent_is_empty))
}

/// A schema without a default: of a body, a header or an element.
pub(super) fn kind(node: &Node<'_>, top: &Node<'_>) -> Result<Kind, Problem> {
    if let Some((target, place)) = node.reference(top, "schemas")? {
        return reference(target, &place);
    }
    match inline(node, top, false)? {
        (kind, false) => Ok(kind),
        (_, true) => Err(node.problem("`default` is not supported here")),
    }
}

fn reference(target: String, place: &Node<'_>) -> Result<Kind, Problem> {
    let listed = place.map()?.optional("enum").is_some();
    Ok(if listed { Kind::Listed(target) } else { Kind::Named(target) })
}

fn inline(node: &Node<'_>, top: &Node<'_>, described: bool) -> Result<(Kind, bool), Problem> {
    let keys = node.map()?;
    if described {
        let _ = keys.optional("description");
    }
    let mut absent_is_empty = false;
    let type_node = keys.required("type")?;
    let kind = match type_node.text()?.as_str() {
        "string" => Kind::Text,
        "boolean" => Kind::Flag,
        "integer" => {
            let format = keys.required("format")?;
            if format.text()? != "uint64" {
                return Err(format.problem("must be uint64"));
            }
            Kind::Unsigned
        }
        "array" => {
            if let Some(default) = keys.optional("default") {
                if !default.list()?.is_empty() {
                    return Err(default.problem("must be []"));
                }
                absent_is_empty = true;
            }
            Kind::List(Box::new(kind(&keys.required("items")?, top)?))
        }
        "object" => {
            let any = keys.required("additionalProperties")?;
            if !any.entries()?.is_empty() {
                return Err(any.problem("must be {}: any JSON"));
            }
            Kind::Free
        }
        _ => return Err(type_node.problem("must be string, boolean, integer, array or object")),
    };
    keys.finish()?;
    Ok((kind, absent_is_empty))
}

fn fits_pair(kind: &Kind, absent_is_empty: bool) -> Result<(), &'static str> {
    match kind {
        Kind::Text | Kind::Listed(_) => Ok(()),
        Kind::List(element) if **element == Kind::Text && absent_is_empty => Ok(()),
        Kind::List(_) => {
            Err("a repeatable parameter must be an array of strings with `default: []`")
        }
        Kind::Flag | Kind::Unsigned | Kind::Free | Kind::Named(_) => {
            Err("a parameter must be a string or an array of strings")
        }
    }
}

fn members<'a>(schemas: &'a [Schema], name: &str) -> Result<&'a [Field], String> {
    match schemas.iter().find(|schema| schema.name == name).map(|schema| &schema.shape) {
        Some(Shape::Object(fields)) => Ok(fields),
        Some(Shape::Listed(_)) | None => Err(format!("{name} is not an object")),
    }
}

/// Whether every member of the schema can be a form parameter.
pub(super) fn fits_form(schemas: &[Schema], name: &str) -> Result<(), String> {
    members(schemas, name)?.iter().try_for_each(|field| {
        fits_pair(&field.kind, field.absent_is_empty)
            .map_err(|what| format!("{name}.{}: {what}", field.name))
    })
}

/// Whether every member of the schema can be read from a JSON body.
pub(super) fn fits_json(schemas: &[Schema], name: &str) -> Result<(), String> {
    members(schemas, name)?.iter().try_for_each(|field| match &field.kind {
        Kind::Text | Kind::Flag | Kind::Unsigned | Kind::Free => Ok(()),
        Kind::List(element) if **element == Kind::Text => Ok(()),
        Kind::List(_) | Kind::Listed(_) | Kind::Named(_) => {
            Err(format!("{name}.{}: is not supported in a JSON body that is read", field.name))
        }
    })
}
