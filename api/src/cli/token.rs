//! `isms token`: what the administrator of an organisation does about tokens, without the service running.

use super::Operator;
use crate::caller::Caller;
use crate::leadership::{api_token::ApiToken, user::User};
use crate::resource::{Error, Outcome, Version, service};
use crate::store::{Query, Test};
use clap::{Args, Subcommand};
use isms_entity::Time;
use serde_json::json;
use std::io::{ErrorKind, Write};

/// What to do about tokens.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Make a token and print it once; a person's takes an administrator of the whole organisation, and is good as long as they are
    Create(Create),
    /// List tokens, those revoked too
    List {
        /// Only those of this user, by address
        #[arg(long, value_name = "EMAIL")]
        user: Option<String>,
        #[command(flatten)]
        acting: Acting,
    },
    /// Revoke a token; it is refused from the next request on
    Revoke {
        /// The token's reference, such as TOK-0003
        reference: String,
        #[command(flatten)]
        acting: Acting,
    },
}

/// A token to be made.
#[derive(Args)]
pub(super) struct Create {
    /// Whose rights it carries, by address
    #[arg(long, value_name = "EMAIL")]
    user: String,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    name: String,
    /// What of these rights it may use: read, write, and for services plural names of record types or *
    #[arg(long = "scope", num_args = 1.., default_values = ["read", "write"])]
    scopes: Vec<String>,
    /// Days until it ends; never unless given
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..=3650))]
    days: Option<i64>,
    #[command(flatten)]
    acting: Acting,
}

/// Who does it.
#[derive(Args)]
pub(super) struct Acting {
    /// The administrator who acts, by address; the first one unless given
    #[arg(long = "as", value_name = "EMAIL")]
    email: Option<String>,
}

/// Runs one of the commands.
///
/// # Errors
/// When there is no such user, token or administrator, or the rules say no.
pub(super) async fn run(operator: &Operator, command: Command) -> Outcome<()> {
    match command {
        Command::Create(create) => {
            let caller = operator.administrator(create.acting.email.as_deref()).await?;
            self::create(&caller, create).await
        }
        Command::List { user, acting } => {
            list(&operator.administrator(acting.email.as_deref()).await?, user.as_deref()).await
        }
        Command::Revoke { reference, acting } => {
            revoke(&operator.administrator(acting.email.as_deref()).await?, &reference).await
        }
    }
}

async fn create(caller: &Caller, wanted: Create) -> Outcome<()> {
    let user = user(caller, &wanted.user).await?;
    let ends = wanted.days.map(|days| Time(caller.now().0 + days * 86_400_000_000));
    let draft = json!({"name": wanted.name, "userId": user, "scopes": wanted.scopes, "expiresAt": ends});
    let transaction = caller.begin().await?;
    let created = service::create::<ApiToken>(&transaction, draft).await?;
    transaction.commit().await?;
    let row = &created.found.row;
    let secret = created.secret.ok_or_else(|| Error::Internal("the token was not told".into()))?;
    say!("{} for {}, shown this once:\n\n  {secret}\n", row.reference, wanted.user);
    Ok(())
}

async fn list(caller: &Caller, email: Option<&str>) -> Outcome<()> {
    let mut query = Query::default().with_retired();
    if let Some(email) = email {
        query.tests.push(Test::is("user_id", user(caller, email).await?));
    }
    let users = caller.all::<User>(&Query::default().with_retired()).await?;
    let mut text = format!("{:<10} {:<10} {:<28} {:<36} {:<24} scopes\n", "token", "begins", "name", "user", "stands");
    for found in caller.all::<ApiToken>(&query).await? {
        let row = &found.row;
        let user = users.iter().find(|user| user.row.id == row.user_id).map_or("", |user| user.row.email.as_str());
        let day = |time: Time| chrono::DateTime::<chrono::Utc>::from(time).format("%Y-%m-%d");
        let stands = match (row.retired_at, row.expires_at) {
            (Some(at), _) => format!("revoked {}", day(at)),
            (None, Some(end)) if end <= caller.now() => format!("ended {}", day(end)),
            (None, Some(end)) => format!("good until {}", day(end)),
            (None, None) => "good".to_owned(),
        };
        let scopes = row.scopes.0.join(" ");
        text += &format!("{:<10} {:<10} {:<28} {user:<36} {stands:<24} {scopes}\n", row.reference, row.hint, row.name);
    }
    // Who reads no further than they like, as `head` does, has read enough.
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Error::Internal(error.to_string())),
        _ => Ok(()),
    }
}

async fn revoke(caller: &Caller, reference: &str) -> Outcome<()> {
    let query = Query::of([Test::is("reference", reference)]).with_retired();
    let found = caller.all::<ApiToken>(&query).await?;
    let Some(token) = found.first() else {
        return Err(Error::Malformed(format!("there is no token {reference}")));
    };
    let transaction = caller.begin().await?;
    service::retire::<ApiToken>(&transaction, token.row.id, Version::Any, true).await?;
    transaction.commit().await?;
    say!("{reference} is revoked.");
    Ok(())
}

async fn user(caller: &Caller, email: &str) -> Outcome<uuid::Uuid> {
    let query = Query::of([Test::is("email", email.trim().to_lowercase())]);
    let found = caller.all::<User>(&query).await?;
    found.first().map(|user| user.row.id).ok_or_else(|| Error::Malformed(format!("there is no user {email}")))
}
