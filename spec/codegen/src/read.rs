//! Reads the document into the model; refuses what the generator cannot carry out, with its place.

mod answers;
mod schemas;
mod security;

use serde_yaml_ng::Value;

use crate::cursor::{Keys, Node, Problem};
use crate::model::{
    Body, Contract, Field, Kind, MalformedAnswer, Operation, PathParameter, Query, Schema,
    SecurityScheme, Shape,
};
use crate::names::{camel, snake};

/// Reads a document.
/// # Errors
/// The first thing in it that is wrong or not supported.
pub fn read(yaml: &str) -> Result<Contract, Problem> {
    let _: openapiv3::OpenAPI = serde_yaml_ng::from_str(yaml)
        .map_err(|error| Problem(format!("not OpenAPI 3.0: {error}")))?;
    let value: Value =
        serde_yaml_ng::from_str(yaml).map_err(|error| Problem(format!("not YAML: {error}")))?;
    let top = Node::top(&value);
    let keys = top.map()?;
    let version = keys.required("openapi")?;
    if version.text()? != "3.0.3" {
        return Err(version.problem("must be 3.0.3"));
    }
    let title = information(&keys.required("info")?)?;
    servers(&keys)?;
    let tags = tags(&keys.required("tags")?)?;
    let mut security_schemes = Vec::new();
    let mut schemas = Vec::new();
    if let Some(components) = keys.optional("components") {
        let parts = components.map()?;
        if let Some(found) = parts.optional("schemas") {
            for (name, node) in found.entries()? {
                schemas.push(schemas::named(&name, &node, &top)?);
            }
        }
        if let Some(found) = parts.optional("securitySchemes") {
            for (name, node) in found.entries()? {
                security_schemes.push(security::scheme(name, &node)?);
            }
        }
        for family in ["headers", "parameters", "responses"] {
            let _ = parts.optional(family);
        }
        parts.finish()?;
    }
    let mut reader =
        Reader { top: &top, tags: &tags, schemas: &schemas, schemes: &security_schemes };
    let operations = reader.paths(&keys.required("paths")?)?;
    keys.finish()?;
    Ok(Contract { title, tags, schemas, security_schemes, operations })
}

fn information(node: &Node<'_>) -> Result<String, Problem> {
    let keys = node.map()?;
    let title = keys.required("title")?.text()?;
    for known in ["version", "description", "license"] {
        let _ = keys.optional(known);
    }
    keys.finish()?;
    Ok(title)
}

fn servers(keys: &Keys<'_>) -> Result<(), Problem> {
    if let Some(security) = keys.optional("security")
        && !security.list()?.is_empty()
    {
        return Err(security.problem("state security at each operation"));
    }
    for server in keys.optional("servers").map_or(Ok(Vec::new()), |node| node.list())? {
        let keys = server.map()?;
        let (url, _) = (keys.required("url")?, keys.optional("description"));
        keys.finish()?;
        if url.text()? != "/" {
            return Err(url.problem("must be `/`: the document holds no host"));
        }
    }
    Ok(())
}

fn tags(node: &Node<'_>) -> Result<Vec<(String, String)>, Problem> {
    let mut tags = Vec::new();
    for tag in node.list()? {
        let keys = tag.map()?;
        tags.push((keys.required("name")?.text()?, keys.required("description")?.text()?));
        keys.finish()?;
    }
    Ok(tags)
}

struct Reader<'a> {
    top: &'a Node<'a>,
    tags: &'a [(String, String)],
    schemas: &'a [Schema],
    schemes: &'a [SecurityScheme],
}

