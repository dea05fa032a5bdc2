//! Passwords of people: kept as argon2id hashes, checked at a bounded and equal cost.
//! Source: RFC 9106; OWASP Password Storage Cheat Sheet (least cost).

use std::fmt;

use argon2::{
    Algorithm, Argon2, Params,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc},
};

use crate::world::{RealWorld, World as _};

/// Longer passwords are refused before anything is hashed.
pub const PASSWORD_BYTES_MAX: usize = 1_024;
/// Below this much memory a graphics card guesses too fast, whatever the passes.
const MEMORY_KIB_MIN: u32 = 7_168;
/// Above this a few logins at once exhaust the machine.
const MEMORY_KIB_MAX: u32 = 262_144;
/// Memory times passes: the weakest of OWASP's equivalent settings.
const COST_MIN: u32 = 35_840;
const PASSES_MAX: u32 = 10;
const LANES_MAX: u32 = 8;
const SALT_BYTES_MIN: usize = 8;
const OUTPUT_BYTES_MIN: usize = 16;

/// An argon2id hash in PHC form whose parameters are neither weak nor a way to exhaust the machine.
#[derive(Clone, Eq, PartialEq)]
pub struct PasswordHash(Box<phc::PasswordHash>);

/// Why a password cannot be hashed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PasswordRefused {
    /// There is none.
    #[error("the password is empty")]
    Empty,
    /// It is over [`PASSWORD_BYTES_MAX`].
    #[error("the password is longer than 1,024 bytes")]
    TooLong,
}

impl PasswordHash {
    /// Reads a PHC string.
    /// # Errors
    /// What is wrong, as half a sentence that does not contain the hash.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let hash = phc::PasswordHash::new(text).map_err(|_| "is not a PHC string".to_owned())?;
        if hash.algorithm.as_str() != Algorithm::Argon2id.as_str() {
            return Err("is not an argon2id hash".to_owned());
        }
        if hash.version != Some(0x13) {
            return Err("is not of argon2 version 19".to_owned());
        }
        let params = Params::try_from(&hash)
            .map_err(|_| "has parameters that argon2 does not know".to_owned())?;
        let cost = params.m_cost().saturating_mul(params.t_cost());
        if params.m_cost() < MEMORY_KIB_MIN || cost < COST_MIN {
            return Err("is too cheap to compute (least: m=19456,t=2 or an equivalent)".to_owned());
        }
        if params.m_cost() > MEMORY_KIB_MAX
            || params.t_cost() > PASSES_MAX
            || params.p_cost() > LANES_MAX
        {
            return Err("is too expensive to compute (at most m=262144, t=10, p=8)".to_owned());
        }
        if hash.salt.as_ref().is_none_or(|salt| salt.len() < SALT_BYTES_MIN) {
            return Err("has no salt of at least 8 bytes".to_owned());
        }
        if hash.hash.as_ref().is_none_or(|output| output.len() < OUTPUT_BYTES_MIN) {
            return Err("has no output of at least 16 bytes".to_owned());
        }
        Ok(Self(Box::new(hash)))
    }

    /// Hashes a new password with a random salt and the default cost (19 MiB, two passes).
    /// # Errors
    /// [`PasswordRefused`] when it is empty or too long.
    pub fn hash(password: &str) -> Result<Self, PasswordRefused> {
        if password.is_empty() {
            return Err(PasswordRefused::Empty);
        }
        if password.len() > PASSWORD_BYTES_MAX {
            return Err(PasswordRefused::TooLong);
        }
        let salt = RealWorld.random();
        let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
        // Of what argon2 refuses, only a length is left.
        hash.map(|hash| Self(Box::new(hash))).map_err(|_| PasswordRefused::TooLong)
    }

    /// Whether `password` is the one. An empty or overlong one never is, and costs nothing.
    #[must_use]
    pub fn verify(&self, password: &str) -> bool {
        within_bounds(password)
            && Argon2::default().verify_password(password.as_bytes(), &*self.0).is_ok()
    }

    /// The PHC string, as the file holds it.
    #[must_use]
    pub fn to_phc(&self) -> String {
        self.0.to_string()
    }

    /// Spends what [`Self::verify`] would spend, to no effect.
    pub(super) fn waste_the_same_time(&self, password: &str) {
        let _ = self.verify(password);
    }

    /// Spends what verifying a hash of the default cost would.
    pub(super) fn waste_default_time(password: &str) {
        if within_bounds(password) {
            let _ = Argon2::default()
                .hash_password_with_salt(password.as_bytes(), b"nobody has this name");
        }
    }
}

fn within_bounds(password: &str) -> bool {
    !password.is_empty() && password.len() <= PASSWORD_BYTES_MAX
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasswordHash(..)")
    }
}
