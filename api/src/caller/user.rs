//! A user as the database knows them, on the way to a principal.

use super::UnitTree;
use super::vouch::Reach;
use crate::resource::Outcome;
use crate::store::Store;
use chrono::NaiveDate;
use isms_authz::{Ancestry, Grants, Principal, PrincipalKind};
use isms_entity::leadership::user::{self, UserKind};
use uuid::Uuid;

/// What tells users apart.
pub(super) struct User {
    /// Their id.
    pub id: Uuid,
    /// Their organisation.
    pub organisation: Uuid,
    /// The unit that they work in.
    pub unit: Uuid,
    /// Person or program.
    pub kind: UserKind,
}

impl From<&user::Model> for User {
    fn from(row: &user::Model) -> Self {
        Self { id: row.id, organisation: row.organisation_id, unit: row.unit_id, kind: row.kind }
    }
}

impl User {
    /// Who asks when this user does: with the roles and duties that they hold on a day, for what these scopes allow and
    /// as far as who made their credential reaches.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn principal(
        self,
        store: &Store,
        units: &UnitTree,
        scopes: Vec<String>,
        reach: Reach,
        day: NaiveDate,
    ) -> Outcome<Principal> {
        let grants = narrowed(store.grants(self.id, day).await?, units, &reach);
        Ok(Principal {
            kind: match self.kind {
                UserKind::Person => PrincipalKind::User,
                UserKind::Service => PrincipalKind::Service,
            },
            id: self.id,
            organisation: self.organisation,
            within: units.around(grants.values().flatten().copied().chain([self.unit])),
            grants,
            scopes,
            // Duties count everywhere.
            duties: if reach == Reach::Everywhere { store.duties(self.id, day).await? } else { Vec::new() },
            remit: None,
        })
    }
}

/// The roles as far as somebody reaches.
fn narrowed(mut grants: Grants, units: &UnitTree, reach: &Reach) -> Grants {
    if let Reach::Units(reached) = reach {
        for held in grants.values_mut() {
            held.retain(|unit| reached.iter().any(|above| units.within(*unit, *above)));
        }
        grants.retain(|_, held| !held.is_empty());
    }
    grants
}
