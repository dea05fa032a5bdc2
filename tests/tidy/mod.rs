//! House rules that the compiler cannot check for us.

mod catalogue;
mod claims;
mod deploy;
mod files;
mod fuzz;
mod layers;
mod requirements;
mod shape;
mod tests;
