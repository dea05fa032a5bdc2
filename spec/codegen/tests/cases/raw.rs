//! The golden output for the case of the same name.

use sealbearer::contract::{extract, reply, served};
/// What is in requests and responses.
pub mod types {}
/// The answers that the contract names, for every operation that may give them.
pub mod answers {}
/// The possible answers of each operation.
pub mod responses {
    /// What `stream` may answer; it writes the answer itself.
    pub enum StreamAnswers {}
    impl super::reply::Answers for StreamAnswers {
        fn answers() -> Vec<poem_openapi::registry::MetaResponse> {
            vec![
                super::reply::Answer::new(200u16, "A stream.").body:: <
                std::collections::BTreeMap < String, serde_json::Value > >
                ("application/json").body:: < String > ("text/event-stream").done(),
                super::reply::Answer::new(405u16, "Not here.").done()
            ]
        }
        fn register(_registry: &mut poem_openapi::registry::Registry) {}
    }
}
/// The operations as a trait: what a server must do.
pub mod api {
    /// What a server of the contract Raw does.
    pub trait Api: Send + Sync + 'static {
        /// Listen: `GET /stream`, `POST /stream`, `GET /stream/`.
        ///
        /// Opens a stream.
        fn stream(
            &self,
            http: &poem::Request,
            body: poem::Body,
        ) -> impl Future<Output = poem::Response> + Send;
        /// About: `GET /about/{path}`.
        ///
        /// Several segments.
        fn about(
            &self,
            http: &poem::Request,
            path: String,
        ) -> impl Future<Output = poem::Response> + Send;
        /// About: `GET /{path}/about`.
        ///
        /// One segment.
        fn about_under(
            &self,
            http: &poem::Request,
            path: String,
        ) -> impl Future<Output = poem::Response> + Send;
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
    const DOCUMENTED: &[(&str, &str)] = &[("/stream/~", "/stream/")];
    /// Paths in the router that the macro cannot spell.
    const ROUTED: &[(&str, &str)] = &[
        ("/stream/~", "/stream/"),
        ("/about/:param0", "/about/*param0"),
    ];
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
        /// Listen
        ///
        /// Opens a stream.
        #[oai(
            path = "/stream",
            method = "get",
            operation_id = "streamGet",
            tag = "Tag::Machines"
        )]
        async fn stream_get(
            &self,
            http: &Request,
            _secured: super::extract::SecuredBy<super::paths::Oauth2, false>,
            body: super::extract::UndocumentedBody,
        ) -> super::reply::Raw<super::responses::StreamAnswers> {
            super::reply::Raw::new(self.0.stream(http, body.0).await)
        }
        /// Say
        ///
        /// Takes a message.
        #[oai(
            path = "/stream",
            method = "post",
            operation_id = "streamPost",
            tag = "Tag::Machines"
        )]
        async fn stream_post(
            &self,
            http: &Request,
            body: super::extract::RawBody,
        ) -> super::reply::Raw<super::responses::StreamAnswers> {
            super::reply::Raw::new(self.0.stream(http, body.0).await)
        }
        /// Listen
        ///
        /// The same with a slash.
        #[oai(
            path = "/stream/~",
            method = "get",
            operation_id = "streamSlash",
            tag = "Tag::Machines"
        )]
        async fn stream_slash(
            &self,
            http: &Request,
            body: super::extract::UndocumentedBody,
        ) -> super::reply::Raw<super::responses::StreamAnswers> {
            super::reply::Raw::new(self.0.stream(http, body.0).await)
        }
        /// About
        ///
        /// Several segments.
        #[oai(
            path = "/about/:path",
            method = "get",
            operation_id = "about",
            tag = "Tag::Machines"
        )]
        async fn about(
            &self,
            http: &Request,
            /// Which.
            #[oai(name = "path")]
            path: poem_openapi::param::Path<String>,
        ) -> super::reply::Raw<super::responses::StreamAnswers> {
            super::reply::Raw::new(self.0.about(http, path.0).await)
        }
        /// About
        ///
        /// One segment.
        #[oai(
            path = "/:path/about",
            method = "get",
            operation_id = "aboutUnder",
            tag = "Tag::Machines"
        )]
        async fn about_under(
            &self,
            http: &Request,
            /// Which.
            #[oai(name = "path")]
            path: poem_openapi::param::Path<String>,
        ) -> super::reply::Raw<super::responses::StreamAnswers> {
            super::reply::Raw::new(self.0.about_under(http, path.0).await)
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
    /// A token.
    pub enum Oauth2 {}
    impl super::extract::Scheme for Oauth2 {
        const NAME: &'static str = "oauth2";
        fn meta() -> poem_openapi::registry::MetaSecurityScheme {
            use poem_openapi::registry::{MetaOAuthFlow, MetaOAuthFlows};
            poem_openapi::registry::MetaSecurityScheme {
                ty: "oauth2",
                description: Some("A token."),
                name: None,
                key_in: None,
                scheme: None,
                bearer_format: None,
                flows: Some(MetaOAuthFlows {
                    implicit: None,
                    password: None,
                    client_credentials: Some(MetaOAuthFlow {
                        authorization_url: None,
                        token_url: Some("/t"),
                        refresh_url: None,
                        scopes: Vec::new(),
                    }),
                    authorization_code: Some(MetaOAuthFlow {
                        authorization_url: Some("/a"),
                        token_url: Some("/t"),
                        refresh_url: None,
                        scopes: Vec::new(),
                    }),
                }),
                openid_connect_url: None,
            }
        }
    }
    /// Every path of the contract, in its order.
    pub const PATHS: &[super::served::ServedPath] = &[
        super::served::ServedPath {
            pattern: "/stream",
            methods: &["GET", "HEAD", "POST"],
        },
        super::served::ServedPath {
            pattern: "/stream/",
            methods: &["GET", "HEAD"],
        },
        super::served::ServedPath {
            pattern: "/about/*",
            methods: &["GET", "HEAD"],
        },
        super::served::ServedPath {
            pattern: "/:/about",
            methods: &["GET", "HEAD"],
        },
    ];
    /// The methods of the path that a request for `path` meant; `None` if the contract has no such path.
    #[must_use]
    pub fn methods_of(path: &str) -> Option<&'static [&'static str]> {
        PATHS.iter().find(|served| served.matches(path)).map(|served| served.methods)
    }
}
