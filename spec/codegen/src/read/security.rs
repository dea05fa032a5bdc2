//! Reads security schemes.

use crate::cursor::{Keys, Node, Problem};
use crate::model::{SecurityKind, SecurityScheme};

/// A security scheme of `components`.
pub(super) fn scheme(name: String, node: &Node<'_>) -> Result<SecurityScheme, Problem> {
    let keys = node.map()?;
    let description = keys.required("description")?.text()?;
    let kind_node = keys.required("type")?;
    let kind = match kind_node.text()?.as_str() {
        "http" => SecurityKind::Http(keys.required("scheme")?.text()?),
        "oauth2" => {
            let flows = keys.required("flows")?.map()?;
            let url = |flow: &Keys<'_>, key: &str| flow.required(key)?.text();
            let no_scopes = |flow: &Keys<'_>| {
                let scopes = flow.required("scopes")?;
                let empty = scopes.entries()?.is_empty();
                if empty {
                    Ok(())
                } else {
                    Err(scopes.problem("must be {}: a deployment names its scopes"))
                }
            };
            let mut authorization_code = None;
            if let Some(flow) = flows.optional("authorizationCode") {
                let flow = flow.map()?;
                authorization_code =
                    Some((url(&flow, "authorizationUrl")?, url(&flow, "tokenUrl")?));
                no_scopes(&flow)?;
                flow.finish()?;
            }
            let mut client_credentials = None;
            if let Some(flow) = flows.optional("clientCredentials") {
                let flow = flow.map()?;
                client_credentials = Some(url(&flow, "tokenUrl")?);
                no_scopes(&flow)?;
                flow.finish()?;
            }
            flows.finish()?;
            SecurityKind::OAuth { authorization_code, client_credentials }
        }
        _ => return Err(kind_node.problem("must be http or oauth2")),
    };
    keys.finish()?;
    Ok(SecurityScheme { name, description, kind })
}
