//! Feeds histories of events to the authorization flow.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| protocol::fuzzing::flow_events(bytes));
