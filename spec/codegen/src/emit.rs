//! Writes the model as Rust.

mod answer;
mod answers;
mod api;
mod routes;
mod shared;
mod types;

use proc_macro2::TokenStream;
use quote::quote;

use crate::cursor::Problem;
use crate::model::{Contract, Kind};

const HEADER: &str = "Generated from `openapi.yaml` by `make generate`; do not edit.";

/// The module files of the contract, by name, without those that are copied.
/// # Errors
/// What the model says that cannot be written.
pub fn modules(contract: &Contract) -> Result<Vec<(&'static str, String)>, Problem> {
    Ok(parts(contract)?
        .into_iter()
        .map(|(name, purpose, tokens)| {
            (name, format!("//! {purpose}\n//! {HEADER}\n\n{}", pretty(tokens)))
        })
        .collect())
}

/// The same modules in one file, as the generator's own tests keep them.
/// # Errors
/// As [`modules`].
pub fn one_file(contract: &Contract) -> Result<String, Problem> {
    let parts = parts(contract)?;
    let used = ["extract", "reply", "served", "wire"].into_iter().filter(|name| {
        let path = format!("super :: {name}");
        parts.iter().any(|(_, _, tokens)| tokens.to_string().contains(&path))
    });
    let used = used.map(crate::names::ident);
    let modules = parts.iter().map(|(name, purpose, tokens)| {
        let (name, about) = (crate::names::ident(name), doc(&[purpose]));
        quote! { #about pub mod #name { #tokens } }
    });
    let all = quote! { use sealbearer::contract::{#(#used),*}; #(#modules)* };
    Ok(format!("//! The golden output for the case of the same name.\n\n{}", pretty(all)))
}

fn parts(contract: &Contract) -> Result<Vec<(&'static str, &'static str, TokenStream)>, Problem> {
    Ok(vec![
        ("types", "What is in requests and responses.", types::emit(contract)),
        (
            "answers",
            "The answers that the contract names, for every operation that may give them.",
            shared::emit(contract)?,
        ),
        ("responses", "The possible answers of each operation.", answers::emit(contract)?),
        ("api", "The operations as a trait: what a server must do.", api::emit(contract)),
        (
            "routes",
            "The operations as poem-openapi routes, each handed to its method of the trait.",
            routes::emit(contract),
        ),
        ("paths", "The paths and their methods, and who may ask.", routes::paths(contract)),
    ])
}

fn pretty(tokens: TokenStream) -> String {
    let file = syn::parse2(tokens).expect("the generator writes Rust that parses");
    prettyplease::unparse(&file)
}

/// A documentation comment, paragraph by paragraph.
fn doc(paragraphs: &[&str]) -> TokenStream {
    let mut lines = Vec::new();
    for paragraph in paragraphs.iter().filter(|paragraph| !paragraph.is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(format!(" {paragraph}"));
    }
    quote! { #(#[doc = #lines])* }
}

/// The Rust type of a value that is there.
fn rust_type(kind: &Kind, types: &TokenStream) -> TokenStream {
    match kind {
        Kind::Text => quote! { String },
        Kind::Flag => quote! { bool },
        Kind::Unsigned => quote! { u64 },
        Kind::Free => quote! { std::collections::BTreeMap<String, serde_json::Value> },
        Kind::Listed(name) | Kind::Named(name) => {
            let name = crate::names::ident(name);
            quote! { #types #name }
        }
        Kind::List(element) => {
            let element = rust_type(element, types);
            quote! { Vec<#element> }
        }
    }
}
