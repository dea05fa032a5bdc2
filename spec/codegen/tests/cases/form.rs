//! The golden output for the case of the same name.

use sealbearer::contract::{extract, reply, served, wire};
/// What is in requests and responses.
pub mod types {
    /// A question.
    #[derive(Clone, PartialEq, Default, poem_openapi::Object)]
    pub struct Question {
        /// What.
        pub text: String,
        #[doc = concat!(" ", "How it is asked.")]
        #[oai(skip_serializing_if_is_none)]
        pub tone: Option<Tone>,
        /// About.
        #[oai(default)]
        pub topic: Vec<String>,
        /// A keyword.
        #[oai(skip_serializing_if_is_none)]
        pub r#type: Option<String>,
        /// A secret.
        #[oai(skip_serializing_if_is_none)]
        pub code: Option<String>,
    }
    /// Without what is secret.
    impl std::fmt::Debug for Question {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            out.debug_struct("Question")
                .field("text", &self.text)
                .field("tone", &self.tone)
                .field("topic", &self.topic)
                .field("type", &self.r#type)
                .field("code", &self.code.as_ref().map(|_| super::wire::Hidden))
                .finish()
        }
    }
    impl super::wire::FromPairs for Question {
        const NAMES: &'static [&'static str] = &[
            "text",
            "tone",
            "topic",
            "type",
            "code",
        ];
        fn from_pairs(
            pairs: &mut super::wire::Pairs,
        ) -> Result<Self, super::wire::Malformed> {
            Ok(Self {
                text: pairs.required("text")?,
                tone: pairs.optional_listed("tone", Tone::from_wire)?,
                topic: pairs.several("topic"),
                r#type: pairs.optional("type")?,
                code: pairs.optional("code")?,
            })
        }
    }
    /// How it is asked.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, poem_openapi::Enum)]
    pub enum Tone {
        /// `kind`.
        #[oai(rename = "kind")]
        Kind,
        /// `very-kind`.
        #[oai(rename = "very-kind")]
        VeryKind,
    }
    impl Tone {
        /// The value with this spelling.
        #[must_use]
        pub fn from_wire(text: &str) -> Option<Self> {
            match text {
                "kind" => Some(Self::Kind),
                "very-kind" => Some(Self::VeryKind),
                _ => None,
            }
        }
    }
}
/// The answers that the contract names, for every operation that may give them.
pub mod answers {
    /// What is sent.
    pub mod written {
        use poem::Response;
        use poem::http::StatusCode;
        use poem::http::header::HeaderName;
        use super::super::reply::Reply;
        /// A page.
        #[must_use]
        pub fn page(
            status: StatusCode,
            set_cookie: Vec<String>,
            page: String,
        ) -> Response {
            Reply::new(status)
                .constant(&HeaderName::from_static("cache-control"), "no-store")
                .several(&HeaderName::from_static("set-cookie"), set_cookie)
                .text("text/html; charset=utf-8", page)
        }
    }
    /// What the document tells.
    pub mod documented {
        use poem_openapi::registry::MetaResponse;
        /// A page.
        #[must_use]
        pub fn page(status: u16) -> MetaResponse {
            super::super::reply::Answer::new(status, "A page.")
                .constant("Cache-Control", true, "Never kept.", "no-store")
                .header::<String>("Set-Cookie", false, "Cookies.")
                .body::<String>("text/html; charset=utf-8")
                .done()
        }
    }
}
/// The possible answers of each operation.
pub mod responses {
    /// What `ask` may answer.
    pub enum AskResponse {
        /// A page.
        Ok {
            /// Cookies.
            set_cookie: Vec<String>,
            /// What is sent.
            page: String,
        },
        /// Elsewhere.
        SeeOther {
            /// Where.
            location: String,
        },
        /// A page.
        BadRequest {
            /// Cookies.
            set_cookie: Vec<String>,
            /// What is sent.
            page: String,
        },
        /// A page.
        PayloadTooLarge {
            /// Cookies.
            set_cookie: Vec<String>,
            /// What is sent.
            page: String,
        },
    }
    impl poem::IntoResponse for AskResponse {
        fn into_response(self) -> poem::Response {
            use poem::http::StatusCode;
            use poem::http::header::HeaderName;
            use super::reply::Reply;
            match self {
                Self::Ok { set_cookie, page } => {
                    super::answers::written::page(StatusCode::OK, set_cookie, page)
                }
                Self::SeeOther { location } => {
                    Reply::new(StatusCode::SEE_OTHER)
                        .header(&HeaderName::from_static("location"), Some(location))
                        .empty()
                }
                Self::BadRequest { set_cookie, page } => {
                    super::answers::written::page(
                        StatusCode::BAD_REQUEST,
                        set_cookie,
                        page,
                    )
                }
                Self::PayloadTooLarge { set_cookie, page } => {
                    super::answers::written::page(
                        StatusCode::PAYLOAD_TOO_LARGE,
                        set_cookie,
                        page,
                    )
                }
            }
        }
    }
    impl poem_openapi::ApiResponse for AskResponse {
        fn meta() -> poem_openapi::registry::MetaResponses {
            poem_openapi::registry::MetaResponses {
                responses: vec![
                    super::answers::documented::page(200u16),
                    super::reply::Answer::new(303u16, "Elsewhere.").header:: < String >
                    ("Location", true, "Where.").done(),
                    super::answers::documented::page(400u16),
                    super::answers::documented::page(413u16)
                ],
            }
        }
        fn register(_registry: &mut poem_openapi::registry::Registry) {}
    }
    impl AskResponse {
        /// Answers a request that could not be read.
        #[must_use]
        pub fn malformed(malformed: super::wire::Malformed, page: String) -> Self {
            match malformed.reason {
                super::wire::MalformedReason::TooLarge => {
                    Self::PayloadTooLarge {
                        set_cookie: Vec::new(),
                        page,
                    }
                }
                _ => {
                    Self::BadRequest {
                        set_cookie: Vec::new(),
                        page,
                    }
                }
            }
        }
    }
}
/// The operations as a trait: what a server must do.
pub mod api {
    /// What a server of the contract Forms does.
    pub trait Api: Send + Sync + 'static {
        /// Ask: `GET /ask`, `POST /ask`.
        ///
        /// By query.
        fn ask(
            &self,
            http: &poem::Request,
            parameters: super::types::Question,
        ) -> impl Future<Output = super::responses::AskResponse> + Send;
        /// The page that tells a person that the request could not be read, and why.
        fn malformed_page(
            &self,
            http: &poem::Request,
            malformed: super::wire::Malformed,
        ) -> String;
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
        /// Ask
        ///
        /// By query.
        #[oai(
            path = "/ask",
            method = "get",
            operation_id = "askGet",
            tag = "Tag::People"
        )]
        async fn ask_get(
            &self,
            http: &Request,
            /// What.
            #[oai(name = "text")]
            _text: super::extract::Documented<String>,
            /// How.
            #[oai(name = "tone")]
            _tone: super::extract::Documented<Option<super::types::Tone>>,
            /// About.
            #[oai(name = "topic", default)]
            _topic: super::extract::Documented<Vec<String>>,
            /// A keyword.
            #[oai(name = "type")]
            _type: super::extract::Documented<Option<String>>,
            /// A secret.
            #[oai(name = "code")]
            _code: super::extract::Documented<Option<String>>,
            read: super::extract::Query<super::types::Question>,
        ) -> super::responses::AskResponse {
            match read.0 {
                Ok(parameters) => self.0.ask(http, parameters).await,
                Err(malformed) => {
                    super::responses::AskResponse::malformed(
                        malformed,
                        self.0.malformed_page(http, malformed),
                    )
                }
            }
        }
        /// Ask
        ///
        /// By form.
        #[oai(
            path = "/ask",
            method = "post",
            operation_id = "askPost",
            tag = "Tag::People"
        )]
        async fn ask_post(
            &self,
            http: &Request,
            read: super::extract::Form<super::types::Question>,
        ) -> super::responses::AskResponse {
            match read.0 {
                Ok(parameters) => self.0.ask(http, parameters).await,
                Err(malformed) => {
                    super::responses::AskResponse::malformed(
                        malformed,
                        self.0.malformed_page(http, malformed),
                    )
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
        /// For people.
        #[oai(rename = "people")]
        People,
    }
    /// Every path of the contract, in its order.
    pub const PATHS: &[super::served::ServedPath] = &[
        super::served::ServedPath {
            pattern: "/ask",
            methods: &["GET", "HEAD", "POST"],
        },
    ];
    /// The methods of the path that a request for `path` meant; `None` if the contract has no such path.
    #[must_use]
    pub fn methods_of(path: &str) -> Option<&'static [&'static str]> {
        PATHS.iter().find(|served| served.matches(path)).map(|served| served.methods)
    }
}
