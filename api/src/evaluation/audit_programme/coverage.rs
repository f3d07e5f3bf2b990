//! What the audits of a programme cover: a row for each assessable sub-clause and each control that applies.

use super::AuditProgramme;
use crate::caller::Caller;
use crate::evaluation::audit::Audit;
use crate::planning::control::Control;
use crate::resource::{Outcome, word};
use crate::store::{Query, Sort, Test};
use isms_entity::SUBCLAUSES;
use isms_entity::evaluation::audit::{self, AuditState};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// An audit that covers a requirement.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CoveringAudit {
    /// Its id.
    pub id: Uuid,
    /// Its reference.
    pub reference: String,
    /// Where it stands.
    pub state: String,
}

/// A requirement and the audits that cover it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CoverageRow {
    /// The sub-clause, or the control's code.
    pub requirement: String,
    /// What it is about, in our own words.
    pub title: String,
    /// The control; none for a sub-clause.
    pub control_id: Option<Uuid>,
    /// Audits to come or under way.
    pub planned: Vec<CoveringAudit>,
    /// Audits whose report is issued, and which looked at it.
    pub done: Vec<CoveringAudit>,
}

/// The coverage of a programme.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// The programme.
    pub programme_id: Uuid,
    /// Requirements that no audit of the programme covers or will cover.
    pub gaps: Vec<String>,
    /// Requirements that an audit with an issued report covers.
    pub covered: u64,
    /// All requirements.
    pub rows: Vec<CoverageRow>,
}

/// The coverage of a programme, in three statements.
///
/// # Errors
/// When the programme is not there for the caller's eyes.
pub(super) async fn coverage(caller: &Caller, id: Uuid) -> Outcome<Coverage> {
    let programme = caller.fetch::<AuditProgramme>(id).await?.row;
    let audits = caller.all::<Audit>(&Query::of([Test::is("programme_id", programme.id)])).await?;
    let audits: Vec<audit::Model> = audits.into_iter().map(|found| found.row).collect();
    let controls = Query {
        sort: vec![Sort { column: "ordinal", descending: false }],
        ..Query::of([Test::is("applicability", "applicable")])
    };
    let controls = caller.all::<Control>(&controls).await?;
    let clauses = SUBCLAUSES.iter().map(|(clause, title)| {
        let covers = |audit: &&audit::Model| audit.clauses.0.iter().any(|covered| covered == clause);
        row((*clause).to_owned(), (*title).to_owned(), None, audits.iter().filter(covers))
    });
    let controls = controls.into_iter().map(|found| {
        let control = found.row;
        let covers = |audit: &&audit::Model| audit.control_ids.0.contains(&control.id);
        row(control.code.clone(), control.title.clone(), Some(control.id), audits.iter().filter(covers))
    });
    let rows: Vec<CoverageRow> = clauses.chain(controls).collect();
    let gaps = rows.iter().filter(|row| row.planned.is_empty() && row.done.is_empty());
    Ok(Coverage {
        programme_id: programme.id,
        gaps: gaps.map(|row| row.requirement.clone()).collect(),
        covered: u64::try_from(rows.iter().filter(|row| !row.done.is_empty()).count()).unwrap_or_default(),
        rows,
    })
}

/// Whether the report says that nobody looked at it (I-56).
fn was_left_out(audit: &audit::Model, requirement: &str) -> bool {
    let left_out = audit.report.0.pointer("/coverage/notChecked").and_then(Value::as_array);
    left_out.is_some_and(|left_out| left_out.iter().any(|name| name == requirement))
}

fn row<'a>(
    requirement: String,
    title: String,
    control_id: Option<Uuid>,
    audits: impl Iterator<Item = &'a audit::Model>,
) -> CoverageRow {
    let (done, open): (Vec<_>, Vec<_>) = audits
        .filter(|audit| audit.state != AuditState::Cancelled && !was_left_out(audit, &requirement))
        .partition(|audit| matches!(audit.state, AuditState::Reported | AuditState::Closed));
    let told = |audit: &audit::Model| CoveringAudit {
        id: audit.id,
        reference: audit.reference.clone(),
        state: word(&audit.state),
    };
    CoverageRow {
        requirement,
        title,
        control_id,
        planned: open.into_iter().map(told).collect(),
        done: done.into_iter().map(told).collect(),
    }
}
