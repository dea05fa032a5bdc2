//! Feeds bodies, and the headers that mirror them, to the gate in front of an MCP server.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sealbearer::mcp::fuzzing::json_rpc_peek(bytes));
