//! The rules of OAuth as this server keeps them: values in, decisions out.

pub mod ids;
pub mod oauth;
pub mod replay;
