//! Wire types: objects and enumerations, how they are read, and what of them may be logged.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{doc, rust_type};
use crate::model::{Body, Contract, Field, Kind, Schema, Shape};
use crate::names::{camel, ident};

/// Members that are never printed.
const SECRET: [&str; 9] = [
    "access_token",
    "client_assertion",
    "client_secret",
    "code",
    "code_verifier",
    "id_token_hint",
    "password",
    "refresh_token",
    "ticket",
];

pub(super) fn emit(contract: &Contract) -> TokenStream {
    let schemas = contract.schemas.iter().map(|schema| match &schema.shape {
        Shape::Object(fields) => object(contract, schema, fields),
        Shape::Listed(values) => listed(schema, values),
    });
    let mut queries = Vec::new();
    let mut seen = Vec::new();
    for query in contract.operations.iter().filter_map(|operation| operation.query.as_ref()) {
        if !query.shared && !seen.contains(&&query.type_name) {
            seen.push(&query.type_name);
            let schema = Schema {
                name: query.type_name.clone(),
                description: "What is read from the query.".to_owned(),
                shape: Shape::Listed(Vec::new()),
            };
            let fields = structure(&schema, &query.fields, contract, false);
            let reading = from_pairs(&schema.name, &query.fields);
            queries.push(quote! { #fields #reading });
        }
    }
    quote! { #(#schemas)* #(#queries)* }
}

fn object(contract: &Contract, schema: &Schema, fields: &[Field]) -> TokenStream {
    let structure = structure(schema, fields, contract, true);
    let name = &schema.name;
    let in_form =
        contract.operations.iter().any(|operation| match (&operation.body, &operation.query) {
            (Body::Form(form), _) if form == name => true,
            (_, Some(query)) => query.type_name == *name,
            _ => false,
        });
    let in_json =
        contract.operations.iter().any(|operation| operation.body == Body::Json(name.clone()));
    let pairs = in_form.then(|| from_pairs(name, fields));
    let members = in_json.then(|| from_members(name, fields));
    quote! { #structure #pairs #members }
}

fn structure(
    schema: &Schema,
    fields: &[Field],
    contract: &Contract,
    documented: bool,
) -> TokenStream {
    let name = ident(&schema.name);
    let about = doc(&[&schema.description]);
    let has_default =
        fields.iter().all(|field| !(field.required && matches!(field.kind, Kind::Listed(_))));
    let hides = fields.iter().any(|field| SECRET.contains(&field.name.as_str()));
    let mut derives = vec![quote! { Clone }, quote! { PartialEq }];
    if !hides {
        derives.push(quote! { Debug });
    }
    if has_default {
        derives.push(quote! { Default });
    }
    if documented {
        derives.push(quote! { poem_openapi::Object });
    }
    let members = fields.iter().map(|field| {
        let name = ident(&field.name);
        let about = match &field.kind {
            Kind::Listed(target) | Kind::Named(target) => doc_of_reference(contract, target),
            _ => doc(&[&field.description]),
        };
        let ty = field_type(field, &quote! {});
        let options = if !documented {
            quote! {}
        } else if field.absent_is_empty {
            quote! { #[oai(default)] }
        } else if !field.required {
            quote! { #[oai(skip_serializing_if_is_none)] }
        } else {
            quote! {}
        };
        quote! { #about #options pub #name: #ty, }
    });
    let debug = hides.then(|| debug(&schema.name, fields));
    quote! {
        #about
        #[derive(#(#derives),*)]
        pub struct #name { #(#members)* }
        #debug
    }
}

/// Version 3.0 of `OpenAPI` allows no description beside a reference: the macro keeps this one from poem-openapi, not from rustdoc.
fn doc_of_reference(contract: &Contract, target: &str) -> TokenStream {
    let schema = contract.schemas.iter().find(|schema| schema.name == target);
    let description = schema.map_or("", |schema| &schema.description);
    quote! { #[doc = concat!(" ", #description)] }
}

/// The Rust type of a member or parameter, where `types` leads to the named ones.
pub(super) fn field_type(field: &Field, types: &TokenStream) -> TokenStream {
    let inner = rust_type(&field.kind, types);
    if field.required || field.absent_is_empty {
        inner
    } else {
        quote! { Option<#inner> }
    }
}

fn debug(name: &str, fields: &[Field]) -> TokenStream {
    let lines = fields.iter().map(|field| {
        let (wire_name, member) = (&field.name, ident(&field.name));
        if !SECRET.contains(&field.name.as_str()) {
            quote! { .field(#wire_name, &self.#member) }
        } else if field.required {
            quote! { .field(#wire_name, &super::wire::Hidden) }
        } else {
            quote! { .field(#wire_name, &self.#member.as_ref().map(|_| super::wire::Hidden)) }
        }
    });
    let ty = ident(name);
    quote! {
        #[doc = " Without what is secret."]
        impl std::fmt::Debug for #ty {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.debug_struct(#name) #(#lines)* .finish()
            }
        }
    }
}

fn from_pairs(name: &str, fields: &[Field]) -> TokenStream {
    let ty = ident(name);
    let names = fields.iter().map(|field| &field.name);
    let reads = fields.iter().map(|field| {
        let (wire_name, member) = (&field.name, ident(&field.name));
        let read = match (&field.kind, field.required) {
            (Kind::List(_), _) => quote! { pairs.several(#wire_name) },
            (Kind::Listed(listed), required) => {
                let listed = ident(listed);
                let method = format_ident!(
                    "{}",
                    if required { "required_listed" } else { "optional_listed" }
                );
                quote! { pairs.#method(#wire_name, #listed::from_wire)? }
            }
            (_, true) => quote! { pairs.required(#wire_name)? },
            (_, false) => quote! { pairs.optional(#wire_name)? },
        };
        quote! { #member: #read }
    });
    quote! {
        impl super::wire::FromPairs for #ty {
            const NAMES: &'static [&'static str] = &[#(#names),*];

            fn from_pairs(pairs: &mut super::wire::Pairs) -> Result<Self, super::wire::Malformed> {
                Ok(Self { #(#reads),* })
            }
        }
    }
}

fn from_members(name: &str, fields: &[Field]) -> TokenStream {
    let ty = ident(name);
    let reads = fields.iter().map(|field| {
        let (wire_name, member) = (&field.name, ident(&field.name));
        let reader = format_ident!(
            "{}",
            match &field.kind {
                Kind::Text | Kind::Listed(_) | Kind::Named(_) => "text",
                Kind::Flag => "boolean",
                Kind::Unsigned => "unsigned",
                Kind::Free => "object",
                Kind::List(_) => "texts",
            }
        );
        let read = if field.required {
            quote! { members.required(#wire_name, super::wire::#reader)? }
        } else {
            quote! { members.optional(#wire_name, super::wire::#reader)? }
        };
        let empty = field.absent_is_empty.then(|| quote! { .unwrap_or_default() });
        quote! { #member: #read #empty }
    });
    quote! {
        impl super::wire::FromMembers for #ty {
            fn from_members(members: &mut super::wire::Members) -> Result<Self, super::wire::Malformed> {
                Ok(Self { #(#reads),* })
            }
        }
    }
}

fn listed(schema: &Schema, values: &[String]) -> TokenStream {
    let (ty, about) = (ident(&schema.name), doc(&[&schema.description]));
    let names: Vec<_> = values.iter().map(|value| ident(&camel(value))).collect();
    let notes = values.iter().map(|value| doc(&[&format!("`{value}`.")]));
    quote! {
        #about
        #[derive(Clone, Copy, Debug, PartialEq, Eq, poem_openapi::Enum)]
        pub enum #ty { #(#notes #[oai(rename = #values)] #names,)* }

        impl #ty {
            #[doc = " The value with this spelling."]
            #[must_use]
            pub fn from_wire(text: &str) -> Option<Self> {
                match text {
                    #(#values => Some(Self::#names),)*
                    _ => None,
                }
            }
        }
    }
}
