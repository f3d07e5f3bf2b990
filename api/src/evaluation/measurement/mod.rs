//! Values of metrics, each for one period, and what they mean (clause 9.1).

use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of};
use isms_entity::evaluation::measurement;

/// A measurement.
pub struct Measurement;

impl Resource for Measurement {
    record_of!(measurement, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Measurement",
        policy_type: "Measurement",
        plural: "measurements",
        noun: "measurement",
        table: "measurement",
        prefix: "MEA",
        clause: "9 Evaluation",
        references: &[
            Reference::one("metricId", "Metric", "metric"),
            Reference::one("correctsId", "Measurement", "corrects"),
            Reference::one("actionId", "Action", "action"),
        ],
        sorts: &["periodTo"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };
}
