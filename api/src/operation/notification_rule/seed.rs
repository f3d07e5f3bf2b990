//! The shipped rules, made where they are missing (data, because law changes).

use super::{NotificationRule, STARTER};
use crate::caller::Caller;
use crate::planning::catalogue::Catalogue;
use crate::resource::{Outcome, service};
use crate::store::Query;
use isms_entity::Recorded;
use serde_json::Value;

impl Catalogue for NotificationRule {
    async fn seed(caller: &Caller) -> Outcome<usize> {
        let there = caller.for_rules::<Self>(&Query::default().with_retired()).await?;
        let (mut made, mut before) = (0, None);
        for mut draft in serde_json::from_str::<Vec<Value>>(STARTER)? {
            let text = |name: &str| draft.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (regime, title) = (text("regime"), text("title"));
            let known = there.iter().find(|rule| rule.regime == regime && rule.title == title);
            if let Some(rule) = known {
                before = Some(rule.id);
                continue;
            }
            let follows = text("clockStart") == "previous";
            if let (true, Some(fields), Some(id)) = (follows, draft.as_object_mut(), before) {
                fields.insert("previousRuleId".into(), Value::String(id.to_string()));
            }
            before = Some(service::create::<Self>(caller, draft).await?.found.row.common().id);
            made += 1;
        }
        Ok(made)
    }
}
