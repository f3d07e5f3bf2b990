//! What writes are measured against: actix and statements written by hand, where nobody is asked and nothing is checked.

use crate::desk::{Desk, one, run, values};
use actix_web::{HttpResponse, web};
use isms::caller::Clock;
use isms::config::Config;
use isms_entity::planning::asset::{self, Draft, Kept};
use isms_entity::{Drafted, Time};
use sea_orm::{FromQueryResult, QueryResult, TransactionTrait};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Whether a plain entry of the trail goes with the write.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    trail: bool,
}

/// What a client changes.
#[derive(Deserialize)]
struct Patch {
    description: String,
}

/// An asset as the product shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    id: Uuid,
    reference: String,
    version: i32,
    created_at: Time,
    created_by: Uuid,
    updated_at: Time,
    updated_by: Uuid,
    retired_at: Option<Time>,
    #[serde(flatten)]
    draft: Draft,
    #[serde(flatten)]
    kept: Kept,
    effective_confidentiality: i32,
    effective_integrity: i32,
    effective_availability: i32,
    overdue: bool,
    orphaned: bool,
    allowed_actions: [&'static str; 0],
    withheld: [&'static str; 0],
}

/// What it serves.
pub async fn routes(config: &Config) -> impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static {
    let desk = Desk::at(config).await;
    move |app| {
        app.app_data(web::Data::new(desk.clone()))
            .route("/v1/me", web::get().to(me))
            .route("/v1/assets", web::post().to(create))
            .route("/v1/assets/{id}", web::patch().to(update));
    }
}

async fn me(desk: web::Data<Desk>) -> HttpResponse {
    HttpResponse::Ok().json(json!({"id": desk.actor}))
}

async fn create(desk: web::Data<Desk>, asked: web::Query<Asked>, draft: web::Json<Draft>) -> HttpResponse {
    let transaction = desk.database.begin().await.expect("a transaction");
    let count = "INSERT INTO reference_counter (organisation_id, prefix, last) VALUES ($1, 'AST', 1) \
        ON CONFLICT (organisation_id, prefix) DO UPDATE SET last = reference_counter.last + 1 RETURNING last";
    let number: i64 = one(&transaction, count, [desk.organisation.into()]).await.try_get("", "last").expect("a number");
    let now = Clock::System.now();
    let mut row = asset::Model {
        id: Uuid::now_v7(),
        organisation_id: desk.organisation,
        unit_id: desk.unit,
        reference: format!("AST-{number:04}"),
        version: 1,
        created_at: now,
        created_by: desk.actor,
        updated_at: now,
        updated_by: desk.actor,
        ..asset::Model::default()
    };
    row.write(draft.into_inner());
    run(&transaction, &desk.insert, values::<asset::Entity>(&row)).await;
    if asked.trail {
        desk.record(&transaction, "create", None, &row).await;
    }
    transaction.commit().await.expect("an end");
    HttpResponse::Created().json(Shown::from(row))
}

async fn update(
    desk: web::Data<Desk>,
    asked: web::Query<Asked>,
    id: web::Path<Uuid>,
    patch: web::Json<Patch>,
) -> HttpResponse {
    let transaction = desk.database.begin().await.expect("a transaction");
    let read = |row: QueryResult| asset::Model::from_query_result(&row, "").expect("an asset");
    let before = if asked.trail {
        Some(read(one(&transaction, "SELECT * FROM asset WHERE id = $1", [(*id).into()]).await))
    } else {
        None
    };
    let description = patch.into_inner().description;
    let changes = [description.into(), Clock::System.now().0.into(), desk.actor.into(), (*id).into()];
    let row = read(one(&transaction, &desk.update, changes).await);
    if let Some(before) = &before {
        desk.record(&transaction, "update", Some(before), &row).await;
    }
    transaction.commit().await.expect("an end");
    HttpResponse::Ok().json(Shown::from(row))
}

impl From<asset::Model> for Shown {
    fn from(row: asset::Model) -> Self {
        Self {
            id: row.id,
            reference: row.reference.clone(),
            version: row.version,
            created_at: row.created_at,
            created_by: row.created_by,
            updated_at: row.updated_at,
            updated_by: row.updated_by,
            retired_at: row.retired_at,
            draft: Draft::from(&row),
            kept: Kept::from(&row),
            // Nothing depends on an asset here, and its owner is there.
            effective_confidentiality: row.confidentiality,
            effective_integrity: row.integrity,
            effective_availability: row.availability,
            overdue: false,
            orphaned: false,
            allowed_actions: [],
            withheld: [],
        }
    }
}
