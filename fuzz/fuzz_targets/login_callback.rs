//! Feeds cookies, origins and forms to `/oauth/login` and `/oauth/consent`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sealbearer::fuzzing::login_callback(bytes));
