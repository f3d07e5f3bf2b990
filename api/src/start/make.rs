//! Making what is missing, through the same rules as everything else.

use super::template::{Known, PAPERS, entries};
use super::{Part, Template, may_make};
use crate::caller::Caller;
use crate::context::{
    climate_determination::ClimateDetermination, interested_party::InterestedParty, issue::Issue,
    legal_requirement::LegalRequirement, organisation::Organisation, party_requirement::PartyRequirement,
    process::Process, scope::Scope, unit::Unit,
};
use crate::evaluation::{audit_programme::AuditProgramme, metric::Metric};
use crate::planning::catalogue::Catalogue;
use crate::planning::control::Control;
use crate::planning::statement::TO_BE_JUSTIFIED;
use crate::planning::{
    asset::Asset, methodology::Methodology, objective::Objective, opportunity::Opportunity, risk::Risk, threat::Threat,
    vulnerability::Vulnerability,
};
use crate::resource::{Error, Field, Outcome, Resource, Version, service};
use crate::store::{Query, Test};
use crate::support::{
    communication::Communication, competence_requirement::CompetenceRequirement, document::Document,
    document_version::DocumentVersion, training::Training,
};
use isms_authz::Action;
use isms_entity::Recorded;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What was done so far, in the order in which types were first met.
type Parts = BTreeMap<usize, Part>;

fn part<'p>(parts: &'p mut Parts, records: &'static str) -> &'p mut Part {
    let place = parts.iter().find(|(_, part)| part.records == records).map_or(parts.len(), |(place, _)| *place);
    parts.entry(place).or_insert_with(|| Part { records, ..Part::default() })
}

/// Annex A, threats and vulnerabilities.
pub async fn catalogues(caller: &Caller, parts: &mut Parts) -> Outcome<()> {
    catalogue::<Control>(caller, parts).await?;
    catalogue::<Threat>(caller, parts).await?;
    catalogue::<Vulnerability>(caller, parts).await
}

async fn catalogue<R: Catalogue>(caller: &Caller, parts: &mut Parts) -> Outcome<()> {
    let part = part(parts, R::SPEC.plural);
    if !may_make::<R>(caller)? {
        part.left += 1;
        return Ok(());
    }
    let before = caller.labels(R::SPEC.name, None).await?.len();
    part.created = R::seed(caller).await?;
    part.present = before;
    Ok(())
}

/// The names of the records that are there, by type; those of retired ones without an id, for nothing new may refer to
/// them.
type Names = HashMap<&'static str, HashMap<String, Option<Uuid>>>;

/// The records of the template.
pub async fn records(caller: &Caller, template: Template, parts: &mut Parts) -> Outcome<()> {
    let organisation = caller.all::<Organisation>(&Query::default()).await?;
    let name = organisation.first().map(|found| found.row.name.clone()).unwrap_or_default();
    let (mut keys, mut names) = (HashMap::new(), Names::new());
    for entry in entries(template)? {
        let known = Known { organisation: &name, today: caller.today(), keys: &keys };
        let wanted = Wanted { draft: known.fill(&entry.draft), known_by: entry.known_by.as_deref() };
        let made = match entry.records.as_str() {
            "units" => wanted.make::<Unit>(caller, &mut names, parts).await?,
            "methodologies" => wanted.make::<Methodology>(caller, &mut names, parts).await?,
            "interested-parties" => wanted.make::<InterestedParty>(caller, &mut names, parts).await?,
            "party-requirements" => wanted.make::<PartyRequirement>(caller, &mut names, parts).await?,
            "issues" => wanted.make::<Issue>(caller, &mut names, parts).await?,
            "climate-determinations" => wanted.make::<ClimateDetermination>(caller, &mut names, parts).await?,
            "legal-requirements" => wanted.make::<LegalRequirement>(caller, &mut names, parts).await?,
            "processes" => wanted.make::<Process>(caller, &mut names, parts).await?,
            "assets" => wanted.make::<Asset>(caller, &mut names, parts).await?,
            "risks" => wanted.make::<Risk>(caller, &mut names, parts).await?,
            "opportunities" => wanted.make::<Opportunity>(caller, &mut names, parts).await?,
            "objectives" => wanted.make::<Objective>(caller, &mut names, parts).await?,
            "trainings" => wanted.make::<Training>(caller, &mut names, parts).await?,
            "communications" => wanted.make::<Communication>(caller, &mut names, parts).await?,
            "competence-requirements" => wanted.make::<CompetenceRequirement>(caller, &mut names, parts).await?,
            "metrics" => wanted.make::<Metric>(caller, &mut names, parts).await?,
            "audit-programmes" => wanted.make::<AuditProgramme>(caller, &mut names, parts).await?,
            "scopes" => wanted.make::<Scope>(caller, &mut names, parts).await?,
            other => return Err(Error::Internal(format!("no template may make {other}"))),
        };
        if let (Some(key), Some(id)) = (entry.key, made) {
            keys.insert(key, id);
        }
    }
    Ok(())
}

