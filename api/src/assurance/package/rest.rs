//! `POST /v1/engagements/{id}/package`, and the file of a package.

use super::make;
use crate::config::Config;
use crate::evaluation::audit_package::AuditPackage;
use crate::evaluation::engagement::Engagement;
use crate::resource::{Operation, Outcome, Registry, Resource, State, attached, for_long, id, service, shown};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use isms_entity::Recorded;
use serde_json::json;
use std::cell::Cell;
use uuid::Uuid;

/// Mounts and documents the operations.
pub fn register(registry: &mut Registry) {
    let spec = AuditPackage::SPEC;
    let operation = Operation::new("packageEngagement", "Pack what the engagement covers, to be taken home and checked there", spec.clause)
        .described(
            "A zip file with the records as tables and JSON, the Statement of Applicability, minutes, documents, evidence, \
             policies, the same in OSCAL, every change in the sealed trail with its proof, a signed manifest and a page to \
             begin with. It shows what the engagement's auditors see, as of its freeze or the end of its window; the same \
             state is the same bytes. It is put together after the answer: the package's `state`, `step` and `progress` tell \
             how far it is.",
        )
        .on("Engagement")
        .answers(202, "The package that is being prepared", json!({"$ref": format!("#/components/schemas/{}", spec.name)}));
    registry.route(Method::POST, "/v1/engagements/{id}/package", operation, || web::route().to(pack));
    attached::register_reading::<AuditPackage>(registry);
}

async fn pack(
    state: web::Data<State>,
    config: web::Data<Config>,
    request: HttpRequest,
    body: web::Bytes,
) -> Outcome<HttpResponse> {
    let engagement = id(&request)?;
    let caller = state.reading(&request, |caller| async move { Ok(caller) }).await?;
    let begun: &Cell<Option<Uuid>> = &Cell::new(None);
    let answer = state
        .writing(&request, &body, |caller| async move {
            caller.fetch::<Engagement>(engagement).await?;
            let made = service::create::<AuditPackage>(&caller, json!({"engagementId": engagement})).await?;
            let mut reply = shown(&caller, &made.found, StatusCode::ACCEPTED)?;
            let package = made.found.row.common().id;
            caller.hold(package).await?;
            reply.answer.headers.push(("Location".into(), format!("/v1/audit-packages/{package}")));
            begun.set(Some(package));
            Ok(reply)
        })
        .await?;
    // Only what was kept is prepared: here the transaction has ended well.
    if let Some(package) = begun.take() {
        let key = config.trail_key.clone();
        let lease = caller.keep_holding(package);
        actix_web::rt::spawn(for_long(move || async move {
            make::prepare(caller, package, key, lease).await;
            Ok(())
        }));
    }
    Ok(answer)
}
