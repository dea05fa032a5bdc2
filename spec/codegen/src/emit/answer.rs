//! One answer of an operation: as a variant, as what is sent, as what the document says.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{doc, rust_type};
use crate::cursor::Problem;
use crate::model::{Answer, Header, HeaderValue, Kind, Operation};
use crate::names::{ident, snake};

/// The variant for a status, and its constant in `StatusCode`.
fn variant(status: u16) -> Option<&'static str> {
    Some(match status {
        200 => "Ok",
        201 => "Created",
        202 => "Accepted",
        204 => "NoContent",
        303 => "SeeOther",
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        409 => "Conflict",
        413 => "PayloadTooLarge",
        415 => "UnsupportedMediaType",
        429 => "TooManyRequests",
        503 => "ServiceUnavailable",
        _ => return None,
    })
}

/// One answer as a variant: its headers that vary and its body are named fields.
pub(super) struct Variant<'a> {
    pub(super) answer: &'a Answer,
    pub(super) name: Ident,
    status: Ident,
}

impl Variant<'_> {
    pub(super) fn of<'a>(
        answer: &'a Answer,
        operation: &Operation,
    ) -> Result<Variant<'a>, Problem> {
        let status = answer.status;
        let name = variant(status).ok_or_else(|| {
            Problem(format!(
                "{} ({}): status {status} is not supported by the generator",
                operation.path, operation.id
            ))
        })?;
        Ok(Variant { answer, name: ident(name), status: ident(&snake(name).to_ascii_uppercase()) })
    }

    pub(super) fn variable_headers(&self) -> impl Iterator<Item = &Header> {
        self.answer
            .headers
            .iter()
            .filter(|header| !matches!(header.value, HeaderValue::Constant(_)))
    }

    /// The name and type of the field that holds the body.
    pub(super) fn body(&self, types: &TokenStream) -> Option<(Ident, TokenStream)> {
        let (media_type, kind) = self.answer.content.first()?;
        let name = if media_type.starts_with("text/html") { "page" } else { "body" };
        Some((ident(name), rust_type(kind, types)))
    }

    /// Each field with its documentation and its type; `types` is where the schemas are.
    fn fields(&self, types: &TokenStream) -> Vec<(Ident, TokenStream, TokenStream)> {
        let headers = self.variable_headers().map(|header| {
            let (field, about) = (ident(&snake(&header.name)), doc(&[&header.description]));
            let ty = match (&header.value, header.required) {
                (HeaderValue::Unsigned, true) => quote! { u64 },
                (HeaderValue::Unsigned, false) => quote! { Option<u64> },
                (_, true) => quote! { String },
                _ if header.repeatable => quote! { Vec<String> },
                (_, false) => quote! { Option<String> },
            };
            (field, about, ty)
        });
        let what = quote! { #[doc = " What is sent."] };
        let body = self.body(types).map(|(field, ty)| (field, what, ty));
        headers.chain(body).collect()
    }

    pub(super) fn declaration(&self) -> TokenStream {
        let (name, about) = (&self.name, doc(&[&self.answer.description]));
        let fields = self.fields(&quote! { super::types:: });
        let declared = fields.iter().map(|(field, about, ty)| quote! { #about #field: #ty, });
        if fields.is_empty() {
            quote! { #about #name, }
        } else {
            quote! { #about #name { #(#declared)* }, }
        }
    }

    /// The names of the fields.
    pub(super) fn names(&self) -> Vec<Ident> {
        self.fields(&quote! {}).into_iter().map(|(field, _, _)| field).collect()
    }

    /// The fields as parameters of a function.
    pub(super) fn parameters(&self, types: &TokenStream) -> TokenStream {
        let fields = self.fields(types);
        let parameters = fields.iter().map(|(field, _, ty)| quote! { , #field: #ty });
        quote! { #(#parameters)* }
    }

    pub(super) fn pattern(&self) -> TokenStream {
        let (name, fields) = (&self.name, self.names());
        if fields.is_empty() {
            quote! { Self::#name }
        } else {
            quote! { Self::#name { #(#fields),* } }
        }
    }

    /// The constant of its status.
    pub(super) fn status(&self) -> TokenStream {
        let status = &self.status;
        quote! { StatusCode::#status }
    }
}

/// How the fields become a response with this status.
pub(super) fn written(variant: &Variant<'_>, status: &TokenStream) -> TokenStream {
    let headers = variant.answer.headers.iter().map(|header| {
        let wire_name = header.name.to_ascii_lowercase();
        let wire_name = quote! { HeaderName::from_static(#wire_name) };
        let field = ident(&snake(&header.name));
        match (&header.value, header.required) {
            (HeaderValue::Constant(value), _) => quote! { .constant(&#wire_name, #value) },
            (HeaderValue::Unsigned, true) => {
                quote! { .header(&#wire_name, Some(#field.to_string())) }
            }
            (HeaderValue::Unsigned, false) => {
                quote! { .header(&#wire_name, #field.map(|n| n.to_string())) }
            }
            (HeaderValue::Text, true) => quote! { .header(&#wire_name, Some(#field)) },
            (HeaderValue::Text, false) if header.repeatable => {
                quote! { .several(&#wire_name, #field) }
            }
            (HeaderValue::Text, false) => quote! { .header(&#wire_name, #field) },
        }
    });
    let end = match variant.answer.content.first() {
        None => quote! { .empty() },
        Some((media_type, Kind::Text)) => {
            let field = variant.body(&quote! {}).map(|(field, _)| field);
            quote! { .text(#media_type, #field) }
        }
        Some(_) => quote! { .json(&body) },
    };
    quote! { Reply::new(#status) #(#headers)* #end }
}

/// What the document says of an answer with this status; `contract` is the way to the contract's modules.
pub(super) fn documented(
    answer: &Answer,
    status: &TokenStream,
    contract: &TokenStream,
) -> TokenStream {
    let description = &answer.description;
    let headers = answer.headers.iter().map(|header| {
        let (name, required, about) = (&header.name, header.required, &header.description);
        match &header.value {
            HeaderValue::Constant(value) => quote! { .constant(#name, #required, #about, #value) },
            HeaderValue::Text => quote! { .header::<String>(#name, #required, #about) },
            HeaderValue::Unsigned => quote! { .header::<u64>(#name, #required, #about) },
        }
    });
    let content = answer.content.iter().map(|(media_type, kind)| {
        let ty = rust_type(kind, &quote! { #contract types:: });
        quote! { .body::<#ty>(#media_type) }
    });
    quote! { #contract reply::Answer::new(#status, #description) #(#headers)* #(#content)* .done() }
}
