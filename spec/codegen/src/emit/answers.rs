//! Response enums: one variant per status, its headers and body as named fields.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::answer::Variant;
use super::{doc, shared};
use crate::cursor::Problem;
use crate::model::{Contract, Header, Kind, MalformedAnswer, Operation, Shape};
use crate::names::{camel, ident, snake};

pub(super) fn emit(contract: &Contract) -> Result<TokenStream, Problem> {
    let mut items = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for operation in &contract.operations {
        let name = type_name(contract, operation);
        let method = first_with_type(contract, operation);
        if seen.contains(&method.method.as_str()) {
            continue;
        }
        seen.push(&method.method);
        items.push(if operation.raw {
            raw(&name, operation)
        } else {
            typed(contract, &name, operation)?
        });
    }
    Ok(quote! { #(#items)* })
}

/// The first operation that shares this one's response type: its trait method's, or, if raw, one that answers the same.
fn first_with_type<'a>(contract: &'a Contract, operation: &'a Operation) -> &'a Operation {
    let same = |other: &&Operation| {
        other.method == operation.method
            || (operation.raw && other.raw && other.answers == operation.answers)
    };
    contract.operations.iter().find(same).unwrap_or(operation)
}

/// The name of the response type of an operation.
pub(super) fn type_name(contract: &Contract, operation: &Operation) -> Ident {
    let suffix = if operation.raw { "Answers" } else { "Response" };
    let method = camel(&first_with_type(contract, operation).method);
    format_ident!("{method}{suffix}")
}

fn typed(contract: &Contract, name: &Ident, operation: &Operation) -> Result<TokenStream, Problem> {
    let variants: Vec<_> = operation
        .answers
        .iter()
        .map(|answer| Variant::of(answer, operation))
        .collect::<Result<_, _>>()?;
    let declarations = variants.iter().map(Variant::declaration);
    let writings = variants.iter().map(|variant| {
        let (pattern, written) = (variant.pattern(), shared::sent(variant));
        quote! { #pattern => #written, }
    });
    let (answers, registry, register) = documented(operation);
    let malformed = malformed(contract, operation, &variants)?;
    let about = doc(&[&format!("What `{}` may answer.", operation.method)]);
    let own = || operation.answers.iter().filter(|answer| answer.component.is_none());
    let replies = own().next().map(|_| quote! { use super::reply::Reply; });
    let header_names = own()
        .any(|answer| !answer.headers.is_empty())
        .then(|| quote! { use poem::http::header::HeaderName; });
    Ok(quote! {
        #about
        pub enum #name { #(#declarations)* }

        impl poem::IntoResponse for #name {
            fn into_response(self) -> poem::Response {
                use poem::http::StatusCode;
                #header_names
                #replies
                match self { #(#writings)* }
            }
        }

        impl poem_openapi::ApiResponse for #name {
            fn meta() -> poem_openapi::registry::MetaResponses {
                poem_openapi::registry::MetaResponses { responses: #answers }
            }

            fn register(#registry: &mut poem_openapi::registry::Registry) { #register }
        }

        #malformed
    })
}

fn raw(name: &Ident, operation: &Operation) -> TokenStream {
    let (answers, registry, register) = documented(operation);
    let about =
        doc(&[&format!("What `{}` may answer; it writes the answer itself.", operation.method)]);
    quote! {
        #about
        pub enum #name {}

        impl super::reply::Answers for #name {
            fn answers() -> Vec<poem_openapi::registry::MetaResponse> { #answers }

            fn register(#registry: &mut poem_openapi::registry::Registry) { #register }
        }
    }
}

/// The answers for the document; how the registry is called, and what is registered: the schemas they name.
fn documented(operation: &Operation) -> (TokenStream, Ident, TokenStream) {
    let answers = operation.answers.iter().map(shared::told);
    let mut named: Vec<_> = operation
        .answers
        .iter()
        .flat_map(|answer| &answer.content)
        .filter_map(|(_, kind)| if let Kind::Named(name) = kind { Some(name) } else { None })
        .collect();
    named.sort();
    named.dedup();
    let registry = ident(if named.is_empty() { "_registry" } else { "registry" });
    let named = named.into_iter().map(|name| ident(name));
    let register =
        quote! { #(<super::types::#named as poem_openapi::types::Type>::register(registry);)* };
    (quote! { vec![#(#answers),*] }, registry, register)
}

/// The function that answers what could not be read: 413 and 415 where the contract has them, else 400.
// Length: one method, quoted as it is generated.
fn malformed(
    contract: &Contract,
    operation: &Operation,
    variants: &[Variant<'_>],
) -> Result<TokenStream, Problem> {
    let Some(answer) = &operation.malformed else { return Ok(quote! {}) };
    let name = type_name(contract, operation);
    let (input, prepare, body) = match answer {
        MalformedAnswer::Page => (quote! { , page: String }, quote! {}, "page"),
        MalformedAnswer::Code(code) => {
            let description = quote! { Some(malformed.to_string()) };
            let body = quote! { super::types::OAuthError { error: #code.to_owned(), error_description: #description } };
            (quote! {}, quote! { let body = #body; }, "body")
        }
    };
    let broken = |status: u16, what: &str| {
        Problem(format!(
            "{} ({}): answer {status} cannot be given: {what}",
            operation.path, operation.id
        ))
    };
    let mut arms = Vec::new();
    for (status, reason) in
        [(413, quote! { TooLarge }), (415, quote! { MediaType }), (400, quote! { _ })]
    {
        let Some(variant) = variants.iter().find(|variant| variant.answer.status == status) else {
            continue;
        };
        // A 415 that must name encodings is about those (RFC 9110 §15.5.16): a layer gives it before anything is read.
        let names_encodings = |header: &Header| header.name == "Accept-Encoding";
        if status == 415 && variant.answer.headers.iter().any(names_encodings) {
            continue;
        }
        let (variant_name, body) = (&variant.name, ident(body));
        let kind = variant.answer.content.first().map(|(_, kind)| kind);
        let fits = match answer {
            MalformedAnswer::Page => {
                variant.body(&quote! {}).is_some_and(|(field, _)| field == "page")
            }
            MalformedAnswer::Code(_) => kind == Some(&Kind::Named("OAuthError".to_owned())),
        };
        if !fits {
            return Err(broken(
                status,
                "its body must be a page or OAuthError, as x-malformed says",
            ));
        }
        if variant.variable_headers().any(|header| header.required) {
            return Err(broken(status, "a header is required that only the method knows"));
        }
        let headers = variant.variable_headers().map(|header| {
            let (field, repeatable) = (ident(&snake(&header.name)), header.repeatable);
            if repeatable {
                quote! { #field: Vec::new(), }
            } else {
                quote! { #field: None, }
            }
        });
        let reason = if status == 400 {
            reason
        } else {
            quote! { super::wire::MalformedReason::#reason }
        };
        arms.push((reason, quote! { Self::#variant_name { #(#headers)* #body } }));
    }
    has_error_shape(contract, answer)?;
    let arms = arms.iter().map(|(reason, answer)| quote! { #reason => #answer, });
    Ok(quote! {
        impl #name {
            #[doc = " Answers a request that could not be read."]
            #[must_use]
            pub fn malformed(malformed: super::wire::Malformed #input) -> Self {
                #prepare
                match malformed.reason { #(#arms)* }
            }
        }
    })
}

fn has_error_shape(contract: &Contract, answer: &MalformedAnswer) -> Result<(), Problem> {
    let MalformedAnswer::Code(code) = answer else { return Ok(()) };
    let found = contract
        .schemas
        .iter()
        .find(|schema| schema.name == "OAuthError")
        .map(|schema| &schema.shape);
    let names = |fields: &[crate::model::Field]| {
        fields.iter().map(|field| (field.name.clone(), field.required)).collect::<Vec<_>>()
    };
    let wanted = [("error".to_owned(), true), ("error_description".to_owned(), false)];
    match found {
        Some(Shape::Object(fields)) if names(fields) == wanted => Ok(()),
        _ => Err(Problem(format!(
            "x-malformed: {code} needs components > schemas > OAuthError {{error, error_description?}}"
        ))),
    }
}
