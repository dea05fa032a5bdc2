//! Feeds what a client may sign, or nobody signed, to `/oauth/token` as a client assertion.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sealbearer::fuzzing::client_assertion(bytes));
