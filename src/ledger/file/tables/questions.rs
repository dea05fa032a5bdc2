//! What is asked of the tables: claims, uses and revocations.

use protocol::oauth::time::UnixTime;
use protocol::replay::{Claim, Revocation, Rotation};
use redb::{ReadableTable as _, ReadableTableMetadata as _};

use super::super::super::family::{Standing, alone};
use super::super::super::{BEYOND_MEMORY, EPOCH_KEPT_SECONDS, RefreshUse, Unavailable};
use super::{Family, Id, Kind, MARGIN_SECONDS, Once, Tables, Trouble, key, rows};

/// What a refresh token turns out to be, and its family as it is known and as it would be after the use.
struct Presented {
    rotation: Rotation,
    family: Option<(Family, Family)>,
}

impl Tables<'_> {
    /// Claims what may be used once.
    pub(in super::super) fn claim(
        &mut self,
        once: Once,
        expires_at: UnixTime,
        fence: UnixTime,
        now: UnixTime,
    ) -> Result<Result<Claim, Unavailable>, Trouble> {
        self.forget(now)?;
        let name = match once {
            Once::Code { code, .. } => key(Kind::Code, code),
            Once::Use(id) => key(Kind::Use, id),
        };
        if let Some(first_at) = self.uses.get(&name).map_err(Trouble::from)? {
            return Ok(Ok(Claim::Repeated { first_at: UnixTime(first_at.value()) }));
        }
        if let Once::Code { issued_at, .. } = once
            && issued_at <= fence
        {
            return Ok(Ok(BEYOND_MEMORY));
        }
        if self.uses.len().map_err(Trouble::from)? >= rows(self.capacity.codes_max) {
            let full = Unavailable::because("as many codes as it may remember are still valid");
            return Ok(Err(full));
        }
        if let Once::Code { family, family_expires_at, .. } = once
            && self.family(&family)?.is_none()
        {
            let founded = Family { standing: Standing::founded(), expires_at: family_expires_at };
            if let Err(full) = self.remember(family, &founded)? {
                return Ok(Err(full));
            }
        }
        self.uses.insert(&name, now.0).map_err(Trouble::from)?;
        self.ends_at(expires_at.max(now), name)?;
        Ok(Ok(Claim::First))
    }

    /// Uses a refresh token.
    pub(in super::super) fn rotate(
        &mut self,
        used: &RefreshUse,
        fence: UnixTime,
        now: UnixTime,
    ) -> Result<Rotation, Trouble> {
        self.forget(now)?;
        let id = used.holder.family.0;
        let Presented { rotation, family } = self.present(used, fence, now)?;
        let Some((known, mut family)) = family else { return Ok(rotation) };
        family.expires_at = family.expires_at.max(used.family_expires_at);
        if family != known {
            self.move_end(id, known.expires_at, family.expires_at)?;
            self.write(id, &family)?;
        }
        Ok(rotation)
    }

    /// What using a refresh token would be.
    pub(in super::super) fn foresee(
        &self,
        used: &RefreshUse,
        fence: UnixTime,
        now: UnixTime,
    ) -> Result<Rotation, Trouble> {
        self.present(used, fence, now).map(|presented| presented.rotation)
    }

    fn present(
        &self,
        used: &RefreshUse,
        fence: UnixTime,
        now: UnixTime,
    ) -> Result<Presented, Trouble> {
        if self.seen.covers(&used.holder) {
            return Ok(Presented { rotation: Rotation::Revoked, family: None });
        }
        let is_fenced = used.holder.founded_at <= fence;
        let known = if is_fenced { None } else { self.family(&used.holder.family.0)? };
        let Some(known) = known else {
            return Ok(Presented { rotation: Rotation::Unknown, family: None });
        };
        let mut family = known;
        let rotation = family.standing.rotate_known(used.generation, used.grace_seconds, now);
        Ok(Presented { rotation, family: Some((known, family)) })
    }

    /// Revokes.
    pub(in super::super) fn revoke(
        &mut self,
        what: Revocation,
        now: UnixTime,
    ) -> Result<Result<(), Unavailable>, Trouble> {
        self.forget(now)?;
        let (name, before) = match what {
            Revocation::Family { family, until } => {
                return self.revoke_family(family.0, until, now);
            }
            Revocation::Token { token, until } => {
                return self.revoke_family(alone(token).0, until, now);
            }
            Revocation::Subject { subject, before } => (key(Kind::Subject, subject.0), before),
            Revocation::Client { client, before } => (key(Kind::Client, client.0), before),
            Revocation::Everything { before } => (key(Kind::Everything, [0; 16]), before),
        };
        if self.seen.note(what).is_err() {
            return Ok(Err(Unavailable::because("as many instants as it may remember are set")));
        }
        let known = self.epochs.get(&name).map_err(Trouble::from)?.map(|known| known.value());
        if known.is_some_and(|known| known >= before.0) {
            return Ok(Ok(()));
        }
        if let Some(known) = known {
            let end = UnixTime(known).plus_seconds(EPOCH_KEPT_SECONDS + MARGIN_SECONDS);
            self.ends.remove((end.0, &name)).map_err(Trouble::from)?;
        }
        self.epochs.insert(&name, before.0).map_err(Trouble::from)?;
        self.ends_at(before.plus_seconds(EPOCH_KEPT_SECONDS), name)?;
        Ok(Ok(()))
    }

    fn revoke_family(
        &mut self,
        id: Id,
        until: UnixTime,
        now: UnixTime,
    ) -> Result<Result<(), Unavailable>, Trouble> {
        let until = until.max(now);
        let Some(family) = self.family(&id)? else {
            return self.remember(id, &Family { standing: Standing::Revoked, expires_at: until });
        };
        let expires_at = family.expires_at.max(until);
        self.move_end(id, family.expires_at, expires_at)?;
        self.write(id, &Family { standing: Standing::Revoked, expires_at })?;
        Ok(Ok(()))
    }
}
