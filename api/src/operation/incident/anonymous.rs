//! Reports without a name (A.6.8): whoever makes one is known to the door, and told to nobody.

use super::Incident;
use crate::authz::Action;
use crate::caller::Caller;
use crate::resource::{Outcome, service};
use serde_json::Value;
use uuid::Uuid;

/// Makes an event of what somebody tells who may report events; neither record nor trail names them.
///
/// # Errors
/// Content that breaks a rule, or no leave.
pub async fn report(caller: &Caller, draft: Value) -> Outcome<()> {
    let mut row = service::settled::<Incident>(caller, draft).await?;
    let permit = caller.permit::<Incident>(Action::Create, &row)?;
    row.reported_by = Uuid::nil();
    caller.unnamed().insert(permit, row).await.map(drop)
}
