//! The founding of an organisation: the one write that nobody could be asked about.

use super::Store;
use super::append::Author;
use crate::caller::{Clock, token};
use crate::context::{organisation::Organisation, unit::Unit};
use crate::leadership::{api_token::ApiToken, role_assignment::RoleAssignment, user::User};
use crate::resource::{Outcome, Resource};
use isms_entity::leadership::role_assignment::{self, Role};
use isms_entity::leadership::{api_token, user};
use isms_entity::{Common, Recorded, Time, Words, context};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query as Sql};
use uuid::Uuid;

/// A new organisation and the token of its first administrator.
#[derive(Debug)]
pub struct Founded {
    /// The organisation.
    pub organisation: Uuid,
    /// The token; shown once.
    pub token: String,
}

/// What is counted for an organisation.
const COUNTER: [&str; 8] = [
    "organisation_id",
    "access_epoch",
    "trail_position",
    "trail_at",
    "sealed_size",
    "sealed_at",
    "sealed_number",
    "seal",
];

impl Store {
    /// Whether there is any organisation yet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_empty(&self) -> Outcome<bool> {
        let select = Sql::select().column(Alias::new("id")).from(Alias::new("organisation")).limit(1).to_owned();
        Ok(self.one(&select).await?.is_none())
    }

    /// Founds an organisation with a root unit, a first administrator and their token: the one write that no
    /// permit allows, because there is nobody yet who could be asked.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn found(&self, name: &str, administrator: &str, email: &str, now: Time) -> Outcome<Founded> {
        let store = self.in_turn(Uuid::nil()).await?.begin().await?;
        let founded = store.establish_all(name, administrator, email, now).await?;
        store.commit().await?;
        Ok(founded)
    }

    /// Founds the first organisation, unless there is one already: of several servers that start at once, one does.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn found_first(
        &self,
        name: &str,
        administrator: &str,
        email: &str,
        now: Time,
    ) -> Outcome<Option<Founded>> {
        let store = self.alone().await?;
        if !store.is_empty().await? {
            store.rollback().await;
            return Ok(None);
        }
        let founded = store.establish_all(name, administrator, email, now).await?;
        store.commit().await?;
        Ok(Some(founded))
    }

    async fn establish_all(&self, name: &str, administrator: &str, email: &str, now: Time) -> Outcome<Founded> {
        let store = self;
        let (organisation, root, person, secret) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7(), token::mint());
        let insert = Sql::insert()
            .into_table(Alias::new("tenant_counter"))
            .columns(COUNTER.map(Alias::new))
            .values_panic([
                organisation.into(),
                1_i64.into(),
                0_i64.into(),
                0_i64.into(),
                0_i64.into(),
                0_i64.into(),
                0_i64.into(),
                token::secret().into(),
            ])
            .to_owned();
        store.run(&insert).await?;
        let author = Author {
            organisation,
            actor: person,
            actor_type: "User",
            authentication: serde_json::json!({"method": "bootstrap"}),
            request_id: "bootstrap",
            now,
            clock: &Clock::pinned(now.into()),
        };
        let unit =
            context::unit::Model { name: name.into(), kind: context::unit::UnitKind::Entity, ..Default::default() };
        store.establish::<Unit>(&author, root, root, unit).await?;
        store.place_unit(root, None).await?;
        let row = context::organisation::Model { name: name.into(), ..Default::default() };
        store.establish::<Organisation>(&author, organisation, root, row).await?;
        let row = user::Model { name: administrator.into(), email: email.into(), active: true, ..Default::default() };
        store.establish::<User>(&author, person, root, row).await?;
        let row = role_assignment::Model { user_id: person, role: Role::Administrator, ..Default::default() };
        store.establish::<RoleAssignment>(&author, Uuid::now_v7(), root, row).await?;
        let row = api_token::Model {
            name: "Bootstrap".into(),
            user_id: person,
            scopes: Words(vec!["read".into(), "write".into()]),
            hint: token::hint(&secret),
            hash: token::hash(&secret).unwrap_or_default(),
            ..Default::default()
        };
        store.establish::<ApiToken>(&author, Uuid::now_v7(), root, row).await?;
        Ok(Founded { organisation, token: secret })
    }

    /// Gives every organisation that has none its secret.
    pub(super) async fn seal_all(&self) -> Outcome<()> {
        let none = Expr::col(Alias::new("seal")).is_null();
        let select = Sql::select()
            .column(Alias::new("organisation_id"))
            .from(Alias::new("tenant_counter"))
            .and_where(none)
            .limit(1)
            .to_owned();
        if self.one(&select).await?.is_none() {
            return Ok(());
        }
        let update = Sql::update()
            .table(Alias::new("tenant_counter"))
            .value(Alias::new("seal"), token::secret())
            .and_where(Expr::col(Alias::new("seal")).is_null())
            .to_owned();
        self.run(&update).await.map(drop)
    }

    async fn establish<R: Resource>(&self, author: &Author<'_>, id: Uuid, unit: Uuid, mut row: R::Row) -> Outcome<()> {
        row.set_common(Common { id, organisation_id: author.organisation, unit_id: unit, ..Common::default() });
        self.insert_rows::<R>(author, &mut [row], vec![vec!["bootstrap".into()]]).await
    }
}
