//! What every generated operation does before its method of the trait is called: read the request strictly.
//! Copied as it is into the contract by the generator.
//! Source: RFC 6749 §2.3.1 (nothing of a form in the URL), §3.2; RFC 9110 §8.3 (one Content-Type).

use std::collections::BTreeMap;
use std::marker::PhantomData;

use poem::http::header::CONTENT_TYPE;
use poem::{FromRequest, Request, RequestBody};
use poem_openapi::registry::{
    MetaMediaType, MetaParamIn, MetaRequest, MetaSchemaRef, MetaSecurityScheme, Registry,
};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde_json::Value;

use super::wire::{
    BODY_BYTES_MAX, FromMembers, FromPairs, Malformed, MalformedReason, Members, Pairs, QUERY_BYTES_MAX,
};

/// The query of a request, read or not.
pub struct Query<T>(pub Result<T, Malformed>);

impl<'a, T: FromPairs> FromRequest<'a> for Query<T> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let query = request.uri().query().unwrap_or_default().as_bytes();
        if query.len() > QUERY_BYTES_MAX {
            return Ok(Self(Err(Malformed::request(MalformedReason::TooLarge))));
        }
        Ok(Self(Pairs::parse(query).and_then(|mut pairs| T::from_pairs(&mut pairs))))
    }
}

/// Puts one query parameter into the document; [`Query`] is what reads it.
pub struct Documented<T>(PhantomData<T>);

impl<'a, T: Type> ApiExtractor<'a> for Documented<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    const PARAM_IS_REQUIRED: bool = T::IS_REQUIRED;
    type ParamType = T;
    type ParamRawType = T::RawValueType;

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Query)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(T::schema_ref())
    }

    async fn from_request(
        _: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<T>,
    ) -> poem::Result<Self> {
        Ok(Self(PhantomData))
    }
}

/// The form in the body of a request, read or not.
pub struct Form<T>(pub Result<T, Malformed>);

impl<T: FromPairs> Form<T> {
    async fn read(request: &Request, body: &mut RequestBody) -> Result<T, Malformed> {
        if let Some(query) = request.uri().query() {
            let in_url = Pairs::parse(query.as_bytes())?;
            if let Some(name) = T::NAMES.iter().find(|name| in_url.holds(name)) {
                return Err(Malformed::parameter(name, MalformedReason::InUrl));
            }
        }
        media_type(request, "application/x-www-form-urlencoded")?;
        T::from_pairs(&mut Pairs::parse(&read_body(body).await?)?)
    }
}

/// The JSON object in the body of a request, read or not.
pub struct Json<T>(pub Result<T, Malformed>);

impl<T: FromMembers> Json<T> {
    async fn read(request: &Request, body: &mut RequestBody) -> Result<T, Malformed> {
        media_type(request, "application/json")?;
        T::from_members(&mut Members::parse(&read_body(body).await?)?)
    }
}

/// A body that the method reads itself.
pub struct RawBody(pub poem::Body);

/// A body that the document does not mention, for a method that reads the bodies of other operations.
pub struct UndocumentedBody(pub poem::Body);

impl<'a> FromRequest<'a> for UndocumentedBody {
    async fn from_request(_: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self(body.take()?))
    }
}

macro_rules! body_extractor {
    ($name:ident, $bound:ident, $media_type:literal) => {
        impl<'a, T: $bound + Type> ApiExtractor<'a> for $name<T> {
            const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
            const PARAM_IS_REQUIRED: bool = true;
            type ParamType = ();
            type ParamRawType = ();

            fn register(registry: &mut Registry) {
                T::register(registry);
            }

            fn request_meta() -> Option<MetaRequest> {
                Some(MetaRequest {
                    description: None,
                    content: vec![MetaMediaType { content_type: $media_type, schema: T::schema_ref() }],
                    required: true,
                })
            }

            async fn from_request(
                request: &'a Request,
                body: &mut RequestBody,
                _: ExtractParamOptions<()>,
            ) -> poem::Result<Self> {
                Ok(Self(Self::read(request, body).await))
            }
        }
    };
}
body_extractor!(Form, FromPairs, "application/x-www-form-urlencoded");
body_extractor!(Json, FromMembers, "application/json");

impl<'a> ApiExtractor<'a> for RawBody {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    const PARAM_IS_REQUIRED: bool = true;
    type ParamType = ();
    type ParamRawType = ();

    fn request_meta() -> Option<MetaRequest> {
        let schema = <BTreeMap<String, Value> as Type>::schema_ref();
        let content = vec![MetaMediaType { content_type: "application/json", schema }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(
        _: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        Ok(Self(body.take()?))
    }
}

/// One Content-Type, the one expected, with no parameter but `charset=utf-8`.
fn media_type(request: &Request, expected: &str) -> Result<(), Malformed> {
    let mut sent = request.headers().get_all(CONTENT_TYPE).iter();
    let only = sent.next().filter(|_| sent.next().is_none()).and_then(|value| value.to_str().ok());
    let mut parts = only.unwrap_or_default().split(';').map(str::trim);
    let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(expected));
    let utf8 = ["charset=utf-8", "charset=\"utf-8\""];
    let plain = parts.all(|part| utf8.iter().any(|charset| part.eq_ignore_ascii_case(charset)));
    if named && plain { Ok(()) } else { Err(Malformed::request(MalformedReason::MediaType)) }
}

async fn read_body(body: &mut RequestBody) -> Result<Vec<u8>, Malformed> {
    use poem::error::ReadBodyError::PayloadTooLarge;
    let taken = body.take().map_err(|_| Malformed::request(MalformedReason::Truncated))?;
    match taken.into_bytes_limit(BODY_BYTES_MAX).await {
        Ok(bytes) => Ok(bytes.into()),
        Err(PayloadTooLarge) => Err(Malformed::request(MalformedReason::TooLarge)),
        Err(_) => Err(Malformed::request(MalformedReason::Truncated)),
    }
}

/// A security scheme of the document.
pub trait Scheme: Send {
    /// Its name there.
    const NAME: &'static str;
    /// What it is.
    fn meta() -> MetaSecurityScheme;
}

/// Puts a security scheme into the document; the method of the trait is what judges the credentials.
pub struct SecuredBy<S, const OPTIONAL: bool>(PhantomData<S>);

impl<'a, S: Scheme, const OPTIONAL: bool> ApiExtractor<'a> for SecuredBy<S, OPTIONAL> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        registry.create_security_scheme(S::NAME, S::meta());
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![S::NAME]
    }

    fn has_security_fallback() -> bool {
        OPTIONAL
    }

    async fn from_request(
        _: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        Ok(Self(PhantomData))
    }
}
