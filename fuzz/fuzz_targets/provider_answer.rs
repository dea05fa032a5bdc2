//! Feeds answers to the readers of what identity providers say.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sealbearer::fuzzing::provider_answer(bytes));
