//! The company: units on three levels, forty people and a service, and who holds which role.

use super::data::table;
use super::stage::{HOST, Stage};
use crate::context::{organisation::Organisation, unit::Unit};
use crate::leadership::{role_assignment::RoleAssignment, user::User};
use crate::resource::Outcome;
use serde_json::json;

const UNITS: &str = include_str!("data/units.psv");
/// Who works there.
pub(super) const PEOPLE: &str = include_str!("data/people.psv");

/// Who keeps people and tokens.
pub(super) const ADMINISTRATOR: &str = "i.marrow";
/// Who runs the ISMS.
pub(super) const MANAGER: &str = "n.fenwick";
/// Who helps to run it, and checks what the manager did.
pub(super) const SECOND: &str = "x.tran";
/// Who approves and accepts.
pub(super) const DIRECTOR: &str = "c.vandermeer";

/// Founds the company, with nothing in it but its people.
pub(super) async fn found(stage: &mut Stage) -> Outcome<()> {
    let email = format!("{ADMINISTRATOR}@{HOST}");
    let now = stage.clock.now();
    let founded = stage.operator().store.found("Halvren Drives", "Ilse Marrow", &email, now).await?;
    stage.remember("organisation", founded.organisation);
    let administrator = stage.caller(ADMINISTRATOR).await?;
    stage.remember("unit:root", administrator.access.root);
    stage.remember(ADMINISTRATOR, administrator.id());
    units(stage).await?;
    people(stage).await?;
    lines_of_report(stage).await?;
    roles(stage).await?;
    let described = json!({"legalName": "Halvren Drives GmbH", "jurisdictions": ["DE", "FR", "PL"], "sector": "27.11",
        "personsUnderControl": 240, "nis2": "important"});
    stage.change::<Organisation>(MANAGER, "organisation", &described).await
}

async fn units(stage: &mut Stage) -> Outcome<()> {
    let lines = table(UNITS)?;
    for level in ["division", "team"] {
        let mut drafts = Vec::new();
        for line in lines.iter().filter(|line| line.text("kind") == level) {
            let parent = stage.id(&format!("unit:{}", line.text("parent")))?;
            let draft = json!({"name": line.text("name"), "kind": level, "parentId": parent});
            drafts.push((format!("unit:{}", line.text("key")), draft));
        }
        stage.create::<Unit>(ADMINISTRATOR, drafts).await?;
    }
    Ok(())
}

async fn people(stage: &mut Stage) -> Outcome<()> {
    let lines = table(PEOPLE)?;
    let mut drafts = Vec::new();
    for line in lines.iter().filter(|line| line.text("key") != ADMINISTRATOR) {
        let unit = stage.id(&format!("unit:{}", line.text("unit")))?;
        let email = format!("{}@{HOST}", line.text("key"));
        let draft = json!({"name": line.text("name"), "email": email, "jobTitle": line.text("title"), "unitId": unit});
        drafts.push((line.text("key").to_owned(), draft));
    }
    let bridge = json!({"name": "Scanner and ticket bridge", "email": format!("bridge@{HOST}"), "kind": "service"});
    drafts.push(("bridge".to_owned(), bridge));
    stage.create::<User>(ADMINISTRATOR, drafts).await
}

/// Who reports to whom, and who heads which unit: people have to be there first.
async fn lines_of_report(stage: &mut Stage) -> Outcome<()> {
    let (mut people, mut units) = (Vec::new(), Vec::new());
    for line in table(PEOPLE)?.iter().filter(|line| line.text("key") != ADMINISTRATOR) {
        if let Some(manager) = line.given("manager") {
            people.push((line.text("key").to_owned(), json!({"managerId": stage.id(manager)?})));
        }
    }
    stage.change_all::<User>(ADMINISTRATOR, people).await?;
    for line in table(UNITS)? {
        let head = json!({"headId": stage.id(line.text("head"))?});
        units.push((format!("unit:{}", line.text("key")), head));
    }
    stage.change_all::<Unit>(ADMINISTRATOR, units).await
}

async fn roles(stage: &mut Stage) -> Outcome<()> {
    let mut drafts = vec![(
        "role:bridge".to_owned(),
        json!({"userId": stage.id("bridge")?, "role": "integrator", "unitId": stage.id("unit:root")?}),
    )];
    for line in table(PEOPLE)? {
        for (role, unit) in line.list("roles").filter_map(|role| role.split_once(':')) {
            let unit = stage.id(&format!("unit:{unit}"))?;
            let draft = json!({"userId": stage.id(line.text("key"))?, "role": role, "unitId": unit});
            drafts.push((format!("role:{}", line.text("key")), draft));
        }
    }
    stage.create::<RoleAssignment>(ADMINISTRATOR, drafts).await
}
