//! The ways to write: what a client sends next, from what it has in its hands.

use crate::deed::{Answer, Plan, Way};
use crate::draft::{asset, create, evidence, import, nonce, plan, wrong_batch};
use crate::style::Style;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A record that a client alone writes: its id and version.
pub type Held = (String, i32);

/// What a client has in its hands.
#[derive(Debug, Default)]
pub struct Hands {
    /// Assets.
    pub assets: Vec<Held>,
    /// Pieces of evidence without a file.
    pub bare: Vec<Held>,
    /// Pieces of evidence with one.
    pub filed: Vec<Held>,
}

/// So many records of a kind are kept in hand.
const MOST: usize = 120;

/// Takes one of them.
fn draw(rng: &mut StdRng, from: &mut Vec<Held>) -> Option<Held> {
    if from.is_empty() { None } else { Some(from.swap_remove(rng.random_range(0..from.len()))) }
}

impl Hands {
    /// The next request of a client.
    pub fn next(&mut self, rng: &mut StdRng, style: &Style) -> Plan {
        if rng.random_bool(style.heavy) {
            return if rng.random_bool(0.9) { self.batch(rng, style) } else { import(rng, style) };
        }
        match rng.random_range(0..16) {
            0..3 => create(rng),
            3..5 => self.patch(rng),
            5..7 => self.act(rng),
            7..9 => self.batch(rng, style),
            9 => import(rng, style),
            10..12 => self.upload(rng),
            12 => self.retire(rng),
            _ => self.refused(rng, style),
        }
    }

    /// Takes what an answer told into the hands.
    pub fn learn(&mut self, plan: &Plan, answer: &Answer) {
        let into = match plan.way {
            Way::Create if plan.path == "/v1/assets" => &mut self.assets,
            Way::Create if plan.path == "/v1/evidence-items" => &mut self.bare,
            Way::Patch | Way::Batch => &mut self.assets,
            Way::Act | Way::Upload => &mut self.filed,
            _ => return,
        };
        into.extend(answer.records.iter().cloned());
        into.truncate(MOST);
    }

    fn patch(&mut self, rng: &mut StdRng) -> Plan {
        let Some((id, version)) = draw(rng, &mut self.assets) else { return create(rng) };
        let nonce = nonce(rng);
        let body = json!({"description": nonce});
        let plan = plan(rng, Way::Patch, format!("/v1/assets/{id}"), &body, Some(nonce));
        Plan { method: "PATCH", media: "application/merge-patch+json", version: Some(version), ..plan }
    }

    fn act(&mut self, rng: &mut StdRng) -> Plan {
        let Some((id, version)) = draw(rng, &mut self.filed) else { return self.upload(rng) };
        let nonce = nonce(rng);
        let body = json!({"reason": nonce});
        let plan = plan(rng, Way::Act, format!("/v1/evidence-items/{id}/hold"), &body, Some(nonce));
        Plan { version: Some(version), ..plan }
    }

    fn retire(&mut self, rng: &mut StdRng) -> Plan {
        let Some((id, version)) = draw(rng, &mut self.assets) else { return create(rng) };
        let plan = plan(rng, Way::Retire, format!("/v1/assets/{id}/retire"), &json!({}), None);
        Plan { version: Some(version), ..plan }
    }

    fn upload(&mut self, rng: &mut StdRng) -> Plan {
        let Some((id, _)) = draw(rng, &mut self.bare) else { return evidence(rng) };
        let nonce = nonce(rng);
        let body = format!("{nonce}\n").repeat(rng.random_range(1..2_000)).into_bytes();
        let digest = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
        let path = format!("/v1/evidence-items/{id}/content?name={nonce}.txt");
        let plan = plan(rng, Way::Upload, path, &Value::Null, Some(nonce));
        Plan { method: "PUT", media: "application/octet-stream", body, digest: Some(digest), ..plan }
    }

    fn batch(&mut self, rng: &mut StdRng, style: &Style) -> Plan {
        let (nonce, many) = (nonce(rng), rng.random_range(style.batch.0..=style.batch.1));
        let mut operations = Vec::new();
        for n in 0..many {
            match draw(rng, &mut self.assets).filter(|_| rng.random_bool(style.changing)) {
                Some((id, version)) => {
                    operations.push(json!({"id": id, "version": version, "update": {"description": nonce}}));
                }
                None => operations.push(json!({"create": asset(&format!("batch {nonce} {n}"))})),
            }
        }
        let body = json!({"atomic": rng.random_bool(0.5), "operations": operations});
        let plan = plan(rng, Way::Batch, "/v1/assets:batch".into(), &body, Some(nonce));
        Plan { records: Some(many), ..plan }
    }

    /// What has to be refused, and to leave nothing.
    fn refused(&mut self, rng: &mut StdRng, style: &Style) -> Plan {
        let known = self.assets.first().cloned();
        let refused = match (rng.random_range(0..5), known) {
            (0, Some((id, version))) => {
                let nonce = nonce(rng);
                let body = json!({"description": nonce});
                let plan = plan(rng, Way::Patch, format!("/v1/assets/{id}"), &body, Some(nonce));
                Plan { method: "PATCH", version: Some(version + 7), ..plan }
            }
            (1, _) => Plan { stranger: true, ..create(rng) },
            (2, _) => wrong_batch(rng, style),
            (3, _) => {
                let mut plan = import(rng, style);
                plan.body.extend_from_slice(b"last,no such kind,\n");
                plan
            }
            _ => {
                let nonce = nonce(rng);
                let body = json!({"name": format!("wrong {nonce}"), "kind": "information", "confidentiality": 9});
                plan(rng, Way::Create, "/v1/assets".into(), &body, Some(nonce))
            }
        };
        Plan { records: None, ..refused }
    }
}
