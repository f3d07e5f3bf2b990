//! Readiness (clauses 4 to 10 and each applicable control): every demand as a row with a state computed from live
//! records, the rule it comes from, what proves it, and what to do next. Reported by gate, never as one percentage.

mod control;
mod rest;
mod rule;
pub mod rules;

pub use rest::register;
pub use rule::{Gate, Rule, RuleSeverity, State, Who};

use crate::caller::Caller;
use crate::planning::risk::Risk;
use crate::resource::{Error, Outcome, Resource};
use crate::store::{Answered, Probe, Probed};
use isms_authz::{Action, Attribute, Fact, Facts, Literal};
use isms_entity::{SUBCLAUSES, Time};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// How many records are shown of each proof and gap; all are counted.
const SHOWN: u64 = 20;

/// Record types of which one holds for all that lies below its unit: a unit is as ready as these are above it.
const FOR_ALL_BELOW: &[&str] = &[
    "Audit",
    "AuditProgramme",
    "Campaign",
    "Certificate",
    "CertificationAudit",
    "ClimateDetermination",
    "Communication",
    "CompetenceRequirement",
    "Control",
    "ControlTest",
    "Document",
    "DocumentVersion",
    "InterestedParty",
    "Issue",
    "LegalRequirement",
    "ManagementReview",
    "Methodology",
    "Metric",
    "Objective",
    "PartyRequirement",
    "Process",
    "Responsibility",
    "Scope",
    "Statement",
    "Training",
];

/// A record that proves a demand or stands against it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReadinessRecord)]
pub struct Shown {
    /// Its type.
    pub record_type: &'static str,
    /// Its id.
    pub id: Uuid,
    /// Its reference.
    pub reference: String,
    /// What people call it.
    pub title: String,
    /// Who answers for it.
    pub owner_id: Option<Uuid>,
}

/// Records that prove a demand or stand against it: how many, and the first of them.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReadinessRecords)]
pub struct Records {
    /// What they are.
    pub what: &'static str,
    /// How many.
    pub total: u64,
    /// The first of them, at most twenty.
    pub records: Vec<Shown>,
}

/// A rule with its result.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReadinessRule)]
pub struct Verdict {
    /// Its number.
    pub id: &'static str,
    /// The sub-clause or control.
    pub clause: &'static str,
    /// What an auditor would make of it.
    pub severity: RuleSeverity,
    /// When it has to be met.
    pub gate: Gate,
    /// The demand.
    pub demand: &'static str,
    /// How it stands.
    pub state: State,
    /// What is missing altogether.
    pub missing: Vec<&'static str>,
    /// What proves it.
    pub proofs: Vec<Records>,
    /// What stands against it.
    pub gaps: Vec<Records>,
    /// What to do next; none when it is met.
    pub next: Option<&'static str>,
    /// Who does it.
    pub who: Who,
}

/// A sub-clause with the worst state of its rules.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReadinessDemand)]
pub struct Demand {
    /// `4.1` to `10.2`.
    pub clause: &'static str,
    /// A short name.
    pub title: &'static str,
    /// How it stands.
    pub state: State,
    /// The rules that say so.
    pub rules: Vec<&'static str>,
}

/// How many rules of one gate are not met.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReadinessGate)]
pub struct GateCount {
    /// The gate.
    pub gate: Gate,
    /// Rules of this gate.
    pub rules: u64,
    /// Blockers that are not met.
    pub blockers: u64,
    /// Others of high severity that are not met.
    pub high: u64,
    /// Others that are not met.
    pub others: u64,
    /// Rules of which nothing is there at all; they count above, too.
    pub missing: u64,
}

/// How ready the organisation is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Readiness {
    /// As of when.
    pub as_of: Time,
    /// In which unit and below; everywhere when none is named.
    pub unit_id: Option<Uuid>,
    /// By gate.
    pub gates: Vec<GateCount>,
    /// By sub-clause.
    pub demands: Vec<Demand>,
    /// Each rule.
    pub rules: Vec<Verdict>,
    /// Each control that applies.
    pub controls: Vec<control::Row>,
}

/// A place in the organisation, to ask whether everything that lies there may be seen.
struct Place {
    unit: Uuid,
    organisation: Uuid,
}

impl Facts for Place {
    fn id(&self) -> Uuid {
        Uuid::nil()
    }

    fn unit(&self) -> Uuid {
        self.unit
    }

    fn fact(&self, attribute: &Attribute) -> Fact {
        match attribute.name {
            "organisation" => Fact::One(Literal::Id(self.organisation)),
            "unit" => Fact::One(Literal::Id(self.unit)),
            _ => Fact::Absent,
        }
    }
}

/// Refuses those who do not see whatever lies in the unit, for a picture with holes misleads, and auditors from outside:
/// it is how the organisation looks at itself.
///
/// # Errors
/// [`Error::Denied`], or a unit that is not there.
pub async fn sees_all(caller: &Caller, unit: Option<Uuid>) -> Outcome<()> {
    if caller.access.principal.remit.is_some() {
        return Err(Error::Denied("this is how the organisation looks at itself".into()));
    }
    let unit = unit.unwrap_or(caller.access.root);
    if caller.access.units.above(unit).is_empty() {
        // It may be newer than what is known of the units.
        caller.confirm_access().await?;
        return Err(Error::Malformed(format!("unitId: there is no unit {unit}")));
    }
    let place = Place { unit, organisation: caller.organisation() };
    // Those who answer for the whole of it may take it along; who only works there may not.
    if caller.may::<Risk>(Action::Export, &place)? {
        Ok(())
    } else {
        Err(Error::Denied(format!("this shows every {} of the unit; you may not see all of them", Risk::SPEC.noun)))
    }
}

