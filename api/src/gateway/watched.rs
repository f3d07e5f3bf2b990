//! What auditors from outside have read, and what was refused to whom, as REST tells them.

use super::cycle::{field, text};
use super::sketch::Sketch;
use crate::authorization;
use crate::evaluation::engagement;
use crate::resource::query::{MOST, USUAL, instant};
use crate::resource::{Error, Outcome};
use async_graphql::dynamic::{Field, InputValue, ObjectAccessor, TypeRef};
use serde_json::to_value;
use uuid::Uuid;

/// Draws both and gives the root's fields.
pub fn draw(sketch: &mut Sketch) -> [Field; 2] {
    let readings = field::<engagement::Readings>(sketch, "readings", |caller, args| {
        let engagement = id(args, "engagementId")?.ok_or(Error::NotFound)?;
        let (before, limit) = page(args)?;
        Ok(Box::pin(async move { Ok(to_value(engagement::readings(&caller, engagement, before, limit).await?)?) }))
    })
    .description("What the auditors of an engagement have opened and taken out, latest first.")
    .argument(InputValue::new("engagementId", TypeRef::named_nn(TypeRef::ID)).description("The engagement"));
    let denials = field::<authorization::Denials>(sketch, "denials", |caller, args| {
        let since = text(args, "since").map(|text| instant("since", &text)).transpose()?;
        let (before, limit) = page(args)?;
        Ok(Box::pin(async move { Ok(to_value(authorization::denials(&caller, since, before, limit).await?)?) }))
    })
    .description("What was refused to whom, counted and one by one, latest first.")
    .argument(
        InputValue::new("since", TypeRef::named(TypeRef::STRING))
            .description("Since this instant (RFC 3339) or the end of this day; thirty days unless given"),
    );
    [readings, denials].map(|field| {
        field
            .argument(InputValue::new("limit", TypeRef::named(TypeRef::INT)).description("How many, 200 at most"))
            .argument(InputValue::new("cursor", TypeRef::named(TypeRef::ID)).description("The nextCursor of a page"))
    })
}

/// Which page is asked for.
fn page(args: &ObjectAccessor<'_>) -> Outcome<(Option<Uuid>, u64)> {
    let given = args.get("limit").filter(|limit| !limit.is_null());
    let limit = given.map_or(Some(USUAL), |limit| limit.u64().ok().filter(|limit| (1..=MOST).contains(limit)));
    let limit = limit.ok_or_else(|| Error::Malformed(format!("limit: is 1 to {MOST}")))?;
    Ok((id(args, "cursor")?, limit))
}

fn id(args: &ObjectAccessor<'_>, name: &str) -> Outcome<Option<Uuid>> {
    let wrong = || Error::Malformed(format!("{name}: is no id"));
    text(args, name).map(|text| text.parse().map_err(|_| wrong())).transpose()
}
