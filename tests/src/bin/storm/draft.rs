//! Requests that need nothing that is there already.

use crate::deed::{Plan, Way};
use crate::style::Style;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

/// Random letters that stand in no other record.
pub fn nonce(rng: &mut StdRng) -> String {
    format!("{:016x}", rng.random::<u64>())
}

fn key(rng: &mut StdRng) -> Option<String> {
    rng.random_bool(0.85).then(|| nonce(rng))
}

/// A request with this body that writes one record.
pub fn plan(rng: &mut StdRng, way: Way, path: String, body: &Value, nonce: Option<String>) -> Plan {
    Plan {
        way,
        method: "POST",
        path,
        media: "application/json",
        version: None,
        body: body.to_string().into_bytes(),
        key: key(rng),
        nonce,
        records: Some(1),
        digest: None,
        stranger: false,
    }
}

/// A new asset.
pub fn asset(name: &str) -> Value {
    json!({"name": name, "kind": "information", "confidentiality": 2})
}

/// One of whose rows is wrong, so that none may stay.
pub fn wrong_batch(rng: &mut StdRng, style: &Style) -> Plan {
    let nonce = nonce(rng);
    let many = rng.random_range(style.batch.0..=style.batch.1);
    let mut operations: Vec<Value> =
        (0..many).map(|n| json!({"create": asset(&format!("none {nonce} {n}"))})).collect();
    operations.push(json!({"create": {"name": format!("none {nonce}"), "kind": "information", "integrity": -1}}));
    let body = json!({"atomic": true, "operations": operations});
    plan(rng, Way::Batch, "/v1/assets:batch".into(), &body, Some(nonce))
}

/// One new record.
pub fn create(rng: &mut StdRng) -> Plan {
    let nonce = nonce(rng);
    match rng.random_range(0..4) {
        0 => evidence(rng),
        1 => {
            let body = json!({"title": format!("risk {nonce}"), "affects": ["integrity"]});
            plan(rng, Way::Create, "/v1/risks".into(), &body, Some(nonce))
        }
        _ => plan(rng, Way::Create, "/v1/assets".into(), &asset(&format!("asset {nonce}")), Some(nonce)),
    }
}

/// A new piece of evidence, without its file.
pub fn evidence(rng: &mut StdRng) -> Plan {
    let nonce = nonce(rng);
    let body = json!({"title": format!("evidence {nonce}"), "kind": "log"});
    plan(rng, Way::Create, "/v1/evidence-items".into(), &body, Some(nonce))
}

/// A file of new assets.
pub fn import(rng: &mut StdRng, style: &Style) -> Plan {
    let (nonce, many) = (nonce(rng), rng.random_range(style.import.0..=style.import.1));
    let mut csv = "name,kind,description\n".to_owned();
    for n in 0..many {
        csv += &format!("import {nonce} {n},information,row {n}\n");
    }
    let plan = plan(rng, Way::Import, "/v1/assets:import".into(), &Value::Null, Some(nonce));
    Plan { media: "text/csv", body: csv.into_bytes(), records: Some(many), ..plan }
}
