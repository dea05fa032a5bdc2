//! Tests that need the framework. Modules are in the order of a first reading.

mod mcp;
mod seal;
mod ui;
