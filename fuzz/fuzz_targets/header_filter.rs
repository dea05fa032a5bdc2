//! Feeds headers to the gateway, in both directions.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sealbearer::gateway::fuzzing::header_filter(bytes));
