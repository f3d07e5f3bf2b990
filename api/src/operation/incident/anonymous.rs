//! Reports without a name (A.6.8): whoever makes one is known to the door, and told to nobody.

use super::Incident;
use crate::caller::Caller;
use crate::resource::{Outcome, service};
use isms_authz::Action;
use serde_json::Value;
use uuid::Uuid;

/// Makes an event of what somebody tells; neither record nor trail names them, nor what they may do otherwise.
///
/// # Errors
/// Content that breaks a rule, or no leave.
pub async fn report(caller: &Caller, draft: Value) -> Outcome<()> {
    let mut row = service::settled::<Incident>(caller, draft).await?;
    // What is forbidden to them by name is forbidden without one as well.
    let _ = caller.permit::<Incident>(Action::Create, &row)?;
    let unnamed = caller.unnamed();
    let permit = unnamed.permit::<Incident>(Action::Create, &row)?;
    row.reported_by = Uuid::nil();
    unnamed.insert(permit, row).await.map(drop)
}
