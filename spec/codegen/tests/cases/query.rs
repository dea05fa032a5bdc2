//! The golden output for the case of the same name.

use sealbearer::contract::{extract, reply, served, wire};
/// What is in requests and responses.
pub mod types {
    /// What is read from the query.
    #[derive(Clone, PartialEq, Debug, Default)]
    pub struct FindQuery {
        /// What.
        pub q: String,
        /// Which.
        pub page: Option<String>,
    }
    impl super::wire::FromPairs for FindQuery {
        const NAMES: &'static [&'static str] = &["q", "page"];
        fn from_pairs(
            pairs: &mut super::wire::Pairs,
        ) -> Result<Self, super::wire::Malformed> {
            Ok(Self {
                q: pairs.required("q")?,
                page: pairs.optional("page")?,
            })
        }
    }
}
/// The answers that the contract names, for every operation that may give them.
pub mod answers {}
/// The possible answers of each operation.
pub mod responses {
    /// What `home` may answer.
    pub enum HomeResponse {
        /// A page.
        Ok {
            /// What is sent.
            page: String,
        },
    }
    impl poem::IntoResponse for HomeResponse {
        fn into_response(self) -> poem::Response {
            use poem::http::StatusCode;
            use super::reply::Reply;
            match self {
                Self::Ok { page } => {
                    Reply::new(StatusCode::OK).text("text/html; charset=utf-8", page)
                }
            }
        }
    }
    impl poem_openapi::ApiResponse for HomeResponse {
        fn meta() -> poem_openapi::registry::MetaResponses {
            poem_openapi::registry::MetaResponses {
                responses: vec![
                    super::reply::Answer::new(200u16, "A page.").body:: < String >
                    ("text/html; charset=utf-8").done()
                ],
            }
        }
        fn register(_registry: &mut poem_openapi::registry::Registry) {}
    }
    /// What `find` may answer.
    pub enum FindResponse {
        /// A page.
        Ok {
            /// What is sent.
            page: String,
        },
        /// A page.
        BadRequest {
            /// What is sent.
            page: String,
        },
        /// A page.
        PayloadTooLarge {
            /// What is sent.
            page: String,
        },
    }
    impl poem::IntoResponse for FindResponse {
        fn into_response(self) -> poem::Response {
            use poem::http::StatusCode;
            use super::reply::Reply;
            match self {
                Self::Ok { page } => {
                    Reply::new(StatusCode::OK).text("text/html; charset=utf-8", page)
                }
                Self::BadRequest { page } => {
                    Reply::new(StatusCode::BAD_REQUEST)
                        .text("text/html; charset=utf-8", page)
                }
                Self::PayloadTooLarge { page } => {
                    Reply::new(StatusCode::PAYLOAD_TOO_LARGE)
                        .text("text/html; charset=utf-8", page)
                }
            }
        }
    }
    impl poem_openapi::ApiResponse for FindResponse {
        fn meta() -> poem_openapi::registry::MetaResponses {
            poem_openapi::registry::MetaResponses {
                responses: vec![
                    super::reply::Answer::new(200u16, "A page.").body:: < String >
                    ("text/html; charset=utf-8").done(),
                    super::reply::Answer::new(400u16, "A page.").body:: < String >
                    ("text/html; charset=utf-8").done(),
                    super::reply::Answer::new(413u16, "A page.").body:: < String >
                    ("text/html; charset=utf-8").done()
                ],
            }
        }
        fn register(_registry: &mut poem_openapi::registry::Registry) {}
    }
    impl FindResponse {
        /// Answers a request that could not be read.
        #[must_use]
        pub fn malformed(malformed: super::wire::Malformed, page: String) -> Self {
            match malformed.reason {
                super::wire::MalformedReason::TooLarge => Self::PayloadTooLarge { page },
                _ => Self::BadRequest { page },
            }
        }
    }
}
/// The operations as a trait: what a server must do.
pub mod api {
    /// What a server of the contract Queries does.
    pub trait Api: Send + Sync + 'static {
        /// Home: `GET /`.
        ///
        /// Reads nothing.
        fn home(
            &self,
            http: &poem::Request,
        ) -> impl Future<Output = super::responses::HomeResponse> + Send;
        /// Find: `GET /find`.
        ///
        /// Reads a query.
        fn find(
            &self,
            http: &poem::Request,
            parameters: super::types::FindQuery,
        ) -> impl Future<Output = super::responses::FindResponse> + Send;
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
        /// Home
        ///
        /// Reads nothing.
        #[oai(path = "/", method = "get", operation_id = "home", tag = "Tag::People")]
        async fn home(&self, http: &Request) -> super::responses::HomeResponse {
            self.0.home(http).await
        }
        /// Find
        ///
        /// Reads a query.
        #[oai(
            path = "/find",
            method = "get",
            operation_id = "find",
            tag = "Tag::People"
        )]
        async fn find(
            &self,
            http: &Request,
            /// What.
            #[oai(name = "q")]
            _q: super::extract::Documented<String>,
            /// Which.
            #[oai(name = "page")]
            _page: super::extract::Documented<Option<String>>,
            read: super::extract::Query<super::types::FindQuery>,
        ) -> super::responses::FindResponse {
            match read.0 {
                Ok(parameters) => self.0.find(http, parameters).await,
                Err(malformed) => {
                    super::responses::FindResponse::malformed(
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
            pattern: "/",
            methods: &["GET", "HEAD"],
        },
        super::served::ServedPath {
            pattern: "/find",
            methods: &["GET", "HEAD"],
        },
    ];
    /// The methods of the path that a request for `path` meant; `None` if the contract has no such path.
    #[must_use]
    pub fn methods_of(path: &str) -> Option<&'static [&'static str]> {
        PATHS.iter().find(|served| served.matches(path)).map(|served| served.methods)
    }
}
