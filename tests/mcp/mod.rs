//! The built-in MCP server and the gateway in front of it.

mod admission;
mod bearer;
mod challenges;
mod desk;
mod guard;
mod lists;
mod management;
mod messages;
mod notes;
mod origins;
mod permissions;
mod revisions;
mod support;
mod tools;
mod transport;
