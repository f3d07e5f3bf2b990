//! Builds the service from its parts; the binary, the tests and the contract export all come through here.

use crate::caller::{self, Authenticator, Clock};
use crate::config::Config;
use crate::resource::{Document, Error, Outcome, Registry, Resource, State};
use crate::resources::{self, Visitor};
use crate::running::{self, Limiter, Metrics};
use crate::store::Store;
use crate::{
    agenda, assurance, authorization, context, evaluation, gateway, improvement, operation, planning, rules, start,
    support, trail,
};
use actix_web::web;
use isms_authz::{Bundle, Engine, PolicyError};
use std::sync::Arc;

/// The service, ready to be served by any number of workers.
#[derive(Clone)]
pub struct App {
    /// The records.
    pub store: Store,
    /// The policies.
    pub engine: Arc<Engine>,
    /// What time it is.
    pub clock: Clock,
    state: web::Data<State>,
    registry: Arc<Registry>,
    document: Document,
    config: Arc<Config>,
    metrics: Metrics,
    limiter: Arc<Limiter>,
}

/// Loads the policies that the product ships.
///
/// # Errors
/// When the set is refused.
pub fn engine(bundle: &Bundle) -> Result<Engine, PolicyError> {
    Engine::load(bundle, resources::specs().iter().map(|spec| (spec.policy_type, spec.plural, spec.attributes)))
}

struct Register(Registry);

impl Visitor for Register {
    fn visit<R: Resource>(&mut self) {
        crate::resource::register::<R>(&mut self.0);
    }
}

/// Every route with its documentation.
pub fn registry() -> Registry {
    let mut register = Register(Registry::default());
    resources::visit(&mut register);
    let mut registry = register.0;
    caller::register(&mut registry);
    start::register(&mut registry);
    context::register(&mut registry);
    authorization::register(&mut registry);
    planning::register(&mut registry);
    support::register(&mut registry);
    operation::register(&mut registry);
    agenda::register(&mut registry);
    assurance::package::register(&mut registry);
    evaluation::register(&mut registry);
    assurance::readiness::register(&mut registry);
    improvement::register(&mut registry);
    trail::register(&mut registry);
    rules::register(&mut registry);
    registry
}

impl App {
    /// Puts the parts together.
    ///
    /// # Errors
    /// When the policies are refused.
    pub fn new(store: Store, clock: Clock, config: Config) -> Outcome<Self> {
        Self::with_engine(store, clock, config, Arc::new(engine(&Bundle::embedded())?))
    }

    /// The same with policies that are loaded already, so that many services in one process share them.
    ///
    /// # Errors
    /// When the metrics cannot be set up, or the contract would name two things alike.
    pub fn with_engine(store: Store, clock: Clock, config: Config, engine: Arc<Engine>) -> Outcome<Self> {
        let store = store.with_contents(&config.files);
        let authenticator = Authenticator::new(store.clone(), Arc::clone(&engine), clock.clone());
        let state = web::Data::new(State::new(store.clone(), authenticator, config.request_timeout, config.body_limit));
        let mut registry = registry();
        registry.check()?;
        let document = registry.take_document();
        let metrics = Metrics::new(store.clone()).map_err(|error| Error::Internal(error.to_string()))?;
        let limiter = Arc::new(Limiter::new(config.rate_limit, config.trusted_proxies.clone()));
        Ok(Self {
            store,
            engine,
            clock,
            state,
            registry: Arc::new(registry),
            document,
            config: Arc::new(config),
            metrics,
            limiter,
        })
    }

    /// Settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What is measured.
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// How often callers may ask.
    pub const fn limiter(&self) -> &Arc<Limiter> {
        &self.limiter
    }

    /// Every operation: method and address.
    pub fn operations(&self) -> Vec<(String, String)> {
        self.registry.operations()
    }

    /// Mounts everything on one worker.
    pub fn configure(&self, config: &mut web::ServiceConfig) {
        config
            .app_data(self.state.clone())
            .app_data(web::Data::new(self.config.file_limits.clone()))
            .app_data(web::PayloadConfig::new(self.config.body_limit));
        self.registry.mount(config);
        gateway::mount(config);
        evaluation::invitation::mount(config);
        running::mount(config, &self.document);
        config.default_service(web::to(|| async { Err::<&str, _>(Error::NotFound) }));
    }
}
