//! The rules of OAuth as this server keeps them: values in, decisions out.

pub mod oauth;
