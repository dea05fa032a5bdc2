//! Tests that need the framework. Modules are in the order of a first reading.

mod catalogue;
mod compatibility;
mod config;
mod contract;
mod corpus;
mod doctor;
mod gateway;
mod http;
mod journeys;
mod layers;
mod ledger;
mod listen;
mod mcp;
mod rates;
mod resource;
mod seal;
mod support;
mod tidy;
mod ui;
mod upstream;
