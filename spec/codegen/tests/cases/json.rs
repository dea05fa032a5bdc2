//! The golden output for the case of the same name.

use sealbearer::contract::{extract, reply, served, wire};
/// What is in requests and responses.
pub mod types {
    /// A thing.
    #[derive(Clone, PartialEq, Default, poem_openapi::Object)]
    pub struct Thing {
        /// Its name.
        pub name: String,
        /// Its size.
        pub size: u64,
        /// Whether ready.
        #[oai(skip_serializing_if_is_none)]
        pub ready: Option<bool>,
        /// Tags.
        pub tags: Vec<String>,
        /// Other names.
        #[oai(skip_serializing_if_is_none)]
        pub aliases: Option<Vec<String>>,
        /// Anything.
        #[oai(skip_serializing_if_is_none)]
        pub extra: Option<std::collections::BTreeMap<String, serde_json::Value>>,
        /// Never printed.
        #[oai(skip_serializing_if_is_none)]
        pub client_secret: Option<String>,
    }
    /// Without what is secret.
    impl std::fmt::Debug for Thing {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            out.debug_struct("Thing")
                .field("name", &self.name)
                .field("size", &self.size)
                .field("ready", &self.ready)
                .field("tags", &self.tags)
                .field("aliases", &self.aliases)
                .field("extra", &self.extra)
                .field(
                    "client_secret",
                    &self.client_secret.as_ref().map(|_| super::wire::Hidden),
                )
                .finish()
        }
    }
    impl super::wire::FromMembers for Thing {
        fn from_members(
            members: &mut super::wire::Members,
        ) -> Result<Self, super::wire::Malformed> {
            Ok(Self {
                name: members.required("name", super::wire::text)?,
                size: members.required("size", super::wire::unsigned)?,
                ready: members.optional("ready", super::wire::boolean)?,
                tags: members.required("tags", super::wire::texts)?,
                aliases: members.optional("aliases", super::wire::texts)?,
                extra: members.optional("extra", super::wire::object)?,
                client_secret: members.optional("client_secret", super::wire::text)?,
            })
        }
    }
    /// An error.
    #[derive(Clone, PartialEq, Debug, Default, poem_openapi::Object)]
    pub struct OAuthError {
        /// Its code.
        pub error: String,
        /// In words.
        #[oai(skip_serializing_if_is_none)]
        pub error_description: Option<String>,
    }
}
/// The answers that the contract names, for every operation that may give them.
pub mod answers {
    /// What is sent.
    pub mod written {
        use poem::Response;
        use poem::http::StatusCode;
        use super::super::reply::Reply;
        /// Refused.
        #[must_use]
        pub fn refused(
            status: StatusCode,
            body: super::super::types::OAuthError,
        ) -> Response {
            Reply::new(status).json(&body)
        }
    }
    /// What the document tells.
    pub mod documented {
        use poem_openapi::registry::MetaResponse;
        /// Refused.
        #[must_use]
        pub fn refused(status: u16) -> MetaResponse {
            super::super::reply::Answer::new(status, "Refused.")
                .body::<super::super::types::OAuthError>("application/json")
                .done()
        }
    }
}
/// The possible answers of each operation.
pub mod responses {
    /// What `add_thing` may answer.
    pub enum AddThingResponse {
        /// Added.
        Created {
            /// Seconds.
            retry_after: u64,
            /// Seconds.
            age: Option<u64>,
            /// If any.
            warning: Option<String>,
            /// What is sent.
            body: super::types::Thing,
        },
        /// Nothing to say.
        NoContent,
        /// Refused.
        BadRequest {
            /// What is sent.
            body: super::types::OAuthError,
        },
        /// Refused.
        PayloadTooLarge {
            /// What is sent.
            body: super::types::OAuthError,
        },
        /// Refused.
        UnsupportedMediaType {
            /// What is sent.
            body: super::types::OAuthError,
        },
    }
    impl poem::IntoResponse for AddThingResponse {
        fn into_response(self) -> poem::Response {
            use poem::http::StatusCode;
            use poem::http::header::HeaderName;
            use super::reply::Reply;
            match self {
                Self::Created { retry_after, age, warning, body } => {
                    Reply::new(StatusCode::CREATED)
                        .header(
                            &HeaderName::from_static("retry-after"),
                            Some(retry_after.to_string()),
                        )
                        .header(
                            &HeaderName::from_static("age"),
                            age.map(|n| n.to_string()),
                        )
                        .header(&HeaderName::from_static("warning"), warning)
                        .json(&body)
                }
                Self::NoContent => Reply::new(StatusCode::NO_CONTENT).empty(),
                Self::BadRequest { body } => {
                    super::answers::written::refused(StatusCode::BAD_REQUEST, body)
                }
                Self::PayloadTooLarge { body } => {
                    super::answers::written::refused(StatusCode::PAYLOAD_TOO_LARGE, body)
                }
                Self::UnsupportedMediaType { body } => {
                    super::answers::written::refused(
                        StatusCode::UNSUPPORTED_MEDIA_TYPE,
                        body,
                    )
                }
            }
        }
    }
    impl poem_openapi::ApiResponse for AddThingResponse {
        fn meta() -> poem_openapi::registry::MetaResponses {
            poem_openapi::registry::MetaResponses {
                responses: vec![
                    super::reply::Answer::new(201u16, "Added.").header:: < u64 >
                    ("Retry-After", true, "Seconds.").header:: < u64 > ("Age", false,
                    "Seconds.").header:: < String > ("Warning", false, "If any.").body::
                    < super::types::Thing > ("application/json").done(),
                    super::reply::Answer::new(204u16, "Nothing to say.").done(),
                    super::answers::documented::refused(400u16),
                    super::answers::documented::refused(413u16),
                    super::answers::documented::refused(415u16)
                ],
            }
        }
        fn register(registry: &mut poem_openapi::registry::Registry) {
            <super::types::OAuthError as poem_openapi::types::Type>::register(registry);
            <super::types::Thing as poem_openapi::types::Type>::register(registry);
        }
    }
    impl AddThingResponse {
        /// Answers a request that could not be read.
        #[must_use]
        pub fn malformed(malformed: super::wire::Malformed) -> Self {
            let body = super::types::OAuthError {
                error: "invalid_thing".to_owned(),
                error_description: Some(malformed.to_string()),
            };
            match malformed.reason {
                super::wire::MalformedReason::TooLarge => Self::PayloadTooLarge { body },
                super::wire::MalformedReason::MediaType => {
                    Self::UnsupportedMediaType { body }
                }
                _ => Self::BadRequest { body },
            }
        }
    }
}
/// The operations as a trait: what a server must do.
pub mod api {
    /// What a server of the contract Json does.
    pub trait Api: Send + Sync + 'static {
        /// Add: `POST /things`.
        ///
        /// Adds a thing.
        fn add_thing(
            &self,
            http: &poem::Request,
            body: super::types::Thing,
        ) -> impl Future<Output = super::responses::AddThingResponse> + Send;
    }
}
/// The operations as poem-openapi routes, each handed to its method of the trait.
pub mod routes {
    use std::collections::HashMap;
    use std::sync::Arc;
    use poem::Request;
    use poem::endpoint::BoxEndpoint;
    use poem::http::Method;
    use poem_openapi::OpenApi;
    use poem_openapi::registry::{MetaApi, Registry};
    use super::api::Api;
    use super::paths::Tag;
    /// Every operation of the contract, answered by `A`.
    pub struct Routes<A>(pub Arc<A>);
    /// Paths in the document that the macro cannot spell.
    const DOCUMENTED: &[(&str, &str)] = &[];
    /// Paths in the router that the macro cannot spell.
    const ROUTED: &[(&str, &str)] = &[];
    fn respelt(table: &[(&str, &'static str)], path: String) -> String {
        table
            .iter()
            .find(|(from, _)| *from == path)
            .map_or(path, |(_, to)| (*to).to_owned())
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
        fn add_routes(
            self,
            table: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>,
        ) {
            let mut spelt = HashMap::new();
            OpenApi::add_routes(Operations(self.0), &mut spelt);
            table
                .extend(
                    spelt
                        .into_iter()
                        .map(|(path, methods)| (respelt(ROUTED, path), methods)),
                );
        }
    }
    struct Operations<A>(Arc<A>);
    #[OpenApi]
    impl<A: Api> Operations<A> {
        /// Add
        ///
        /// Adds a thing.
        #[oai(
            path = "/things",
            method = "post",
            operation_id = "addThing",
            tag = "Tag::Machines"
        )]
        async fn add_thing(
            &self,
            http: &Request,
            _secured: super::extract::SecuredBy<super::paths::Basic, true>,
            read: super::extract::Json<super::types::Thing>,
        ) -> super::responses::AddThingResponse {
            match read.0 {
                Ok(body) => self.0.add_thing(http, body).await,
                Err(malformed) => {
                    super::responses::AddThingResponse::malformed(malformed)
                }
            }
        }
    }
}
/// The paths and their methods, and who may ask.
pub mod paths {
    /// Groups of operations.
    #[derive(poem_openapi::Tags)]
    pub enum Tag {
        /// For machines.
        #[oai(rename = "machines")]
        Machines,
    }
    /// A password.
    pub enum Basic {}
    impl super::extract::Scheme for Basic {
        const NAME: &'static str = "basic";
        fn meta() -> poem_openapi::registry::MetaSecurityScheme {
            poem_openapi::registry::MetaSecurityScheme {
                ty: "http",
                description: Some("A password."),
                name: None,
                key_in: None,
                scheme: Some("basic"),
                bearer_format: None,
                flows: None,
                openid_connect_url: None,
            }
        }
    }
    /// Every path of the contract, in its order.
    pub const PATHS: &[super::served::ServedPath] = &[
        super::served::ServedPath {
            pattern: "/things",
            methods: &["POST"],
        },
    ];
    /// The methods of the path that a request for `path` meant; `None` if the contract has no such path.
    #[must_use]
    pub fn methods_of(path: &str) -> Option<&'static [&'static str]> {
        PATHS.iter().find(|served| served.matches(path)).map(|served| served.methods)
    }
}
