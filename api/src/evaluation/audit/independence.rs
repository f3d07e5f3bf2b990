//! Nobody audits their own work (I-53): who is in a team has within a year neither owned what the audit looks at, nor
//! written, approved or run it, and is not asked in it.

use crate::caller::Caller;
use crate::context::process::Process;
use crate::evaluation::metric::Metric;
use crate::leadership::role_assignment::RoleAssignment;
use crate::operation::{campaign::Campaign, supplier::Supplier};
use crate::planning::{asset::Asset, control::Control, objective::Objective, risk::Risk};
use crate::planning::{statement::Statement, treatment_plan::TreatmentPlan};
use crate::resource::{Faults, Outcome, Resource};
use crate::store::{Operand, OwnedBefore, Query, RowFacts, Test};
use crate::support::{document::Document, document_version::DocumentVersion};
use chrono::{DateTime, Duration, Utc};
use isms_entity::evaluation::audit;
use isms_entity::leadership::role_assignment;
use isms_entity::support::document;
use isms_entity::{Ids, Recorded, Time};
use uuid::Uuid;

/// How long somebody who owned, ran, wrote or approved something does not audit it, days.
const LOOK_BACK: i64 = 365;

/// Record types with an owner that an audit looks at.
const OWNED: [&str; 9] = [
    Control::SPEC.name,
    Risk::SPEC.name,
    Asset::SPEC.name,
    Process::SPEC.name,
    Objective::SPEC.name,
    Metric::SPEC.name,
    Campaign::SPEC.name,
    Supplier::SPEC.name,
    Document::SPEC.name,
];

/// What an audit looks at, and who audits.
struct Area<'a> {
    caller: &'a Caller,
    row: &'a audit::Model,
    units: Vec<Uuid>,
    since: Time,
    /// What auditors owned before a change since then.
    before: Vec<OwnedBefore>,
    faults: Faults,
}

/// Everybody in the team who would audit their own work, each with what they have to do with it.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn conflicts(caller: &Caller, row: &audit::Model) -> Outcome<Faults> {
    let since = Time::from(DateTime::<Utc>::from(caller.now()) - Duration::days(LOOK_BACK));
    let before = caller.owned_before(&OWNED, &row.auditor_ids.0, since).await?;
    let mut area = Area { caller, row, units: units(row), since, before, faults: Faults::default() };
    for auditor in &row.auditor_ids.0 {
        if row.auditee_ids.0.contains(auditor) {
            area.add(*auditor, "is asked in this audit (I-53)".into());
        }
    }
    area.run().await?;
    area.owned().await?;
    area.approved().await?;
    let documents = area.documents().await?;
    area.written(&documents).await?;
    area.planned().await?;
    Ok(area.faults)
}

/// The units whose records the audit looks at: those named; if none are, its own, unless it is about controls alone.
fn units(row: &audit::Model) -> Vec<Uuid> {
    let about_controls = !row.control_ids.0.is_empty() && row.clauses.0.is_empty();
    let about_a_supplier = row.supplier_id.is_some() && row.clauses.0.is_empty();
    match row.unit_ids.0.as_slice() {
        [] if about_controls || about_a_supplier => Vec::new(),
        [] => vec![row.unit_id],
        named => named.to_vec(),
    }
}

