//! Feeds values of the `Authorization` header to the gateway.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sealbearer::gateway::fuzzing::bearer(bytes));
