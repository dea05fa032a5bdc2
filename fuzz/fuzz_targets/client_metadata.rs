//! Feeds JSON to `/oauth/register`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sealbearer::fuzzing::client_metadata(bytes));
