//! What callers may do: Cedar policies decide on one record, and compile to conditions for many.

mod action;
mod agreement;
mod attribute;
mod bundle;
mod condition;
mod dialect;
mod engine;
mod filter;
mod given;
mod holds;
mod permit;
mod principal;
mod rehearsal;
mod residual;
mod scope;
mod validation;

pub use action::Action;
pub use attribute::{Attribute, Fact, Facts, Kind, Literal};
pub use bundle::Bundle;
pub use condition::{Condition, Order};
pub use engine::{Decision, Engine, PolicyError, PolicyText};
pub use filter::{Filter, Table};
pub use holds::Ancestry;
pub use permit::Permit;
pub use principal::{Grants, Principal, PrincipalKind, Remit};
