//! What shows that the company's controls work: small files that people bring and the manager looks at.

use super::company::{MANAGER, SECOND};
use super::data::{Line, table};
use super::stage::Stage;
use crate::resource::attached::{Announced, attach, open, receive};
use crate::resource::{Outcome, Version};
use crate::support::evidence::{self, Evidence};
use bytes::Bytes;
use serde_json::{Value, json};

const EVIDENCE: &str = include_str!("data/evidence.psv");

/// Plans all of it.
///
/// # Errors
/// When the company's data is broken.
pub(super) fn plan(stage: &mut Stage) -> Outcome<()> {
    for line in table(EVIDENCE)? {
        let (day, title, collector) = (line.number("to"), line.text("title"), line.text("collector"));
        let verdict = line.text("state");
        stage.on(day, move |stage| Box::pin(async move { bring(stage, collector, &line).await }));
        let reviewer = if collector == MANAGER { SECOND } else { MANAGER };
        match verdict {
            "accepted" => stage.act_on::<evidence::Accept>(day + 1, reviewer, title, json!({})),
            "rejected" => {
                let reason = json!({"reason": "It does not tell when anything happened"});
                stage.act_on::<evidence::Reject>(day + 1, reviewer, title, reason);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Somebody brings a piece with its file.
async fn bring(stage: &mut Stage, collector: &str, line: &Line) -> Outcome<()> {
    let (title, text) = (line.text("title"), line.text("text"));
    let valid = line.given("valid").map_or(Value::Null, |_| stage.date(line.number("valid")));
    let draft = json!({
        "unitId": stage.id(&format!("unit:{}", line.text("unit")))?, "title": title, "kind": line.text("kind"), "source": line.given("source"),
        "controlIds": stage.ids(line.list("controls"))?, "ownerId": stage.id(collector)?,
        "periodFrom": stage.date(line.number("from")), "periodTo": stage.date(line.number("to")), "validUntil": valid,
    });
    stage.create::<Evidence>(collector, vec![(title.to_owned(), draft)]).await?;
    let (id, limits) = (stage.id(title)?, stage.operator().config.file_limits.clone());
    let caller = stage.caller(collector).await?.begin().await?;
    let announced = Announced { name: Some(format!("{title}.txt")), digest: None };
    let bytes = futures::stream::iter([Ok(Bytes::from_static(text.as_bytes()))]);
    let content = receive(&caller, &open::<Evidence>(&caller, id).await?, &announced, bytes, &limits).await?;
    attach::<Evidence>(&caller, id, Version::Any, &content).await?;
    caller.commit().await
}
