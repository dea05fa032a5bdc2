//! Feeds query strings to `/oauth/authorize`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sealbearer::fuzzing::authorization_request(bytes));
