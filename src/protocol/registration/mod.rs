//! How a client becomes known without anybody storing it.

pub mod dynamic;
