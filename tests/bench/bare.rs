//! What the product is measured against: actix and sqlx, statements written by hand, and no authorization.

use crate::row::{COLUMNS, Risk};
use actix_web::{HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use isms::caller::Seal;
use isms::config::Config;
use sea_orm::sqlx::postgres::{PgPool, PgPoolOptions};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};
use sea_orm::sqlx::{self, Row};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

#[derive(Clone)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// The statements, written once.
struct Statements {
    one: &'static str,
    of_all: &'static str,
    of_unit: &'static str,
    of_owner: &'static str,
}

/// Whose risks are listed: those of a unit and below, those of an owner and their unit, or all.
#[derive(Deserialize)]
struct Asked {
    limit: usize,
    unit: Option<Uuid>,
    owner: Option<Uuid>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    items: Vec<Risk>,
    next_cursor: Option<String>,
}

/// What it serves.
pub async fn routes(config: &Config) -> impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static {
    let (url, most) = (config.database_url.as_str(), config.database_connections);
    let pool = if url.starts_with("sqlite:") {
        let options: SqliteConnectOptions = url.parse().expect("an address");
        let options = options.journal_mode(SqliteJournalMode::Wal);
        Pool::Sqlite(
            SqlitePoolOptions::new().max_connections(most).test_before_acquire(false).connect_lazy_with(options),
        )
    } else {
        let options = PgPoolOptions::new().max_connections(most).test_before_acquire(false);
        Pool::Postgres(options.connect_lazy(url).expect("an address"))
    };
    let seal = pool.seal().await;
    let statements = Arc::new(Statements::write(isms::caller::Clock::System.today().to_string().as_str()));
    move |app| {
        app.app_data(web::Data::new(pool.clone()))
            .app_data(web::Data::new(seal.clone()))
            .app_data(web::Data::from(Arc::clone(&statements)))
            .route("/v1/risks", web::get().to(list))
            .route("/v1/risks/{id}", web::get().to(read));
    }
}

async fn read(pool: web::Data<Pool>, statements: web::Data<Statements>, id: web::Path<Uuid>) -> HttpResponse {
    match pool.rows(statements.one, &[*id]).await.first() {
        Some(risk) => shown(risk),
        None => HttpResponse::NotFound().finish(),
    }
}

async fn list(
    pool: web::Data<Pool>,
    seal: web::Data<Seal>,
    statements: web::Data<Statements>,
    asked: web::Query<Asked>,
) -> HttpResponse {
    let (sql, values) = match (asked.unit, asked.owner) {
        (Some(unit), Some(owner)) => (statements.of_owner, vec![owner, unit]),
        (Some(unit), None) => (statements.of_unit, vec![unit]),
        _ => (statements.of_all, vec![]),
    };
    assert_eq!(asked.limit, 50, "the statements are written for pages of 50");
    let mut items = pool.rows(sql, &values).await;
    let more = items.len() > asked.limit;
    items.truncate(asked.limit);
    let next_cursor = items.last().filter(|_| more).map(|last| cursor(&seal, last.id));
    shown(&Page { items, next_cursor })
}

fn shown(what: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(serde_json::to_string(what).expect("JSON"))
}

