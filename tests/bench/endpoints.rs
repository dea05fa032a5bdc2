//! Each endpoint, from the request in memory to the response in memory; making the request is not counted.

use divan::Bencher;
use poem::{Request, Response};

use crate::deployment::{MACHINE, MACHINE_SECRET, RESOURCE, deployment};
use crate::journey::{Journey, post, registration, usual};

fn get(path: &'static str) -> Request {
    Request::builder().uri_str(path).finish()
}

/// Everything that can be asked again and again.
#[divan::bench(args = [
    "/healthz",
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-protected-resource/mcp",
    "/.well-known/jwks.json",
])]
fn document(bencher: Bencher<'_, '_>, path: &'static str) {
    let node = deployment();
    assert_eq!(node.ask(get(path)).status(), 200);
    bencher.with_inputs(|| get(path)).bench_local_values(|request| node.ask(request));
}

#[divan::bench]
fn register(bencher: Bencher<'_, '_>) {
    let node = deployment();
    let profile = usual();
    bencher.with_inputs(|| registration(&profile)).bench_local_values(|request| node.ask(request));
}

#[divan::bench]
fn authorize_logged_in(bencher: Bencher<'_, '_>) {
    let node = deployment();
    let journey = Journey::new(&node, &usual());
    bencher
        .with_inputs(|| journey.authorization())
        .bench_local_values(|request| expect(node.ask(request), 200));
}

/// Mostly the password hash, which is slow on purpose.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn login(bencher: Bencher<'_, '_>) {
    let node = deployment();
    let journey = Journey::new(&node, &usual());
    bencher
        .with_inputs(|| journey.login())
        .bench_local_values(|request| expect(node.ask(request), 200));
}

#[divan::bench]
fn consent(bencher: Bencher<'_, '_>) {
    let node = deployment();
    let journey = Journey::new(&node, &usual());
    bencher
        .with_inputs(|| journey.consent())
        .bench_local_values(|request| expect(node.ask(request), 303));
}

#[divan::bench]
fn token_authorization_code(bencher: Bencher<'_, '_>) {
    let node = deployment();
    let journey = Journey::new(&node, &usual());
    bencher
        .with_inputs(|| journey.redemption(&journey.next_code(&node)))
        .bench_local_values(|request| expect(node.ask(request), 200));
}

#[divan::bench]
fn token_refresh(bencher: Bencher<'_, '_>) {
    let node = deployment();
    let journey = Journey::new(&node, &usual());
    bencher
        .with_inputs(|| journey.refresh(&journey.next_refresh_token(&node)))
        .bench_local_values(|request| expect(node.ask(request), 200));
}

#[divan::bench]
fn token_client_credentials(bencher: Bencher<'_, '_>) {
    let node = deployment();
    let request = || {
        post(
            "/oauth/token",
            &[
                ("grant_type", "client_credentials"),
                ("client_id", MACHINE),
                ("client_secret", MACHINE_SECRET),
                ("resource", RESOURCE),
            ],
        )
    };
    bencher.with_inputs(request).bench_local_values(|request| expect(node.ask(request), 200));
}

#[divan::bench]
fn protected_test(bencher: Bencher<'_, '_>) {
    let node = deployment();
    let journey = Journey::new(&node, &usual());
    let bearer = format!("Bearer {}", journey.access_token);
    let request =
        || Request::builder().uri_str("/oauth/test").header("authorization", &bearer).finish();
    bencher.with_inputs(request).bench_local_values(|request| expect(node.ask(request), 200));
}

/// A bench of refusals would be a fast one.
fn expect(response: Response, status: u16) -> Response {
    assert_eq!(response.status().as_u16(), status);
    response
}
