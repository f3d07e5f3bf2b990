//! The lists of every record type, as the product selects them, hold exactly what Cedar permits record by record.

use super::world::{World, service_and_store};
use crate::app::engine;
use crate::caller::{Authenticator, Caller, Clock};
use crate::resource::Resource;
use crate::resources::{self, Visitor};
use crate::store::Query;
use futures::future::LocalBoxFuture;
use isms_authz::{Action, Bundle};
use isms_entity::Recorded;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// What one caller is shown of a type, and what another, who should be the same, is permitted to list.
struct Compared {
    name: &'static str,
    listed: BTreeSet<Uuid>,
    permitted: BTreeSet<Uuid>,
}

async fn compared<R: Resource>(shown: Caller, permitted: Caller) -> Compared {
    let all = Query::default().with_retired();
    let listed = shown.all::<R>(&all).await.unwrap().iter().map(|found| found.row.common().id).collect();
    let rows = shown.for_rules::<R>(&all).await.unwrap();
    let rows = rows.iter().filter(|row| permitted.permit::<R>(Action::List, row).is_ok());
    Compared { name: R::SPEC.name, listed, permitted: rows.map(|row| row.common().id).collect() }
}

struct Compare {
    shown: Caller,
    permitted: Caller,
    each: Vec<LocalBoxFuture<'static, Compared>>,
}

impl Visitor for Compare {
    fn visit<R: Resource>(&mut self) {
        self.each.push(Box::pin(compared::<R>(self.shown.clone(), self.permitted.clone())));
    }
}

async fn differing(shown: &Caller, permitted: &Caller) -> (usize, Vec<&'static str>) {
    let mut compare = Compare { shown: shown.clone(), permitted: permitted.clone(), each: Vec::new() };
    resources::visit(&mut compare);
    let (mut records, mut differing) = (0, Vec::new());
    for each in compare.each {
        let compared = each.await;
        records += compared.listed.len();
        if compared.listed != compared.permitted {
            differing.push(compared.name);
        }
    }
    (records, differing)
}

#[actix_web::test]
async fn what_is_selected_is_what_is_permitted() {
    let (service, admin, store) = service_and_store().await;
    let world = World::build(service, &admin).await;
    let engine = Arc::new(engine(&Bundle::embedded()).unwrap());
    let authenticator = Authenticator::new(store, engine, Clock::System);
    let (mut callers, mut examined) = (Vec::new(), 0);
    for token in [&admin, &world.manager, &world.owner] {
        callers.push(authenticator.caller(token, "test".into()).await.unwrap());
    }
    for caller in &callers {
        let (records, differing) = differing(caller, caller).await;
        assert!(differing.is_empty(), "{}: {differing:?}", caller.access.name);
        examined += records;
    }
    println!("{examined} records examined");
    assert!(examined > 20);
    // The same with the rights of somebody else must be noticed, in spelled-out units as well as in whole trees.
    for (one, other) in [(1, 2), (2, 1), (0, 1)] {
        let (_, differing) = differing(&callers[one], &callers[other]).await;
        assert!(!differing.is_empty(), "{one} passes for {other}");
    }
}