/// Where the next page begins, as the product writes it for a list without filters.
fn cursor(seal: &Seal, last: Uuid) -> String {
    let body = format!("[[],\"{last}\"]");
    let mut bytes = seal.mark("Risk[][]NoneHideNone", &body);
    bytes.extend_from_slice(body.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Pool {
    /// What the only organisation marks its cursors with.
    async fn seal(&self) -> Seal {
        let sql = "SELECT seal, organisation_id FROM tenant_counter";
        let (secret, organisation): (String, Uuid) = match self {
            Self::Sqlite(pool) => {
                let row = sqlx::query(sql).fetch_one(pool).await.expect("an organisation");
                (row.get(0), row.get(1))
            }
            Self::Postgres(pool) => {
                let row = sqlx::query(sql).fetch_one(pool).await.expect("an organisation");
                (row.get(0), row.get(1))
            }
        };
        Seal::new(&secret, organisation)
    }

    async fn rows(&self, sql: &'static str, values: &[Uuid]) -> Vec<Risk> {
        match self {
            Self::Sqlite(pool) => {
                let query = values.iter().fold(sqlx::query(sql), |query, value| query.bind(*value));
                query.fetch_all(pool).await.expect("rows").iter().map(Risk::sqlite).collect()
            }
            Self::Postgres(pool) => {
                let query = values.iter().fold(sqlx::query(sql), |query, value| query.bind(*value));
                query.fetch_all(pool).await.expect("rows").iter().map(Risk::postgres).collect()
            }
        }
    }
}

/// What is being done about a risk, and whether anybody answers for it, as the product defines them.
const HANDLING: &str = "CASE WHEN r.current_level IS NULL THEN 'unrated' WHEN NOT r.above_criterion THEN 'withinCriterion' \
    WHEN EXISTS (SELECT 1 FROM acceptance c JOIN methodology m ON m.id = c.methodology_id WHERE c.risk_id = r.id \
        AND c.state = 'accepted' AND c.retired_at IS NULL AND c.expires_on >= {today} AND c.risk_hash = r.content_hash \
        AND m.state = 'approved' AND NOT EXISTS (SELECT 1 FROM link l JOIN control k ON k.id = l.target_id \
            WHERE l.source_id = r.id AND l.source_type = 'Risk' AND l.field = 'controlIds' AND k.updated_at > c.decided_at)) \
        THEN 'accepted' \
    WHEN EXISTS ({action} AND a.due_on < {today}) THEN 'overdueTreatment' \
    WHEN EXISTS ({action} AND a.due_on >= {today}) THEN 'onTimeTreatment' ELSE 'unhandled' END";
const ACTION: &str = "SELECT 1 FROM link l JOIN action a ON a.id = l.source_id JOIN treatment_plan p ON p.id = a.plan_id \
    WHERE l.target_id = r.id AND l.source_type = 'Action' AND l.field = 'riskIds' AND p.state = 'approved' \
    AND p.retired_at IS NULL AND a.retired_at IS NULL AND a.state IN ('open', 'inProgress', 'blocked')";
const ORPHANED: &str =
    "NOT EXISTS (SELECT 1 FROM \"user\" u WHERE u.id = r.owner_id AND u.active AND u.retired_at IS NULL)";
const ASSUMED: &str = "(SELECT COUNT(*) FROM link k JOIN control c ON c.id = k.target_id WHERE k.source_id = r.id \
    AND k.source_type = 'Risk' AND k.field = 'controlIds' AND (c.status <> 'implemented' OR c.retired_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM link l \
        JOIN evidence e ON e.id = l.source_id WHERE l.target_id = c.id AND l.source_type = 'Evidence' \
        AND l.field = 'controlIds' AND e.state = 'accepted' AND e.retired_at IS NULL AND e.disposed_at IS NULL AND NOT e.confidential \
        AND (e.valid_until IS NULL OR e.valid_until >= {today}))))";
const OVERDUE: &str = "(r.review_on IS NOT NULL AND r.review_on < {today})";

impl Statements {
    fn write(today: &str) -> Self {
        let column = |name: &&str| match *name {
            "handling" => HANDLING.replace("{action}", ACTION),
            "overdue" => OVERDUE.to_owned(),
            "orphaned" => ORPHANED.to_owned(),
            "assumed_controls" => ASSUMED.to_owned(),
            name => format!("r.{name}"),
        };
        let columns = COLUMNS.iter().map(column).collect::<Vec<_>>().join(", ");
        let columns = columns.replace("{today}", &format!("'{today}'"));
        let select = |end: &str| -> &'static str { format!("SELECT {columns} FROM risk r WHERE {end}").leak() };
        let list = |which: &str| select(&format!("{which}r.retired_at IS NULL ORDER BY r.id LIMIT 51"));
        Self {
            one: select("r.id = $1"),
            of_all: list(""),
            of_unit: list("r.unit_id IN (SELECT descendant_id FROM unit_closure WHERE ancestor_id = $1) AND "),
            of_owner: list("(r.owner_id = $1 OR r.unit_id = $2) AND "),
        }
    }
}
