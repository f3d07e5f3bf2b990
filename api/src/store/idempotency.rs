//! Answers kept for idempotency keys, in the transaction of the effect they answer for.

use super::Store;
use crate::caller::{Caller, token};
use crate::resource::{Error, Outcome};
use isms_entity::{Json, Time};
use sea_orm::sea_query::{Alias, DeleteStatement, Expr, ExprTrait, Query as Sql};
use uuid::Uuid;

/// How long an answer is kept, microseconds: a day.
const KEPT: i64 = 24 * 3600 * 1_000_000;

/// A key as a request brings it.
#[derive(Clone, Debug)]
pub struct KeyClaim {
    /// The client's key.
    pub key: String,
    /// Hash of method, address and body.
    pub fingerprint: String,
    /// Whether it is kept so that it leads to nobody, and to nothing that was said.
    pub unnamed: bool,
}

/// A key as it is kept: whose it is, the key itself, and the hash of the request.
struct Kept {
    caller: Uuid,
    key: String,
    fingerprint: String,
}

/// An answer, to be given again.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers that belong to it.
    pub headers: Vec<(String, String)>,
    /// Body; secrets are left out.
    pub body: String,
}

/// Lets go of answers that were kept long enough.
fn expired(now: Time) -> DeleteStatement {
    Sql::delete()
        .from_table(Alias::new("idempotency_key"))
        .and_where(Expr::col(Alias::new("created_at")).lt(now.0 - KEPT))
        .to_owned()
}

impl Store {
    /// Lets go of the expired answers of everybody, such as those who never came back. Callers let go of their own: a
    /// request must not wait for another tenant's.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget_answers(&self, now: Time) -> Outcome<()> {
        self.run(&expired(now)).await.map(drop)
    }
}

impl Caller {
    /// What is kept of a key. Of one that leads to nobody these are marks made with the organisation's secret, of texts
    /// which begin with the client's key: who knows neither finds neither caller nor request by trying.
    fn kept(&self, claim: &KeyClaim) -> Outcome<Kept> {
        if !claim.unnamed {
            let (key, fingerprint) = (claim.key.clone(), claim.fingerprint.clone());
            return Ok(Kept { caller: self.id(), key, fingerprint });
        }
        let mark =
            |usage: &str, text: &str| self.access.seal.mark(usage, &format!("{}\0{}\0{text}", claim.key, self.id()));
        let caller = Uuid::from_slice(&mark("idempotency caller", ""));
        Ok(Kept {
            caller: caller.map_err(|error| Error::Internal(format!("a mark is no id: {error}")))?,
            key: token::hex(&mark("idempotency key", "")),
            fingerprint: token::hex(&mark("idempotency request", &claim.fingerprint)),
        })
    }

    /// The answer given to this key before, if any.
    ///
    /// # Errors
    /// [`Error::KeyReused`] when it was given to another request.
    pub async fn answered(&self, claim: &KeyClaim) -> Outcome<Option<Answer>> {
        let kept = self.kept(claim)?;
        self.store.run(expired(self.now()).and_where(Expr::col(Alias::new("caller_id")).eq(self.id()))).await?;
        let select = Sql::select()
            .columns(["fingerprint", "status", "headers", "body"].map(Alias::new))
            .from(Alias::new("idempotency_key"))
            .and_where(Expr::col(Alias::new("caller_id")).eq(kept.caller))
            .and_where(Expr::col(Alias::new("key")).eq(kept.key))
            .to_owned();
        let Some(row) = self.store.one(&select).await? else { return Ok(None) };
        let fingerprint: String = row.try_get("", "fingerprint")?;
        if fingerprint != kept.fingerprint {
            return Err(Error::KeyReused);
        }
        let (status, headers): (i32, Json) = (row.try_get("", "status")?, row.try_get("", "headers")?);
        Ok(Some(Answer {
            status: u16::try_from(status).unwrap_or(200),
            headers: serde_json::from_value(headers.0)?,
            body: row.try_get("", "body")?,
        }))
    }

    /// Keeps the answer to this key.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn keep_answer(&self, claim: &KeyClaim, answer: &Answer) -> Outcome<()> {
        let kept = self.kept(claim)?;
        let insert = Sql::insert()
            .into_table(Alias::new("idempotency_key"))
            .columns(["caller_id", "key", "fingerprint", "status", "headers", "body", "created_at"].map(Alias::new))
            .values_panic([
                kept.caller.into(),
                kept.key.into(),
                kept.fingerprint.into(),
                i32::from(answer.status).into(),
                Expr::val(serde_json::to_value(&answer.headers)?),
                answer.body.as_str().into(),
                self.now().0.into(),
            ])
            .to_owned();
        self.store.run(&insert).await.map(drop)
    }
}
