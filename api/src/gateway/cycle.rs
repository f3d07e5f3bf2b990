//! Readiness, tasks, calendar, cycle and gaps of evidence, as REST tells them.

use super::limits::DEAR;
use super::session::{or_null, session};
use super::shape::Size;
use super::sketch::{Shown, Sketch};
use crate::agenda;
use crate::assurance::readiness;
use crate::caller::Caller;
use crate::resource::query::{day, instant};
use crate::resource::{Error, Outcome, in_past};
use crate::support::evidence;
use async_graphql::dynamic::{Field, FieldFuture, InputValue, ObjectAccessor, TypeRef};
use chrono::NaiveDate;
use futures::future::BoxFuture;
use serde_json::{Value, to_value};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a field tells the caller.
pub(super) type Tell = for<'a> fn(Caller, &'a ObjectAccessor<'a>) -> Outcome<BoxFuture<'static, Outcome<Value>>>;

/// Draws all five and gives the root's fields.
pub fn draw(sketch: &mut Sketch) -> [Field; 5] {
    let unit = InputValue::new("unitId", TypeRef::named(TypeRef::ID)).description("In this unit and below it");
    let as_of = "As of this instant (RFC 3339) or the end of this day";
    let as_of = InputValue::new("asOf", TypeRef::named(TypeRef::STRING)).description(as_of);
    let span = |ty: TypeRef| {
        [
            InputValue::new("from", ty.clone()).description("First day"),
            InputValue::new("to", ty).description("Last day"),
        ]
    };
    let readiness = field::<readiness::Readiness>(sketch, "readiness", |caller, args| {
        let unit = args.get("unitId").filter(|unit| !unit.is_null());
        let unit: Option<Option<Uuid>> = unit.map(|unit| unit.string().ok()?.parse().ok());
        if unit == Some(None) {
            return Err(Error::Malformed("unitId: is not the id of a unit".into()));
        }
        let unit = unit.flatten();
        let as_of = text(args, "asOf").map(|text| instant("asOf", &text)).transpose()?;
        let caller = in_past(&caller, as_of)?;
        Ok(Box::pin(async move { Ok(to_value(readiness::readiness(&caller, unit).await?)?) }))
    })
    .description("How each demand of the standard stands.")
    .argument(unit)
    .argument(as_of);
    let tasks = field::<agenda::Tasks>(sketch, "tasks", |caller, _| {
        Ok(Box::pin(async move { Ok(to_value(agenda::tasks(&caller).await?)?) }))
    })
    .description("What waits for the caller.");
    let calendar = field::<agenda::Calendar>(sketch, "calendar", |caller, args| {
        let (from, to) = (on(args, "from")?, on(args, "to")?);
        Ok(Box::pin(async move { Ok(to_value(agenda::calendar(&caller, from, to).await?)?) }))
    })
    .description("What is overdue and upcoming.");
    let cycle = field::<agenda::Cycle>(sketch, "cycle", |caller, args| {
        let (Some(from), Some(to)) = (on(args, "from")?, on(args, "to")?) else {
            return Err(Error::Malformed("from, to: the first and last day of the period".into()));
        };
        Ok(Box::pin(async move { Ok(to_value(agenda::cycle(&caller, from, to).await?)?) }))
    })
    .description("What was planned, done, checked and acted on in a period.");
    let gaps = field::<evidence::Gaps>(sketch, "evidenceGaps", |caller, args| {
        let (from, to) = (on(args, "from")?, on(args, "to")?);
        Ok(Box::pin(async move { Ok(to_value(evidence::gaps(&caller, from, to).await?)?) }))
    })
    .description(
        "Which controls that apply lack accepted evidence for a period, twelve months until today unless given.",
    );
    let [from, to] = span(TypeRef::named("Date"));
    let [since, until] = span(TypeRef::named("Date"));
    let gaps = gaps.argument(since).argument(until);
    let [first, last] = span(TypeRef::named_nn("Date"));
    [readiness, tasks, calendar.argument(from).argument(to), cycle.argument(first).argument(last), gaps]
}

/// A field that tells what REST tells as this type.
pub(super) fn field<T: ToSchema>(sketch: &mut Sketch, name: &'static str, tell: Tell) -> Field {
    let ty = TypeRef::named(sketch.whole::<T>().type_name());
    // What looks at many records of many types is worked out at length, as it is at REST.
    sketch.shape.note("Query", name, ty.type_name(), Size::Reads(DEAR));
    Field::new(name, ty, move |context| {
        FieldFuture::new(async move {
            let read = async {
                let session = session(context.ctx)?;
                let told = session.tell(tell(session.caller.clone(), &context.args))?;
                Ok(Some(Shown::value(Arc::new(session.tell(told.await)?), None)))
            };
            or_null(context.ctx, read).await
        })
    })
}

/// An argument that is a text.
pub(super) fn text(args: &ObjectAccessor<'_>, name: &str) -> Option<String> {
    args.get(name)?.string().ok().map(str::to_owned)
}

fn on(args: &ObjectAccessor<'_>, name: &str) -> Outcome<Option<NaiveDate>> {
    let wrong = || Error::Malformed(format!("{name}: is not a day like 2026-03-31"));
    text(args, name).map(|text| day(&text).ok_or_else(wrong)).transpose()
}
