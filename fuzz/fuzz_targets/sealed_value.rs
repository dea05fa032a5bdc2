//! Feeds texts, and sealed values that were tampered with, to the seal.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sealbearer::fuzzing::sealed_value(bytes));
