//! What dashboards ask for: the risk matrix and the coverage of the Statement of Applicability.

use super::session::{or_null, session};
use super::shape::Size;
use super::sketch::{Shown, Sketch, show};
use super::{count, filter};
use crate::planning::methodology;
use async_graphql::dynamic::{Field, FieldFuture, FieldValue, InputValue, Object, ResolverContext, TypeRef};
use isms_entity::Time;
use isms_entity::planning::methodology::Model as Methodology;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Draws both and gives the root's fields.
pub fn draw(sketch: &mut Sketch) -> [Field; 2] {
    sketch.words("Rating", "Which rating of a risk.", ["inherent", "current", "residual"]);
    let int = || TypeRef::named_nn(TypeRef::INT);
    let long = || TypeRef::named_nn("Long");
    let text = || TypeRef::named_nn(TypeRef::STRING);
    let cells = [
        ("likelihood", int(), "From 1"),
        ("impact", int(), "From 1"),
        ("level", int(), "From 1, under the methodology in force"),
        ("label", text(), "What the level is called"),
        ("colour", text(), "Its colour as `#rrggbb`; empty when it has none"),
        ("aboveCriterion", TypeRef::named_nn(TypeRef::BOOLEAN), "Whether the level is above the acceptance criterion"),
        ("count", long(), "Risks in the cell that the caller may list"),
    ];
    plain(sketch, "RiskMatrixCell", "One cell of the matrix.", cells);
    let matrix = [
        ("rating", TypeRef::named_nn("Rating"), "Which rating is counted"),
        ("methodologyId", TypeRef::named(TypeRef::ID), "The methodology in force, if the caller may list it"),
        ("unrated", long(), "Risks without this rating"),
        ("elsewhere", long(), "Risks rated under another version, which cannot be compared"),
    ];
    let cells = TypeRef::named_nn_list_nn("RiskMatrixCell");
    nested(
        sketch,
        "RiskMatrix",
        "Risks by likelihood and impact.",
        matrix,
        ("cells", cells, "Every cell of the matrix, empty ones too"),
    );
    let decided =
        || [("applicable", long(), "Apply"), ("excluded", long(), "Excluded"), ("undecided", long(), "Not decided")];
    let status = [("status", TypeRef::named_nn("ControlStatus"), "How far they are implemented")];
    plain(sketch, "SoaStatus", "Controls of one theme and status.", status.into_iter().chain(decided()));
    let theme = [("theme", TypeRef::named_nn("ControlTheme"), "The theme"), ("controls", long(), "All of them")];
    let statuses = ("statuses", TypeRef::named_nn_list_nn("SoaStatus"), "The same by status");
    nested(sketch, "SoaTheme", "Controls of one theme.", theme.into_iter().chain(decided()), statuses);
    sketch.shape.note("Query", "riskMatrix", "RiskMatrix", Size::Reads(50));
    sketch.shape.note("Query", "soaCoverage", "SoaTheme", Size::First(4));
    [matrix_field(), coverage_field()]
}

type Member = (&'static str, TypeRef, &'static str);

fn members(name: &str, about: &str, members: impl IntoIterator<Item = Member>) -> Object {
    let object = Object::new(name).description(about);
    members.into_iter().fold(object, |object, (name, ty, about)| object.field(show(name, ty, false).description(about)))
}

fn plain(sketch: &mut Sketch, name: &str, about: &str, list: impl IntoIterator<Item = Member>) {
    sketch.object(members(name, about, list));
}

fn nested(sketch: &mut Sketch, name: &str, about: &str, list: impl IntoIterator<Item = Member>, inner: Member) {
    let (field, ty, text) = inner;
    sketch.shape.note(name, field, ty.type_name(), Size::First(25));
    sketch.object(members(name, about, list).field(show(field, ty, true).description(text)));
}

fn matrix_field() -> Field {
    let field = Field::new("riskMatrix", TypeRef::named("RiskMatrix"), |context| {
        FieldFuture::new(async move { or_null(context.ctx, matrix(&context)).await })
    });
    let rating = InputValue::new("rating", TypeRef::named("Rating"))
        .default_value(async_graphql::Value::Enum(async_graphql::Name::new("current")));
    filter::arguments("Risk")
        .into_iter()
        .fold(field, Field::argument)
        .argument(rating.description("Which rating is counted"))
        .description("How many risks there are for each likelihood and impact under the methodology in force.")
}

