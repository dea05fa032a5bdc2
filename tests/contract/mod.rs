//! The contract holds: what is generated is fresh, what is served is what is written, what is answered fits.

mod cases;
mod document;
pub(crate) mod fits;
mod fits_itself;
mod forms;
mod fresh;
mod paths;
mod refused;
mod replies;
mod served;
mod stub;
