//! Feeds JSON to the reader of client ID metadata documents.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sealbearer::fuzzing::client_document(bytes));
