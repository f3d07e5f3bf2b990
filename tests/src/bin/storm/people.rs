//! The people of the organisation that the storm writes in: those who write, one who may not, one who takes the trail home.

use crate::outcome::{Outcome, wrong};
use crate::wire::Wire;
use serde_json::{Value, json};

/// So many clients write at once.
pub const CLIENTS: usize = 8;

/// Tokens of people.
#[derive(Clone, Debug)]
pub struct People {
    /// Managers, one for each client.
    pub writers: Vec<String>,
    /// The administrator, who may write no assets.
    pub stranger: String,
    /// Somebody who may export the organisation.
    pub keeper: String,
}

/// The administrator makes them all.
///
/// # Errors
/// When the service refuses.
pub async fn settle_in(administrator: &Wire) -> Outcome<People> {
    let mut writers = Vec::new();
    for n in 0..CLIENTS {
        writers.push(person(administrator, &format!("Writer {n}"), "manager").await?);
    }
    let keeper = person(administrator, "Keeper", "management").await?;
    Ok(People { writers, stranger: administrator.token.clone(), keeper })
}

async fn person(administrator: &Wire, name: &str, role: &str) -> Outcome<String> {
    let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
    let user = administrator.make("/v1/users", &json!({"name": name, "email": email})).await?;
    let id = text(&user, "id")?;
    administrator.make("/v1/role-assignments", &json!({"userId": id, "role": role})).await?;
    let invitation = administrator.make("/v1/invitations", &json!({"userId": id})).await?;
    let link = text(&invitation, "link")?;
    let guest = administrator.with(&administrator.base, link.trim_start_matches("/invitation#"));
    text(&guest.make("/v1/invitations:accept", &json!({})).await?, "token")
}

fn text(value: &Value, name: &str) -> Outcome<String> {
    value.get(name).and_then(Value::as_str).map_or_else(|| wrong(format!("there is no {name}")), |text| Ok(text.into()))
}