/// In place of a field: any record of the type will do.
const ANY: &str = "*";

/// A record that is to be there.
struct Wanted<'a> {
    draft: Value,
    known_by: Option<&'a str>,
}

impl Wanted<'_> {
    /// The record, made now or before; none when it is left to somebody else, was retired, or needs one that is not
    /// there.
    async fn make<R: Resource>(self, caller: &Caller, names: &mut Names, parts: &mut Parts) -> Outcome<Option<Uuid>> {
        let part = part(parts, R::SPEC.plural);
        let field = self.known_by.unwrap_or(if self.draft.get("name").is_some() { "name" } else { "title" });
        let name = if field == ANY { ANY } else { self.draft.get(field).and_then(Value::as_str).unwrap_or_default() };
        let name = name.to_lowercase();
        if !names.contains_key(R::SPEC.name) {
            names.insert(R::SPEC.name, named::<R>(caller, field).await?);
        }
        let known = names.entry(R::SPEC.name).or_default();
        if let Some(id) = known.get(&name) {
            part.present += 1;
            return Ok(*id);
        }
        let lacks = |field: &Field| field.required && self.draft.get(&field.name).is_some_and(Value::is_null);
        if R::fields().list.iter().any(lacks) || !may_make::<R>(caller)? {
            part.left += 1;
            return Ok(None);
        }
        let id = service::create::<R>(caller, self.draft).await?.found.row.common().id;
        known.insert(name, Some(id));
        part.created += 1;
        Ok(Some(id))
    }
}

/// The records of a type by the value of a field, in lower case.
async fn named<R: Resource>(caller: &Caller, field: &str) -> Outcome<HashMap<String, Option<Uuid>>> {
    let rows = caller.for_rules::<R>(&Query::default().with_retired()).await?;
    let column = crate::resource::snake(field);
    let mut named = HashMap::new();
    for row in &rows {
        let row_value = serde_json::to_value(row)?;
        let name = if field == ANY { ANY } else { row_value.get(&column).and_then(Value::as_str).unwrap_or_default() };
        let name = name.to_lowercase();
        let common = row.common();
        let id = Some(common.id).filter(|_| common.retired_at.is_none());
        let known = named.entry(name).or_insert(id);
        *known = known.or(id);
    }
    Ok(named)
}

/// Drafts of documents, each with a first version that nobody has approved.
pub async fn documents(caller: &Caller, parts: &mut Parts) -> Outcome<()> {
    let organisation = caller.all::<Organisation>(&Query::default()).await?;
    let name = organisation.first().map(|found| found.row.name.clone()).unwrap_or_default();
    let keys = HashMap::new();
    let known = Known { organisation: &name, today: caller.today(), keys: &keys };
    let mut names = Names::new();
    for paper in PAPERS {
        let draft = json!({
            "title": paper.title, "kind": paper.kind, "requirements": paper.requirements,
            "acknowledgementRequired": paper.kind == "policy",
        });
        let document = Wanted { draft, known_by: None }.make::<Document>(caller, &mut names, parts).await?;
        let Some(document) = document else { continue };
        let draft = json!({
            "documentId": document, "title": paper.title, "body": known.fill(&json!(paper.body)),
            "changeSummary": "First draft",
        });
        Wanted { draft, known_by: None }.make::<DocumentVersion>(caller, &mut names, parts).await?;
    }
    Ok(())
}

/// A first decision on each control that nobody has decided on, so that the draft of the statement can be reviewed.
pub async fn decisions(caller: &Caller) -> Outcome<()> {
    let undecided = caller.all::<Control>(&Query::of([Test::is("applicability", "undecided")])).await?;
    let target = caller.today().checked_add_days(chrono::Days::new(180));
    for found in undecided {
        if !caller.may::<Control>(Action::Update, &crate::store::RowFacts::<Control>::new(&found.row))? {
            continue;
        }
        let patch = json!({
            "applicability": "applicable", "reasons": ["bestPractice"], "targetOn": target,
            "justification": TO_BE_JUSTIFIED,
        });
        service::update::<Control>(caller, found.row.id, Version::Any, &patch).await?;
    }
    Ok(())
}
