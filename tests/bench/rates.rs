//! What it costs to count a request, before anything else is done for it.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use divan::{Bencher, black_box};
use sealbearer::http::address::ClientAddress;
use sealbearer::http::rates::{Class, Rates};
use sealbearer::world::RealWorld;

use crate::deployment::config;

fn rates() -> Rates {
    Rates::new(&config().rates, Arc::new(RealWorld))
}

/// Mostly refusals: the busiest somebody can be.
#[divan::bench]
fn one_address(bencher: Bencher) {
    let rates = rates();
    let address = ClientAddress::new(IpAddr::from([192, 0, 2, 1]));
    bencher.bench_local(|| rates.ask(Class::Token, black_box(address)).is_ok());
}

/// An address that was never seen, each time.
#[divan::bench]
fn a_flood_of_addresses(bencher: Bencher) {
    let rates = rates();
    let mut next = 0_u32;
    bencher.bench_local(|| {
        next = next.wrapping_add(1);
        let address = ClientAddress::new(Ipv4Addr::from(next).into());
        rates.ask(Class::Token, black_box(address)).is_ok()
    });
}
