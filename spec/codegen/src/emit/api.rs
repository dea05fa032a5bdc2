//! The trait: one method per operation, or per group of operations that share `x-method`.

use proc_macro2::TokenStream;
use quote::quote;

use super::answers::type_name;
use super::doc;
use crate::model::{Body, Contract, MalformedAnswer, Operation};
use crate::names::ident;

/// The name and type of what the method gets besides the request, by the group's needs.
pub(super) fn inputs(
    contract: &Contract,
    operation: &Operation,
) -> Vec<(&'static str, TokenStream)> {
    let mut inputs = Vec::new();
    if operation.path_parameter.is_some() {
        inputs.push(("path", quote! { String }));
    }
    if let Some(query) = &operation.query {
        let name = ident(&query.type_name);
        inputs.push(("parameters", quote! { super::types::#name }));
    }
    match &operation.body {
        Body::Form(name) => {
            let name = ident(name);
            inputs.push(("parameters", quote! { super::types::#name }));
        }
        Body::Json(name) => {
            let name = ident(name);
            inputs.push(("body", quote! { super::types::#name }));
        }
        Body::Raw | Body::None => {}
    }
    if takes_body(contract, operation) {
        inputs.push(("body", quote! { poem::Body }));
    }
    inputs
}

/// Whether the method reads the body itself: if any operation of its group has one.
pub(super) fn takes_body(contract: &Contract, operation: &Operation) -> bool {
    contract
        .operations
        .iter()
        .any(|other| other.method == operation.method && other.body == Body::Raw)
}

pub(super) fn emit(contract: &Contract) -> TokenStream {
    let mut methods = Vec::new();
    let mut seen = Vec::new();
    for operation in &contract.operations {
        if seen.contains(&&operation.method) {
            continue;
        }
        seen.push(&operation.method);
        let name = ident(&operation.method);
        let group = contract.operations.iter().filter(|other| other.method == operation.method);
        let served: Vec<_> = group
            .map(|other| format!("`{} {}`", other.http_method.to_ascii_uppercase(), other.path))
            .collect();
        let about = doc(&[
            &format!("{}: {}.", operation.summary, served.join(", ")),
            &operation.description,
        ]);
        let inputs = inputs(contract, operation).into_iter().map(|(name, ty)| {
            let name = ident(name);
            quote! { #name: #ty }
        });
        let output = if operation.raw {
            quote! { poem::Response }
        } else {
            let response = type_name(contract, operation);
            quote! { super::responses::#response }
        };
        methods.push(quote! {
            #about
            fn #name(&self, http: &poem::Request, #(#inputs),*) -> impl Future<Output = #output> + Send;
        });
    }
    let has_pages = contract
        .operations
        .iter()
        .any(|operation| operation.malformed == Some(MalformedAnswer::Page));
    let malformed_page = has_pages.then(|| {
        quote! {
            #[doc = " The page that tells a person that the request could not be read, and why."]
            fn malformed_page(&self, http: &poem::Request, malformed: super::wire::Malformed) -> String;
        }
    });
    let about = doc(&[&format!("What a server of the contract {} does.", contract.title)]);
    quote! {
        #about
        pub trait Api: Send + Sync + 'static { #(#methods)* #malformed_page }
    }
}
