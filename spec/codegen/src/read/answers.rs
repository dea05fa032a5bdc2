//! Reads the responses of an operation.

use super::schemas;
use crate::cursor::{Node, Problem};
use crate::model::{Answer, Header, HeaderValue, Kind};

/// All answers of an operation; `raw` operations may have several media types for one.
pub(super) fn read(node: &Node<'_>, top: &Node<'_>, raw: bool) -> Result<Vec<Answer>, Problem> {
    let mut answers = Vec::new();
    for (status, place) in node.entries()? {
        let status =
            status.parse().map_err(|_| place.problem("the status must be a number in quotes"))?;
        let (component, place) = match place.reference(top, "responses")? {
            Some((name, target)) => (Some(name), target),
            None => (None, place),
        };
        let answer = Answer { component, ..answer(status, &place, top)? };
        if answer.content.len() > 1 && !raw {
            return Err(place.problem("several media types are for x-raw operations"));
        }
        answers.push(answer);
    }
    Ok(answers)
}

fn answer(status: u16, node: &Node<'_>, top: &Node<'_>) -> Result<Answer, Problem> {
    let keys = node.map()?;
    let description = keys.required("description")?.text()?;
    let mut headers = Vec::new();
    for (name, place) in keys.optional("headers").map_or(Ok(Vec::new()), |node| node.entries())? {
        let place = place.reference(top, "headers")?.map_or(place, |(_, target)| target);
        headers.push(header(name, &place, top)?);
    }
    let mut content = Vec::new();
    for (media_type, place) in
        keys.optional("content").map_or(Ok(Vec::new()), |node| node.entries())?
    {
        let keys = place.map()?;
        let schema = keys.required("schema")?;
        let kind = schemas::kind(&schema, top)?;
        let json = media_type == "application/json";
        match kind {
            Kind::Named(_) | Kind::Free | Kind::List(_) if json => {}
            Kind::Text if !json => {}
            _ => return Err(schema.problem("must be an object or a list if JSON, else a string")),
        }
        keys.finish()?;
        content.push((media_type, kind));
    }
    keys.finish()?;
    Ok(Answer { status, component: None, description, headers, content })
}

fn header(name: String, node: &Node<'_>, top: &Node<'_>) -> Result<Header, Problem> {
    let keys = node.map()?;
    let description = keys.required("description")?.text()?;
    let required = keys.flag_or_false("required")?;
    let repeatable = keys.flag_or_false("x-repeatable")?;
    let schema = keys.required("schema")?;
    keys.finish()?;
    let fixed = schema.map()?;
    let value = if let Some(listed) = fixed.optional("enum") {
        let [only] =
            listed.list()?.try_into().map_err(|_| listed.problem("must list one value"))?;
        let type_node = fixed.required("type")?;
        if type_node.text()? != "string" {
            return Err(type_node.problem("must be string"));
        }
        fixed.finish()?;
        HeaderValue::Constant(only.text()?)
    } else {
        match schemas::kind(&schema, top)? {
            Kind::Text => HeaderValue::Text,
            Kind::Unsigned => HeaderValue::Unsigned,
            _ => return Err(schema.problem("must be string or integer")),
        }
    };
    if repeatable && (required || value != HeaderValue::Text) {
        return Err(node.problem("a repeatable header must be an optional string"));
    }
    Ok(Header { name, description, required, repeatable, value })
}
