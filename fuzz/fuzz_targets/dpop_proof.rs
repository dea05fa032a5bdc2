//! Feeds what a client may sign, or nobody signed, to a resource as a proof of possession.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sealbearer::fuzzing::dpop_proof(bytes));
