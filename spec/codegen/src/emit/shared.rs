//! The answers that the contract names: each is written and documented once, whatever operations share it.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::answer::{Variant, documented, written};
use crate::cursor::Problem;
use crate::model::{Answer, Contract};
use crate::names::{ident, snake};

/// One function per named answer that says what is sent, and one that says what the document tells of it.
pub(super) fn emit(contract: &Contract) -> Result<TokenStream, Problem> {
    let (mut sent, mut told, mut has_headers) = (BTreeMap::new(), BTreeMap::new(), false);
    let (types, modules) = (quote! { super::super::types:: }, quote! { super::super:: });
    for operation in &contract.operations {
        for answer in &operation.answers {
            let Some(component) = &answer.component else { continue };
            let (name, about) = (ident(&snake(component)), super::doc(&[&answer.description]));
            let document = documented(answer, &quote! { status }, &modules);
            told.entry(component).or_insert_with(|| {
                quote! { #about #[must_use] pub fn #name(status: u16) -> MetaResponse { #document } }
            });
            if operation.raw {
                continue;
            }
            has_headers |= !answer.headers.is_empty();
            let variant = Variant::of(answer, operation)?;
            let parameters = variant.parameters(&types);
            let reply = written(&variant, &quote! { status });
            sent.entry(component).or_insert_with(|| {
                quote! { #about #[must_use] pub fn #name(status: StatusCode #parameters) -> Response { #reply } }
            });
        }
    }
    let header_names = has_headers.then(|| quote! { use poem::http::header::HeaderName; });
    let sent = some(sent).map(|items| {
        quote! {
            #[doc = " What is sent."]
            pub mod written {
                use poem::Response;
                use poem::http::StatusCode;
                #header_names
                use super::super::reply::Reply;
                #items
            }
        }
    });
    let told = some(told).map(|items| {
        quote! {
            #[doc = " What the document tells."]
            pub mod documented {
                use poem_openapi::registry::MetaResponse;
                #items
            }
        }
    });
    Ok(quote! { #sent #told })
}

fn some<K>(items: BTreeMap<K, TokenStream>) -> Option<TokenStream> {
    (!items.is_empty()).then(|| items.into_values().collect())
}

/// How the response of `variant` is made.
pub(super) fn sent(variant: &Variant<'_>) -> TokenStream {
    let status = variant.status();
    let Some(component) = &variant.answer.component else { return written(variant, &status) };
    let (name, fields) = (ident(&snake(component)), variant.names());
    quote! { super::answers::written::#name(#status #(, #fields)*) }
}

/// How the document's part on `answer` is made.
pub(super) fn told(answer: &Answer) -> TokenStream {
    let status = answer.status;
    let Some(component) = &answer.component else {
        return documented(answer, &quote! { #status }, &quote! { super:: });
    };
    let name = ident(&snake(component));
    quote! { super::answers::documented::#name(#status) }
}
