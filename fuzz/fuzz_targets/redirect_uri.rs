//! Feeds a registered redirect URI and another to the matching of both.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| protocol::fuzzing::redirect_uri(bytes));
