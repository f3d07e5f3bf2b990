//! The rules that texts of the service cite: the invariants of the records, and what readiness asks for.

mod invariants;

use crate::assurance::readiness;
use crate::resource::{Operation, Outcome, Registry, State};
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

pub use invariants::INVARIANTS;

/// What keeps a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RuleKind {
    /// The service: what would break it is refused.
    Invariant,
    /// The organisation: readiness tells how it stands.
    Readiness,
}

/// A rule that the service keeps or asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Rule {
    /// Its number: `I-32` for an invariant, `C26` for a rule of readiness.
    pub id: &'static str,
    /// What keeps it.
    pub kind: RuleKind,
    /// The sub-clause (`6.1.3`) or control (`A.5.3`) of ISO/IEC 27001:2022 that it serves.
    pub clause: &'static str,
    /// What it says.
    pub sentence: &'static str,
}

/// Every rule, invariants first, by number.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rules {
    /// The rules.
    pub items: Vec<Rule>,
}

/// Every rule.
pub fn all() -> Rules {
    let asked = readiness::rules::all().map(|rule| Rule {
        id: rule.id,
        kind: RuleKind::Readiness,
        clause: rule.clause,
        sentence: rule.demand,
    });
    Rules { items: INVARIANTS.iter().copied().chain(asked).collect() }
}

/// Mounts and documents the operation.
pub fn register(registry: &mut Registry) {
    let schema = registry.schema::<Rules>();
    let operation = Operation::new("rules", "The rules that texts cite, such as I-32 or C26", "4 Context")
        .described(
            "Each rule with its number, the clause that it serves and what it says. A problem names the rule that was \
             broken (`rule`); readiness names the rule of each demand.",
        )
        .answers(200, "Every rule", schema);
    registry.route(Method::GET, "/v1/rules", operation, || web::route().to(show));
}

async fn show(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    state.reading(&request, |_| async { Ok(()) }).await?;
    Ok(HttpResponse::Ok().json(all()))
}
