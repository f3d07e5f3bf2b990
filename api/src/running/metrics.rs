//! Measures for Prometheus, served on a listener of their own so that no caller reaches them by accident.

use crate::store::{Duty, Store};
use actix_web::{HttpResponse, web};
use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};
use std::time::Duration;

/// What is measured.
#[derive(Clone)]
pub struct Metrics {
    store: Store,
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    statements: IntGauge,
    failing: IntGaugeVec,
}

impl Metrics {
    /// Nothing measured yet of a service on this database.
    ///
    /// # Errors
    /// When two measures share a name.
    pub fn new(store: Store) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("isms_http_requests_total", "Requests served"),
            &["method", "route", "status"],
        )?;
        let buckets = vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
        let durations = HistogramVec::new(
            HistogramOpts::new("isms_http_request_duration_seconds", "Time to an answer").buckets(buckets),
            &["method", "route"],
        )?;
        let statements = IntGauge::new("isms_database_statements_total", "Statements sent to the database")?;
        let failing = IntGaugeVec::new(
            Opts::new("isms_duty_failing", "Whether the service fails to do this: 1, else 0"),
            &["duty"],
        )?;
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(failing.clone()))?;
        registry.register(Box::new(durations.clone()))?;
        registry.register(Box::new(statements.clone()))?;
        Ok(Self { store, registry, requests, durations, statements, failing })
    }

    /// Counts one request. Routes are patterns, so that ids make no series of their own.
    pub(super) fn count(&self, method: &str, route: &str, status: u16, took: Duration) {
        self.requests.with_label_values(&[method, route, &status.to_string()]).inc();
        self.durations.with_label_values(&[method, route]).observe(took.as_secs_f64());
    }

    /// Everything in Prometheus' text format.
    pub fn text(&self) -> Vec<u8> {
        self.statements.set(i64::try_from(self.store.statements()).unwrap_or(i64::MAX));
        let failing = self.store.failing();
        for duty in Duty::ALL {
            self.failing.with_label_values(&[duty.name()]).set(failing.contains(&duty).into());
        }
        let mut text = Vec::new();
        let _ = TextEncoder::new().encode(&self.registry.gather(), &mut text);
        text
    }
}

/// `GET /metrics`.
pub(super) async fn show(metrics: web::Data<Metrics>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(metrics.text())
}
