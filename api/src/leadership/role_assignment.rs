//! Who holds which role where (clause 5.3). That nobody grants a role to themselves is policy, and
//! that nobody is administrator and approves too is a rule here (I-03).

use crate::caller::Caller;
use crate::resource::{Error, NothingComputed, Outcome, Reference, Resource, Spec, record_of, word};
use crate::store::{Query, Test};
use crate::support::competence_requirement;
use isms_authz::{Attribute, Kind};
use isms_entity::leadership::role_assignment::{self, Role};
use isms_entity::leadership::user::UserKind;

/// A role held by a user at a unit.
pub struct RoleAssignment;

impl Resource for RoleAssignment {
    record_of!(role_assignment, NothingComputed);

    const SPEC: Spec = Spec {
        name: "RoleAssignment",
        policy_type: "RoleAssignment",
        plural: "role-assignments",
        noun: "role assignment",
        table: "role_assignment",
        prefix: "ROL",
        clause: "5 Leadership",
        attributes: &[
            Attribute::new("user", "user_id", Kind::Entity("User")),
            Attribute::new("role", "role", Kind::Text),
        ],
        references: &[Reference::one("userId", "User", "user")],
        grants_access: true,
        ..Spec::PLAIN
    };

    async fn settle(
        caller: &Caller,
        old: Option<&role_assignment::Model>,
        row: &mut role_assignment::Model,
    ) -> Outcome<()> {
        if old.is_some_and(|old| (old.user_id, old.role) != (row.user_id, row.role)) {
            return Err(Error::field("/userId", "who holds which role stays: retire this assignment and make another"));
        }
        if let (Some(from), Some(until)) = (row.valid_from, row.valid_until)
            && until < from
        {
            return Err(Error::field("/validUntil", "is before validFrom"));
        }
        // Services hold no role that approves (I-03), people none that belongs to services.
        let holder = caller.named::<super::user::User>("/userId", row.user_id).await?;
        match (holder.row.kind, row.role) {
            (UserKind::Service, role) if role != Role::Integrator => {
                Err(Error::field("/role", "a service holds the role integrator and no other"))
            }
            (UserKind::Person, Role::Integrator) => Err(Error::field("/role", "integrator is the role of services")),
            _ => refuse_both(caller, row).await,
        }?;
        if old.is_none() { meets(caller, row).await } else { Ok(()) }
    }

    async fn retiring(caller: &Caller, old: &role_assignment::Model, row: &mut role_assignment::Model) -> Outcome<()> {
        if old.retired_at.is_none() || row.retired_at.is_some() {
            return Ok(());
        }
        refuse_both(caller, row).await?;
        meets(caller, row).await
    }
}

/// Who is given a role can do what it takes there, or is learning it (I-75).
async fn meets(caller: &Caller, row: &role_assignment::Model) -> Outcome<()> {
    // Who grants something to themselves is refused by policy.
    if row.user_id == caller.id() {
        return Ok(());
    }
    let there = caller.access.units.above(row.unit_id).iter().map(|unit| (*unit).into()).collect();
    let role = [Test::is("role", word(&row.role)), Test::OneOf("unit_id", there)];
    competence_requirement::meets(caller, row.user_id, Query::of(role)).await
}

/// Roles that approve, or judge what was approved.
const APPROVING: [Role; 3] = [Role::Management, Role::Manager, Role::Auditor];

/// Who keeps people, roles and tokens approves nothing on the same day (I-03).
async fn refuse_both(caller: &Caller, row: &role_assignment::Model) -> Outcome<()> {
    let against: &[Role] = match row.role {
        Role::Administrator => &APPROVING,
        role if APPROVING.contains(&role) => &[Role::Administrator],
        _ => return Ok(()),
    };
    // Who grants something to themselves is refused by policy.
    if row.user_id == caller.id() {
        return Ok(());
    }
    let held = caller.for_rules::<RoleAssignment>(&Query::of([Test::is("user_id", row.user_id)])).await?;
    let meets = |other: &role_assignment::Model| {
        let ends_before = |a: &role_assignment::Model, b: &role_assignment::Model| matches!((a.valid_until, b.valid_from), (Some(until), Some(from)) if until < from);
        other.id != row.id && against.contains(&other.role) && !ends_before(other, row) && !ends_before(row, other)
    };
    if held.iter().any(meets) {
        return Err(Error::field("/role", "nobody is administrator and approves or audits at the same time (I-03)"));
    }
    Ok(())
}