impl Reader<'_> {
    fn paths(&mut self, node: &Node<'_>) -> Result<Vec<Operation>, Problem> {
        let mut operations: Vec<Operation> = Vec::new();
        for (path, item) in node.entries()? {
            for (http_method, place) in item.entries()? {
                if !["get", "post", "delete", "put", "patch"].contains(&http_method.as_str()) {
                    return Err(
                        item.problem(&format!("`{http_method}` is not supported by the generator"))
                    );
                }
                let operation = self.operation(&path, &http_method, &place)?;
                if let Some(same) = operations.iter().find(|other| other.id == operation.id) {
                    return Err(place
                        .problem(&format!("operationId {} is taken by {}", same.id, same.path)));
                }
                if let Some(sibling) =
                    operations.iter().find(|other| other.method == operation.method)
                {
                    agrees(sibling, &operation).map_err(|what| {
                        place.problem(&format!(
                            "x-method {}: {what} than {}",
                            sibling.method, sibling.id
                        ))
                    })?;
                }
                operations.push(operation);
            }
        }
        Ok(operations)
    }

    fn operation(
        &self,
        path: &str,
        http_method: &str,
        place: &Node<'_>,
    ) -> Result<Operation, Problem> {
        let keys = place.map()?;
        let id = keys.required("operationId")?.text()?;
        let tag = self.tag(&keys.required("tags")?)?;
        let method = keys.optional("x-method").map_or(Ok(id.clone()), |node| node.text())?;
        let raw = keys.flag_or_false("x-raw")?;
        let (path_parameter, query_fields) = self.parameters(&keys)?;
        names_its_parameter(path, path_parameter.as_ref()).map_err(|what| place.problem(what))?;
        let query = self.query(&keys, &method, query_fields)?;
        let body = self.body(&keys, raw)?;
        let malformed = malformed(&keys)?;
        let reads = query.is_some() || matches!(body, Body::Form(_) | Body::Json(_));
        if reads && raw {
            return Err(
                place.problem("an x-raw operation cannot have a query, a form or a JSON schema")
            );
        }
        if reads != malformed.is_some() {
            return Err(
                place.problem("x-malformed belongs to operations that read a query or a body")
            );
        }
        let answers = answers::read(&keys.required("responses")?, self.top, raw)?;
        let answered = |status: u16| answers.iter().any(|answer| answer.status == status);
        if malformed.is_some() && !(answered(400) && answered(413)) {
            return Err(place.problem("x-malformed needs answers 400 and 413"));
        }
        let operation = Operation {
            path: path.to_owned(),
            http_method: http_method.to_owned(),
            tag,
            summary: keys.required("summary")?.text()?,
            description: keys.required("description")?.text()?,
            method: snake(&method),
            security: self.security(&keys)?,
            id,
            raw,
            malformed,
            path_parameter,
            query,
            body,
            answers,
        };
        keys.finish()?;
        Ok(operation)
    }

    fn tag(&self, node: &Node<'_>) -> Result<String, Problem> {
        let [only] = node.list()?.try_into().map_err(|_| node.problem("must be one tag"))?;
        let tag = only.text()?;
        let known = self.tags.iter().any(|(name, _)| *name == tag);
        if known { Ok(tag) } else { Err(only.problem("is not listed in `tags`")) }
    }

    fn security(&self, keys: &Keys<'_>) -> Result<Vec<String>, Problem> {
        let mut alternatives = Vec::new();
        for alternative in keys.optional("security").map_or(Ok(Vec::new()), |node| node.list())? {
            match alternative.entries()?.as_slice() {
                [] => alternatives.push(String::new()),
                [(name, scopes)] => {
                    if !scopes.list()?.is_empty() {
                        return Err(scopes.problem("must be []: a deployment names its scopes"));
                    }
                    if !self.schemes.iter().any(|scheme| scheme.name == *name) {
                        return Err(alternative.problem("is not in components > securitySchemes"));
                    }
                    alternatives.push(name.clone());
                }
                _ => return Err(alternative.problem("one scheme at a time is supported")),
            }
        }
        Ok(alternatives)
    }

    fn parameters(&self, keys: &Keys<'_>) -> Result<(Option<PathParameter>, Vec<Field>), Problem> {
        let mut in_path = None;
        let mut in_query = Vec::new();
        for node in keys.optional("parameters").map_or(Ok(Vec::new()), |node| node.list())? {
            let node = node.reference(self.top, "parameters")?.map_or(node, |(_, target)| target);
            let keys = node.map()?;
            let place = keys.required("in")?;
            let name = keys.required("name")?.text()?;
            let description = keys.required("description")?.text()?;
            let required = keys.flag_or_false("required")?;
            let (kind, absent_is_empty) = schemas::parameter(&keys.required("schema")?, self.top)?;
            match place.text()?.as_str() {
                "path" if in_path.is_some() => {
                    return Err(node.problem("one path parameter is supported"));
                }
                "path" if kind != Kind::Text || !required => {
                    return Err(node.problem("a path parameter must be a required string"));
                }
                "path" => {
                    let spans_segments = keys.flag_or_false("x-spans-segments")?;
                    in_path = Some(PathParameter { name, description, spans_segments });
                }
                "query" => {
                    in_query.push(Field { name, description, kind, required, absent_is_empty });
                }
                _ => return Err(place.problem("must be path or query")),
            }
            keys.finish()?;
        }
        Ok((in_path, in_query))
    }

    fn query(
        &self,
        keys: &Keys<'_>,
        method: &str,
        fields: Vec<Field>,
    ) -> Result<Option<Query>, Problem> {
        let Some(node) = keys.optional("x-parameters") else {
            let type_name = format!("{}Query", camel(method));
            return Ok((!fields.is_empty()).then_some(Query { type_name, fields, shared: false }));
        };
        let type_name = node.text()?;
        match self
            .schemas
            .iter()
            .find(|schema| schema.name == type_name)
            .map(|schema| &schema.shape)
        {
            Some(Shape::Object(members)) if same(members, &fields) => {
                Ok(Some(Query { type_name, fields, shared: true }))
            }
            Some(Shape::Object(_)) => {
                Err(node.problem("the parameters differ from the members of the schema"))
            }
            Some(Shape::Listed(_)) | None => {
                Err(node.problem("is not an object in components > schemas"))
            }
        }
    }

    fn body(&self, keys: &Keys<'_>, raw: bool) -> Result<Body, Problem> {
        let Some(node) = keys.optional("requestBody") else { return Ok(Body::None) };
        let keys = node.map()?;
        let required = keys.flag_or_false("required")?;
        let content = keys.required("content")?;
        keys.finish()?;
        let [(media_type, place)] = content
            .entries()?
            .try_into()
            .map_err(|_| content.problem("must have one media type"))?;
        let keys = place.map()?;
        let schema = keys.required("schema")?;
        keys.finish()?;
        let kind = schemas::kind(&schema, self.top)?;
        match (media_type.as_str(), kind) {
            _ if !required => Err(node.problem("must be required: true")),
            ("application/json", Kind::Free) if raw => Ok(Body::Raw),
            ("application/x-www-form-urlencoded", Kind::Named(name)) => {
                schemas::fits_form(self.schemas, &name).map_err(|what| schema.problem(&what))?;
                Ok(Body::Form(name))
            }
            ("application/json", Kind::Named(name)) => {
                schemas::fits_json(self.schemas, &name).map_err(|what| schema.problem(&what))?;
                Ok(Body::Json(name))
            }
            _ => Err(content
                .problem("must be a form or JSON of a named schema, or any JSON object if x-raw")),
        }
    }
}

