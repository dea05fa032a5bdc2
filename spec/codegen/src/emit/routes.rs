//! The routes: each operation read strictly and handed to its method.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::answers::type_name;
use super::api::{inputs, takes_body};
use super::doc;
use super::types::field_type;
use crate::model::{Body, Contract, MalformedAnswer, Operation, SecurityKind};
use crate::names::{camel, ident, snake};

/// Stands for the empty last segment, which the `OpenApi` macro cannot express.
const SLASH: &str = "~";

pub(super) fn emit(contract: &Contract) -> TokenStream {
    let operations = contract.operations.iter().map(|operation| route(contract, operation));
    let documented = contract
        .operations
        .iter()
        .filter(|operation| operation.path != macro_documented(operation));
    let documented: Vec<_> = dedup(documented.map(|operation| {
        let (from, to) = (macro_documented(operation), &operation.path);
        quote! { (#from, #to) }
    }));
    let respelt =
        contract.operations.iter().filter(|operation| macro_routed(operation) != routed(operation));
    let routed: Vec<_> = dedup(respelt.map(|operation| {
        let (from, to) = (macro_routed(operation), self::routed(operation));
        quote! { (#from, #to) }
    }));
    quote! {
        use std::collections::HashMap;
        use std::sync::Arc;

        use poem::Request;
        use poem::endpoint::BoxEndpoint;
        use poem::http::Method;
        use poem_openapi::OpenApi;
        use poem_openapi::registry::{MetaApi, Registry};

        use super::api::Api;
        use super::paths::Tag;

        #[doc = " Every operation of the contract, answered by `A`."]
        pub struct Routes<A>(pub Arc<A>);

        #[doc = " Paths in the document that the macro cannot spell."]
        const DOCUMENTED: &[(&str, &str)] = &[#(#documented),*];
        #[doc = " Paths in the router that the macro cannot spell."]
        const ROUTED: &[(&str, &str)] = &[#(#routed),*];

        fn respelt(table: &[(&str, &'static str)], path: String) -> String {
            table.iter().find(|(from, _)| *from == path).map_or(path, |(_, to)| (*to).to_owned())
        }

        impl<A: Api> OpenApi for Routes<A> {
            fn meta() -> Vec<MetaApi> {
                let mut apis = <Operations<A> as OpenApi>::meta();
                for path in apis.iter_mut().flat_map(|api| &mut api.paths) {
                    path.path = respelt(DOCUMENTED, std::mem::take(&mut path.path));
                }
                apis
            }

            fn register(registry: &mut Registry) {
                <Operations<A> as OpenApi>::register(registry);
            }

            fn add_routes(self, table: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {
                let mut spelt = HashMap::new();
                OpenApi::add_routes(Operations(self.0), &mut spelt);
                table.extend(spelt.into_iter().map(|(path, methods)| (respelt(ROUTED, path), methods)));
            }
        }

        struct Operations<A>(Arc<A>);

        #[OpenApi]
        impl<A: Api> Operations<A> { #(#operations)* }
    }
}

fn dedup(lines: impl Iterator<Item = TokenStream>) -> Vec<TokenStream> {
    let mut kept: Vec<TokenStream> = Vec::new();
    for line in lines {
        if kept.iter().all(|other| other.to_string() != line.to_string()) {
            kept.push(line);
        }
    }
    kept
}

/// The path as the macro documents it.
fn macro_documented(operation: &Operation) -> String {
    let path = &operation.path;
    if path.len() > 1 && path.ends_with('/') { format!("{path}{SLASH}") } else { path.clone() }
}

/// The path as the macro is given it.
fn macro_path(operation: &Operation) -> String {
    macro_documented(operation).replace('{', ":").replace('}', "")
}

/// The path as the macro puts it into the router.
fn macro_routed(operation: &Operation) -> String {
    let parameter = operation.path_parameter.as_ref().map_or("", |parameter| &parameter.name);
    macro_documented(operation).replace(&format!("{{{parameter}}}"), ":param0")
}

/// The path as it belongs into the router.
fn routed(operation: &Operation) -> String {
    let spans = operation.path_parameter.as_ref().is_some_and(|parameter| parameter.spans_segments);
    let path = macro_routed(operation);
    let path = path.strip_suffix(SLASH).unwrap_or(&path);
    if spans { path.replace(":param0", "*param0") } else { path.to_owned() }
}

fn route(contract: &Contract, operation: &Operation) -> TokenStream {
    let about = doc(&[&operation.summary, &operation.description]);
    let (path, http_method, id) = (macro_path(operation), &operation.http_method, &operation.id);
    let tag = format!("Tag::{}", camel(&operation.tag));
    let (name, method) = (ident(&snake(id)), ident(&operation.method));
    let response = type_name(contract, operation);
    let mut parameters = vec![quote! { http: &Request }];
    if let Some(scheme) = operation.security.iter().find(|name| !name.is_empty()) {
        let (scheme, optional) =
            (ident(&camel(scheme)), operation.security.iter().any(String::is_empty));
        parameters
            .push(quote! { _secured: super::extract::SecuredBy<super::paths::#scheme, #optional> });
    }
    if let Some(parameter) = &operation.path_parameter {
        let (name, about) = (&parameter.name, doc(&[&parameter.description]));
        parameters
            .push(quote! { #about #[oai(name = #name)] path: poem_openapi::param::Path<String> });
    }
    let types = quote! { super::types:: };
    for field in operation.query.iter().flat_map(|query| &query.fields) {
        let (wire_name, about, ty) =
            (&field.name, doc(&[&field.description]), field_type(field, &types));
        let argument = format_ident!("_{}", field.name);
        let default = field.absent_is_empty.then(|| quote! { , default });
        let documented = quote! { super::extract::Documented<#ty> };
        parameters
            .push(quote! { #about #[oai(name = #wire_name #default)] #argument: #documented });
    }
    let read = read(contract, operation, &mut parameters);
    let arguments = arguments(contract, operation);
    let answer = quote! { self.0.#method(http, #(#arguments),*).await };
    let (output, body) = match (&read, operation.raw) {
        (_, true) => {
            let output = quote! { super::reply::Raw<super::responses::#response> };
            (output, quote! { super::reply::Raw::new(#answer) })
        }
        (None, false) => (quote! { super::responses::#response }, answer),
        (Some((pattern, source)), false) => {
            let page = (operation.malformed == Some(MalformedAnswer::Page))
                .then(|| quote! { , self.0.malformed_page(http, malformed) });
            let refuse = quote! { super::responses::#response::malformed(malformed #page) };
            let body = quote! {
                match #source.0 { Ok(#pattern) => #answer, Err(malformed) => #refuse }
            };
            (quote! { super::responses::#response }, body)
        }
    };
    quote! {
        #about
        #[oai(path = #path, method = #http_method, operation_id = #id, tag = #tag)]
        async fn #name(&self, #(#parameters),*) -> #output { #body }
    }
}

/// Adds the parameter that is read strictly; gives what it is called before and after.
fn read(
    contract: &Contract,
    operation: &Operation,
    parameters: &mut Vec<TokenStream>,
) -> Option<(Ident, Ident)> {
    if let Some(query) = &operation.query {
        let ty = ident(&query.type_name);
        parameters.push(quote! { read: super::extract::Query<super::types::#ty> });
        return Some((ident("parameters"), ident("read")));
    }
    match &operation.body {
        Body::Form(name) => {
            let ty = ident(name);
            parameters.push(quote! { read: super::extract::Form<super::types::#ty> });
            Some((ident("parameters"), ident("read")))
        }
        Body::Json(name) => {
            let ty = ident(name);
            parameters.push(quote! { read: super::extract::Json<super::types::#ty> });
            Some((ident("body"), ident("read")))
        }
        Body::Raw => {
            parameters.push(quote! { body: super::extract::RawBody });
            None
        }
        Body::None if takes_body(contract, operation) => {
            parameters.push(quote! { body: super::extract::UndocumentedBody });
            None
        }
        Body::None => None,
    }
}

fn arguments(contract: &Contract, operation: &Operation) -> Vec<TokenStream> {
    let names = inputs(contract, operation).into_iter().map(|(name, _)| name);
    names
        .map(|name| match name {
            "path" => quote! { path.0 },
            "body" if operation.raw => quote! { body.0 },
            name => {
                let name = ident(name);
                quote! { #name }
            }
        })
        .collect()
}

/// Tags, security schemes, and the table of paths.
pub(super) fn paths(contract: &Contract) -> TokenStream {
    let tags = contract.tags.iter().map(|(name, description)| {
        let (variant, about) = (ident(&camel(name)), doc(&[description]));
        quote! { #about #[oai(rename = #name)] #variant, }
    });
    let schemes = contract.security_schemes.iter().map(security_scheme);
    let mut served: Vec<(String, Vec<String>)> = Vec::new();
    for operation in &contract.operations {
        let pattern = routed(operation).replace(":param0", ":").replace("*param0", "*");
        let http_method = operation.http_method.to_ascii_uppercase();
        let at = served.iter().position(|(other, _)| *other == pattern).unwrap_or(served.len());
        if at == served.len() {
            served.push((pattern, Vec::new()));
        }
        if http_method == "GET" {
            served[at].1.extend(["GET".to_owned(), "HEAD".to_owned()]);
        } else {
            served[at].1.push(http_method);
        }
    }
    let served = served.into_iter().map(|(pattern, methods)| {
        quote! { super::served::ServedPath { pattern: #pattern, methods: &[#(#methods),*] }, }
    });
    quote! {
        #[doc = " Groups of operations."]
        #[derive(poem_openapi::Tags)]
        pub enum Tag { #(#tags)* }

        #(#schemes)*

        #[doc = " Every path of the contract, in its order."]
        pub const PATHS: &[super::served::ServedPath] = &[#(#served)*];

        #[doc = " The methods of the path that a request for `path` meant; `None` if the contract has no such path."]
        #[must_use]
        pub fn methods_of(path: &str) -> Option<&'static [&'static str]> {
            PATHS.iter().find(|served| served.matches(path)).map(|served| served.methods)
        }
    }
}

fn security_scheme(scheme: &crate::model::SecurityScheme) -> TokenStream {
    let (name, description) = (&scheme.name, &scheme.description);
    let (ty, about) = (ident(&camel(name)), doc(&[description]));
    let (kind, http_scheme, flows) = match &scheme.kind {
        SecurityKind::Http(http_scheme) => ("http", quote! { Some(#http_scheme) }, quote! { None }),
        SecurityKind::OAuth { authorization_code, client_credentials } => {
            let flow = |authorization: Option<&String>, token: &String| {
                let authorization =
                    authorization.map_or(quote! { None }, |url| quote! { Some(#url) });
                quote! {
                    Some(MetaOAuthFlow {
                        authorization_url: #authorization,
                        token_url: Some(#token),
                        refresh_url: None,
                        scopes: Vec::new(),
                    })
                }
            };
            let none = || quote! { None };
            let code = authorization_code
                .as_ref()
                .map_or_else(none, |(url, token)| flow(Some(url), token));
            let client = client_credentials.as_ref().map_or_else(none, |token| flow(None, token));
            let flows = quote! {
                Some(MetaOAuthFlows {
                    implicit: None,
                    password: None,
                    client_credentials: #client,
                    authorization_code: #code,
                })
            };
            ("oauth2", quote! { None }, flows)
        }
    };
    let imports = matches!(scheme.kind, SecurityKind::OAuth { .. })
        .then(|| quote! { use poem_openapi::registry::{MetaOAuthFlow, MetaOAuthFlows}; });
    quote! {
        #about
        pub enum #ty {}

        impl super::extract::Scheme for #ty {
            const NAME: &'static str = #name;

            fn meta() -> poem_openapi::registry::MetaSecurityScheme {
                #imports
                poem_openapi::registry::MetaSecurityScheme {
                    ty: #kind,
                    description: Some(#description),
                    name: None,
                    key_in: None,
                    scheme: #http_scheme,
                    bearer_format: None,
                    flows: #flows,
                    openid_connect_url: None,
                }
            }
        }
    }
}
