//! Feeds an `Authorization` header and a form to `/oauth/token`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sealbearer::fuzzing::token_request(bytes));
