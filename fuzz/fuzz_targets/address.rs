//! Feeds addresses and URLs to the way out.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sealbearer::fuzzing::address(bytes));
