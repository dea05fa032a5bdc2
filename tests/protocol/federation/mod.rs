//! Login through somebody else: which ID tokens are believed, what is read of a person, who may come in.

mod admission;
mod email;
mod id_token;
mod person;
mod told;
