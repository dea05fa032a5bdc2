//! What `--demo` supplies: enough to try everything on one's own machine, and nothing that leaves it.

use super::SecretText;

/// The account that `--demo` made at this start.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    /// The login name: `demo`, or what `--user` said.
    pub name: String,
    /// The password, random at each start unless `--user` said it. Shown once, in the banner.
    pub password: SecretText,
}