impl Area<'_> {
    fn add(&mut self, auditor: Uuid, what: String) {
        match self.row.team_ids.0.iter().position(|member| *member == auditor) {
            Some(place) => self.faults.add(&format!("teamIds/{place}"), what),
            None => self.faults.add("leadId", what),
        }
    }

    fn holds(&self, unit: Uuid) -> bool {
        self.caller.access.units.above(unit).iter().any(|above| self.units.contains(above))
    }

    fn touches(&self, controls: &Ids) -> bool {
        controls.0.iter().any(|control| self.row.control_ids.0.contains(control))
    }

    /// The auditors as operands.
    fn auditors(&self) -> Vec<Operand> {
        self.row.auditor_ids.0.iter().map(|id| (*id).into()).collect()
    }

    /// A record that an auditor has to do with; it is named to whom may read it.
    fn conflict<R: Resource>(&mut self, auditor: Uuid, verb: &str, record: &R::Row) -> Outcome<()> {
        let noun = R::SPEC.noun;
        let may = self.caller.may::<R>(isms_authz::Action::Read, &RowFacts::<R>::new(record))?;
        let reference = if may { record.common().reference } else { "that lies in the area".into() };
        self.add(auditor, format!("{verb} the {noun} {reference}: nobody audits their own work (I-53)"));
        Ok(())
    }

    /// Auditors who run the ISMS over the area, or did lately (3.18).
    async fn run(&mut self) -> Outcome<()> {
        let roles = Query::of([Test::OneOf("user_id", self.auditors()), Test::is("role", "manager")]).with_retired();
        let roles = self.caller.for_rules::<RoleAssignment>(&roles).await?;
        let held: Vec<_> =
            roles.iter().filter(|role| self.lately(role)).map(|role| (role.user_id, role.unit_id)).collect();
        if held.is_empty() {
            return Ok(());
        }
        let mut places = self.units.clone();
        let of = |ids: Vec<Operand>| Query::of([Test::OneOf("id", ids)]);
        let controls = of(self.row.control_ids.0.iter().map(|id| (*id).into()).collect());
        places.extend(self.caller.for_rules::<Control>(&controls).await?.iter().map(|control| control.unit_id));
        let supplier = of(self.row.supplier_id.map(Into::into).into_iter().collect());
        places.extend(self.caller.for_rules::<Supplier>(&supplier).await?.iter().map(|supplier| supplier.unit_id));
        for (auditor, unit) in held {
            let over = |place: &Uuid| self.caller.access.units.above(*place).contains(&unit);
            if self.holds(unit) || places.iter().any(over) {
                self.add(
                    auditor,
                    "runs the ISMS here, or did within a year: nobody audits their own work (I-53)".into(),
                );
            }
        }
        Ok(())
    }

    /// Whether a role was held at some time since the look-back began.
    fn lately(&self, role: &role_assignment::Model) -> bool {
        let since = DateTime::<Utc>::from(self.since).date_naive();
        role.retired_at.is_none_or(|at| at >= self.since)
            && role.valid_from.is_none_or(|day| day <= self.caller.today())
            && role.valid_until.is_none_or(|day| day >= since)
    }

    /// Records of a type that auditors own or owned lately, and that `within` finds in the area.
    async fn owned_of<R: Resource>(
        &mut self,
        owner: impl Fn(&R::Row) -> Option<Uuid> + Send,
        within: impl Fn(&Self, &R::Row) -> bool + Send,
    ) -> Outcome<()> {
        let before: Vec<_> = self.before.iter().filter(|owned| owned.record_type == R::SPEC.name).cloned().collect();
        let query = Query::of([Test::OneOf("owner_id", self.auditors())]);
        let mut records = self.caller.for_rules::<R>(&query).await?;
        if !before.is_empty() {
            let ids = before.iter().map(|owned| owned.record_id.into()).collect();
            records.extend(self.caller.for_rules::<R>(&Query::of([Test::OneOf("id", ids)])).await?);
            records.sort_by_key(|record| record.common().id);
            records.dedup_by_key(|record| record.common().id);
        }
        for record in records {
            if !self.holds(record.common().unit_id) && !within(self, &record) {
                continue;
            }
            let now = owner(&record).filter(|owner| self.row.auditor_ids.0.contains(owner));
            if let Some(auditor) = now {
                self.conflict::<R>(auditor, "owns", &record)?;
            }
            for owned in before.iter().filter(|owned| owned.record_id == record.common().id) {
                if now != Some(owned.owner_id) {
                    self.conflict::<R>(owned.owner_id, "owned lately", &record)?;
                }
            }
        }
        Ok(())
    }

    /// Records of a type in the area that auditors approved lately.
    async fn approved_of<R: Resource>(&mut self, by: impl Fn(&R::Row) -> Option<Uuid> + Send) -> Outcome<()> {
        let lately = Test::Compare("approved_at", ">=", self.since.into());
        let query = Query::of([Test::OneOf("approved_by", self.auditors()), lately]);
        for record in self.caller.for_rules::<R>(&query).await? {
            if let Some(auditor) = by(&record).filter(|_| self.holds(record.common().unit_id)) {
                self.conflict::<R>(auditor, "approved", &record)?;
            }
        }
        Ok(())
    }

    async fn approved(&mut self) -> Outcome<()> {
        self.approved_of::<Campaign>(|row| row.approved_by).await?;
        self.approved_of::<Statement>(|row| row.approved_by).await?;
        self.approved_of::<Objective>(|row| row.approved_by).await
    }

    async fn owned(&mut self) -> Outcome<()> {
        self.owned_of::<Control>(|row| row.owner_id, |area, row| area.row.control_ids.0.contains(&row.id)).await?;
        self.owned_of::<Risk>(|row| row.owner_id, |area, row| area.touches(&row.control_ids)).await?;
        self.owned_of::<Asset>(|row| row.owner_id, |_, _| false).await?;
        self.owned_of::<Process>(|row| row.owner_id, |_, _| false).await?;
        self.owned_of::<Objective>(|row| row.owner_id, |_, _| false).await?;
        self.owned_of::<Metric>(|row| row.owner_id, |area, row| area.touches(&row.control_ids)).await?;
        self.owned_of::<Campaign>(|row| row.owner_id, |_, _| false).await?;
        self.owned_of::<Supplier>(
            |row| row.owner_id,
            |area, row| area.row.supplier_id == Some(row.id) || area.touches(&row.control_ids),
        )
        .await?;
        self.owned_of::<Document>(|row| row.owner_id, |area, row| area.touches(&row.control_ids)).await
    }

    /// Documents about the controls that are looked at, wherever they lie.
    async fn documents(&self) -> Outcome<Vec<document::Model>> {
        if self.row.control_ids.0.is_empty() {
            return Ok(Vec::new());
        }
        let query = Query::of([Test::Links("controlIds", self.row.control_ids.0.clone())]);
        self.caller.for_rules::<Document>(&query).await
    }

    /// Versions of documents that auditors wrote or approved lately.
    async fn written(&mut self, documents: &[document::Model]) -> Outcome<()> {
        let auditors = self.row.auditor_ids.0.clone();
        let lately = |column| Test::Compare(column, ">=", self.since.into());
        let written = Query::of([Test::Links("authorIds", auditors.clone()), lately("created_at")]);
        let approved = Query::of([Test::OneOf("approved_by", self.auditors()), lately("approved_at")]);
        let mut versions = self.caller.for_rules::<DocumentVersion>(&written).await?;
        versions.extend(self.caller.for_rules::<DocumentVersion>(&approved).await?);
        versions.dedup_by_key(|version| version.id);
        for version in versions {
            if !self.holds(version.unit_id) && !documents.iter().any(|document| document.id == version.document_id) {
                continue;
            }
            for auditor in &auditors {
                let lately_approved = version.approved_at.is_some_and(|at| at >= self.since);
                if version.author_ids.0.contains(auditor) && version.created_at >= self.since {
                    self.conflict::<DocumentVersion>(*auditor, "wrote", &version)?;
                } else if version.approved_by == Some(*auditor) && lately_approved {
                    self.conflict::<DocumentVersion>(*auditor, "approved", &version)?;
                }
            }
        }
        Ok(())
    }

    /// Treatment plans that auditors made or approved lately.
    async fn planned(&mut self) -> Outcome<()> {
        let auditors = self.row.auditor_ids.0.clone();
        let plans = Query::of([Test::Compare("updated_at", ">=", self.since.into())]);
        for plan in self.caller.for_rules::<TreatmentPlan>(&plans).await? {
            if !self.holds(plan.unit_id) {
                continue;
            }
            for auditor in &auditors {
                let approved = plan.approvals.0.iter().find(|approval| approval.user_id == *auditor);
                if plan.created_by == *auditor && plan.created_at >= self.since {
                    self.conflict::<TreatmentPlan>(*auditor, "made", &plan)?;
                } else if approved.is_some_and(|approval| Time::from(approval.at) >= self.since) {
                    self.conflict::<TreatmentPlan>(*auditor, "approved", &plan)?;
                }
            }
        }
        Ok(())
    }
}
