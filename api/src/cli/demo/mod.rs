//! `isms demo`.
use super::Operator;
use crate::resource::Outcome;
pub(super) async fn run(_operator: Operator) -> Outcome<()> { Ok(()) }