async fn matrix<'a>(context: &ResolverContext<'a>) -> async_graphql::Result<Option<FieldValue<'a>>> {
    let session = session(context.ctx)?;
    let given = context.args.get("rating").and_then(|value| value.enum_name().ok().map(str::to_owned));
    let rating = given.unwrap_or_else(|| "current".to_owned());
    let (likelihood, impact) = match rating.as_str() {
        "inherent" => ("inherent_likelihood", "inherent_impact"),
        "residual" => ("residual_likelihood", "residual_impact"),
        _ => ("current_likelihood", "current_impact"),
    };
    let pairs = session.tell(filter::pairs(&context.args))?;
    let by = vec![likelihood, impact, "methodology_id"];
    let (counts, as_of) = session.tell(count::of(session, "Risk", pairs, by).await)?;
    let methodology = session.tell(methodology::in_force(&session.at(as_of)).await)?;
    let value = matrix_value(&rating, methodology.as_ref(), &counts);
    Ok(Some(Shown::value(Arc::new(value), as_of)))
}

/// The matrix from counts by likelihood, impact and methodology.
fn matrix_value(rating: &str, methodology: Option<&Methodology>, counts: &super::records::Counts) -> Value {
    let number = |keys: &[Option<String>], place: usize| -> Option<i32> { keys.get(place)?.as_ref()?.parse().ok() };
    let (mut cells, mut unrated, mut elsewhere) = (BTreeMap::<(i32, i32), u64>::new(), 0_u64, 0_u64);
    for (keys, count) in counts {
        let under = keys.get(2).and_then(|key| key.as_ref()?.parse::<uuid::Uuid>().ok());
        let comparable = methodology.filter(|m| Some(m.id) == under);
        match (number(keys, 0), number(keys, 1)) {
            (Some(l), Some(i)) if comparable.is_some_and(|m| methodology::level(m, l, i).is_some()) => {
                *cells.entry((l, i)).or_default() += count;
            }
            (Some(_), Some(_)) => elsewhere += count,
            _ => unrated += count,
        }
    }
    let cells = methodology.map(|methodology| all_cells(methodology, &cells)).unwrap_or_default();
    json!({"rating": rating, "methodologyId": methodology.map(|m| m.id), "unrated": unrated, "elsewhere": elsewhere,
        "cells": cells})
}

fn all_cells(methodology: &Methodology, counts: &BTreeMap<(i32, i32), u64>) -> Vec<Value> {
    let mut cells = Vec::new();
    for (likelihood, row) in (1_i32..).zip(&methodology.matrix.0) {
        for (impact, level) in (1_i32..).zip(row) {
            let place = usize::try_from(*level).unwrap_or_default().saturating_sub(1);
            let step = methodology.levels.0.get(place).cloned().unwrap_or_default();
            cells.push(json!({
                "likelihood": likelihood, "impact": impact, "level": level,
                "label": step.label, "colour": step.colour,
                "aboveCriterion": *level > methodology.acceptance_level,
                "count": counts.get(&(likelihood, impact)).copied().unwrap_or_default(),
            }));
        }
    }
    cells
}

fn coverage_field() -> Field {
    let field = Field::new("soaCoverage", TypeRef::named_nn_list("SoaTheme"), |context| {
        FieldFuture::new(async move {
            let read = async {
                let session = session(context.ctx)?;
                let pairs = session.tell(filter::pairs(&context.args))?;
                let by = vec!["theme", "status", "applicability"];
                let (counts, as_of) = session.tell(count::of(session, "Control", pairs, by).await)?;
                let themes = coverage(&counts);
                Ok(Some(FieldValue::list(themes.into_iter().map(|theme| shown(theme, as_of)))))
            };
            or_null(context.ctx, read).await
        })
    });
    filter::arguments("Control")
        .into_iter()
        .fold(field, Field::argument)
        .description("How many controls apply, are excluded or undecided, by theme and status.")
}

fn shown(value: Value, as_of: Option<Time>) -> FieldValue<'static> {
    Shown::value(Arc::new(value), as_of)
}

/// Applicable, excluded, undecided.
type Decided = [u64; 3];

fn coverage(counts: &super::records::Counts) -> Vec<Value> {
    let mut themes: BTreeMap<&str, BTreeMap<&str, Decided>> = BTreeMap::new();
    for (keys, count) in counts {
        let [Some(theme), Some(status), Some(applicability)] = keys.as_slice() else { continue };
        let [applicable, excluded, undecided] = themes.entry(theme).or_default().entry(status).or_default();
        *match applicability.as_str() {
            "applicable" => applicable,
            "excluded" => excluded,
            _ => undecided,
        } += count;
    }
    let each = themes.into_iter().map(|(theme, statuses)| {
        let [applicable, excluded, undecided] =
            statuses.values().fold([0; 3], |[a, b, c], [x, y, z]| [a + x, b + y, c + z]);
        let statuses = statuses.into_iter().map(|(status, [applicable, excluded, undecided])| {
            json!({"status": status, "applicable": applicable, "excluded": excluded, "undecided": undecided})
        });
        json!({"theme": theme, "controls": applicable + excluded + undecided, "applicable": applicable,
            "excluded": excluded, "undecided": undecided, "statuses": statuses.collect::<Vec<_>>()})
    });
    each.collect()
}