/// A path parameter is a whole segment, and the last one if it spans several.
fn names_its_parameter(path: &str, parameter: Option<&PathParameter>) -> Result<(), &'static str> {
    let mut segments =
        path.split('/').filter(|segment| segment.contains(['{', '}', ':', '*', '~']));
    let expected = parameter.map(|parameter| format!("{{{}}}", parameter.name));
    if segments.next() != expected.as_deref() || segments.next().is_some() {
        return Err("the path and `parameters` must name the same one path parameter");
    }
    let spans = parameter.is_some_and(|parameter| parameter.spans_segments);
    let last = expected.is_some_and(|segment| path.ends_with(&segment));
    if spans && !last { Err("only the last segment may span several") } else { Ok(()) }
}

/// Whether parameters and members agree; a member that is a reference has no description of its own.
fn same(members: &[Field], parameters: &[Field]) -> bool {
    let described = |member: &Field, parameter: &Field| match member.kind {
        Kind::Listed(_) | Kind::Named(_) => {
            Field { description: String::new(), ..parameter.clone() }
        }
        Kind::Text | Kind::Flag | Kind::Unsigned | Kind::Free | Kind::List(_) => parameter.clone(),
    };
    members.len() == parameters.len()
        && members
            .iter()
            .zip(parameters)
            .all(|(member, parameter)| *member == described(member, parameter))
}

fn malformed(keys: &Keys<'_>) -> Result<Option<MalformedAnswer>, Problem> {
    let Some(node) = keys.optional("x-malformed") else { return Ok(None) };
    Ok(Some(match node.text()?.as_str() {
        "page" => MalformedAnswer::Page,
        code => MalformedAnswer::Code(code.to_owned()),
    }))
}

/// Operations that one method answers must look the same to it.
fn agrees(one: &Operation, other: &Operation) -> Result<(), &'static str> {
    let input = |operation: &Operation| match (&operation.query, &operation.body) {
        (Some(query), Body::None) => Some(query.type_name.clone()),
        (None, Body::Form(name) | Body::Json(name)) => Some(name.clone()),
        _ => None,
    };
    if input(one) != input(other) {
        return Err("reads something else");
    }
    if one.raw != other.raw || one.answers != other.answers {
        return Err("answers something else");
    }
    if one.malformed != other.malformed {
        return Err("answers malformed requests otherwise");
    }
    if one.path_parameter.is_some() != other.path_parameter.is_some() {
        return Err("has another path parameter");
    }
    Ok(())
}
