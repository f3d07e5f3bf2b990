//! Whether personal data are concerned: whoever reports may think so or not, and somebody decides (I-67).

use super::{Incident, acts::record};
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Because, Faults, Outcome};
use isms_authz::Action;
use isms_entity::operation::incident::{self, PersonalDataConcern, TimelineKind};

/// What a triage says of it; that there are none is never taken from the report.
pub(super) fn decided(reported: PersonalDataConcern, triage: Option<PersonalDataConcern>) -> PersonalDataConcern {
    match (triage, reported) {
        (Some(decided), _) => decided,
        (None, PersonalDataConcern::No) => PersonalDataConcern::Unknown,
        (None, reported) => reported,
    }
}

/// Once it is an incident, its content does not say that there are none unless that was decided.
pub(super) fn check(old: Option<&incident::Model>, row: &incident::Model, faults: &mut Faults) {
    let was = old.filter(|old| old.declared_at.is_some()).map(|old| old.personal_data);
    let told = row.personal_data == PersonalDataConcern::No;
    let detail = "become none by the act no-personal-data, with a reason (I-67)";
    faults.when(told && was.is_some_and(|was| was != PersonalDataConcern::No), "personalData", detail);
}

/// No personal data.
pub struct NoPersonalData;

impl Act for NoPersonalData {
    type Of = Incident;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "no-personal-data",
        verb: Action::Approve,
        from: super::lead::OPEN,
        summary: "Decide that no personal data are concerned, with a reason; notices that wait are decided on each (I-67)",
    };

    async fn run(caller: &Caller, row: &mut incident::Model, input: Because) -> Outcome<()> {
        let reason = input.given()?;
        row.personal_data = PersonalDataConcern::No;
        record(caller, row, caller.now(), TimelineKind::Decision, format!("No personal data: {reason}"));
        Ok(())
    }
}
