//! How a client becomes known without anybody storing it.

pub mod document;
pub mod dynamic;
pub mod hosts;
mod name;
