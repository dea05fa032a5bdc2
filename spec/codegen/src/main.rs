//! Writes `src/contract/` from `openapi.yaml`, or checks that it is fresh.

fn main() {}
