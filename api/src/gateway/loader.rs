//! Edges of one level are read together: one statement for each record type, however many parents there are.

use super::records::{self, Json};
use crate::caller::Caller;
use crate::resource::Error;
use async_graphql::dataloader::Loader;
use futures::future::try_join_all;
use isms_entity::Time;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// Reads under one caller's conditions.
pub struct Batch {
    /// Who asks.
    pub caller: Caller,
}

/// A record that an edge leads to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ahead {
    /// Its type.
    pub kind: &'static str,
    /// As of when.
    pub as_of: Option<Time>,
    /// Its id; nil where the edge leads nowhere and only waits for its siblings.
    pub id: Uuid,
}

/// The records that refer to a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Behind {
    /// Their type.
    pub kind: &'static str,
    /// The field by which they refer.
    pub field: &'static str,
    /// As of when.
    pub as_of: Option<Time>,
    /// The most that are wanted.
    pub first: u64,
    /// The record referred to.
    pub id: Uuid,
}

impl Loader<Ahead> for Batch {
    type Value = Json;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Ahead]) -> Result<HashMap<Ahead, Json>, Arc<Error>> {
        let mut groups: HashMap<(&'static str, Option<Time>), Vec<Uuid>> = HashMap::new();
        for key in keys.iter().filter(|key| !key.id.is_nil()) {
            groups.entry((key.kind, key.as_of)).or_default().push(key.id);
        }
        let reads = groups.into_iter().map(|((kind, as_of), ids)| async move {
            let Some(records) = records::of(kind) else { return Ok((kind, as_of, HashMap::new())) };
            Ok::<_, Error>((kind, as_of, records.some(self.caller.at(as_of), ids).await?))
        });
        let found = try_join_all(reads).await.map_err(Arc::new)?;
        let each = found.into_iter().flat_map(|(kind, as_of, found)| {
            found.into_iter().map(move |(id, json)| (Ahead { kind, as_of, id }, json))
        });
        Ok(each.collect())
    }
}

impl Loader<Behind> for Batch {
    type Value = Vec<Json>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Behind]) -> Result<HashMap<Behind, Vec<Json>>, Arc<Error>> {
        let alike: HashSet<Behind> = keys.iter().map(|key| Behind { id: Uuid::nil(), ..key.clone() }).collect();
        let reads = alike.into_iter().map(|group| async move {
            let ids = keys.iter().filter(|key| Behind { id: Uuid::nil(), ..(*key).clone() } == group).map(|key| key.id);
            let Some(records) = records::of(group.kind) else { return Ok((group, HashMap::new())) };
            let caller = self.caller.at(group.as_of);
            let found = records.behind(caller, group.field, ids.collect(), group.first).await?;
            Ok::<_, Error>((group, found))
        });
        let found = try_join_all(reads).await.map_err(Arc::new)?;
        let each = found
            .into_iter()
            .flat_map(|(group, found)| found.into_iter().map(move |(id, list)| (Behind { id, ..group.clone() }, list)));
        Ok(each.collect())
    }
}