/// How ready the organisation, or a unit with all below it, is: two statements, for a unit four, however many rules
/// there are.
/// Their cost grows with the number of records.
///
/// # Errors
/// For those who do not see all that lies there.
pub async fn readiness(caller: &Caller, unit: Option<Uuid>) -> Outcome<Readiness> {
    sees_all(caller, unit).await?;
    let mut answers = answers(caller, unit).await?.into_iter();
    let rules: Vec<Verdict> = rules::all().map(|rule| verdict(rule, &mut answers)).collect();
    let controls = control::rows(caller, unit).await?;
    Ok(Readiness {
        as_of: caller.now(),
        unit_id: unit,
        gates: [Gate::Stage1, Gate::Stage2, Gate::Continuous].map(|gate| gate_count(gate, &rules)).to_vec(),
        demands: SUBCLAUSES.iter().map(|(clause, title)| demand(clause, title, &rules)).collect(),
        rules,
        controls,
    })
}

/// What the records say to each proof and gap, in the order of the rules.
async fn answers(caller: &Caller, unit: Option<Uuid>) -> Outcome<Vec<Answered>> {
    let asked: Vec<(Probe, u64)> = rules::all().flat_map(asked).collect();
    let probes: Vec<Probe> = asked.iter().map(|(probe, _)| *probe).collect();
    let mut answers = caller.probe(&probes, unit, SHOWN).await?;
    if let Some(unit) = unit {
        let for_all = |probe: &Probe| FOR_ALL_BELOW.contains(&probe.of);
        let wide: Vec<Probe> = probes.iter().copied().filter(for_all).collect();
        let there = caller.count_around(&wide, unit).await?;
        let mut around = caller.probe_around(&wide, unit, SHOWN).await?.into_iter().zip(there);
        for ((_, least), answer) in asked.iter().zip(&mut answers).filter(|((probe, _), _)| for_all(probe)) {
            let (seen, there) = around.next().unwrap_or_default();
            // Of what lies above unseen, only whether a demand is met is told.
            let total = seen.total.max(there.min(*least));
            *answer = Answered { total, ..seen };
        }
    }
    Ok(answers)
}

/// What a rule asks, with how many records are enough; of what stands against it, none is.
fn asked(rule: &Rule) -> impl Iterator<Item = (Probe, u64)> {
    let proofs = rule.proofs.iter().map(|proof| (Probe::list(proof.of, proof.is), proof.least));
    proofs.chain(rule.gaps.iter().map(|gap| (Probe::list(gap.of, gap.is), 0)))
}

fn verdict(rule: &'static Rule, answers: &mut impl Iterator<Item = Answered>) -> Verdict {
    let mut missing = Vec::new();
    let mut proofs = Vec::with_capacity(rule.proofs.len());
    for proof in rule.proofs {
        let answer = answers.next().unwrap_or_default();
        if answer.total < proof.least {
            missing.push(proof.what);
        }
        proofs.push(records(proof.of, proof.what, answer));
    }
    let (mut gaps, mut wrong, mut stale) = (Vec::new(), false, false);
    for gap in rule.gaps {
        let answer = answers.next().unwrap_or_default();
        if answer.total > 0 {
            wrong |= !gap.stale;
            stale |= gap.stale;
            gaps.push(records(gap.of, gap.what, answer));
        }
    }
    let nothing = !rule.proofs.is_empty() && missing.len() == rule.proofs.len();
    let state = match (nothing, wrong || !missing.is_empty(), stale) {
        (true, ..) => State::Missing,
        (_, true, _) => State::Partly,
        (.., true) => State::Stale,
        _ => State::Met,
    };
    let Rule { id, clause, severity, gate, demand, next, who, .. } = *rule;
    let next = Some(next).filter(|_| state != State::Met);
    Verdict { id, clause, severity, gate, demand, state, missing, proofs, gaps, next, who }
}

fn records(record_type: &'static str, what: &'static str, answer: Answered) -> Records {
    let shown = |found: Probed| Shown {
        record_type,
        id: found.id,
        reference: found.reference,
        title: found.title,
        owner_id: found.owner_id,
    };
    Records { what, total: answer.total, records: answer.first.into_iter().map(shown).collect() }
}

fn demand(clause: &'static str, title: &'static str, rules: &[Verdict]) -> Demand {
    let own = || rules.iter().filter(|rule| rule.clause == clause);
    let state = own().map(|rule| rule.state).max().unwrap_or(State::Missing);
    Demand { clause, title, state, rules: own().map(|rule| rule.id).collect() }
}

fn gate_count(gate: Gate, rules: &[Verdict]) -> GateCount {
    let own = || rules.iter().filter(move |rule| rule.gate == gate);
    let unmet = |test: fn(RuleSeverity) -> bool| {
        own().filter(|rule| rule.state != State::Met && test(rule.severity)).count() as u64
    };
    GateCount {
        gate,
        rules: own().count() as u64,
        blockers: unmet(|severity| severity == RuleSeverity::Blocker),
        high: unmet(|severity| severity == RuleSeverity::High),
        others: unmet(|severity| severity > RuleSeverity::High),
        missing: own().filter(|rule| rule.state == State::Missing).count() as u64,
    }
}
