//! Sealing and opening, for each artefact as a real journey made it.

use divan::{Bencher, black_box};
use sealbearer::seal::Artefact;
use sealbearer::seal::claims::{
    AccessClaims, CodeClaims, ConsentTicketClaims, LoginTicketClaims, RefreshClaims,
    RegistrationClaims, SessionClaims,
};

use crate::deployment::{NOW, deployment};
use crate::journey::{Journey, usual};

/// An artefact, and where a journey keeps it.
trait Carried: Artefact {
    fn text(journey: &Journey) -> &str;
}

macro_rules! carried {
    ($($claims:ident: $field:ident),*) => {
        $(impl Carried for $claims {
            fn text(journey: &Journey) -> &str {
                &journey.$field
            }
        })*
    };
}

carried!(
    RegistrationClaims: client_id,
    LoginTicketClaims: login_ticket,
    SessionClaims: session,
    ConsentTicketClaims: consent_ticket,
    CodeClaims: code,
    AccessClaims: access_token,
    RefreshClaims: refresh_token
);

#[divan::bench(types = [
    RegistrationClaims, LoginTicketClaims, SessionClaims, ConsentTicketClaims, CodeClaims,
    AccessClaims, RefreshClaims,
])]
fn open<A: Carried>(bencher: Bencher<'_, '_>) {
    let node = deployment();
    let journey = Journey::new(&node, &usual());
    let text = A::text(&journey);
    bencher.bench_local(|| node.seal().open::<A>(black_box(text), NOW).expect("it opens"));
}

#[divan::bench(types = [
    RegistrationClaims, LoginTicketClaims, SessionClaims, ConsentTicketClaims, CodeClaims,
    AccessClaims, RefreshClaims,
])]
fn seal<A: Carried>(bencher: Bencher<'_, '_>) {
    let node = deployment();
    let journey = Journey::new(&node, &usual());
    let claims = node.seal().open::<A>(A::text(&journey), NOW).expect("it opens");
    bencher.bench_local(|| node.seal().seal(black_box(&claims), NOW));
}
