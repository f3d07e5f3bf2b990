//! Registration: one call mounts a route and documents it, so that neither can be forgotten.

use super::http::Handler;
use super::openapi::{self, Operation};
use super::{Error, Outcome};
use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::{Route, web};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

type Make = Box<dyn Fn() -> Route + Send + Sync>;

/// The OpenAPI document, once it is asked for.
pub type Document = Arc<LazyLock<web::Bytes, Box<dyn FnOnce() -> web::Bytes + Send>>>;

/// All documented routes and the schemas that they use.
#[derive(Default)]
pub struct Registry {
    routes: BTreeMap<String, Vec<(Method, Make)>>,
    order: Vec<String>,
    paths: Map<String, Value>,
    schemas: Map<String, Value>,
    taken: BTreeSet<String>,
}

impl Registry {
    /// Mounts and documents one operation.
    pub fn route(
        &mut self,
        method: Method,
        path: &str,
        operation: Operation,
        make: impl Fn() -> Route + Send + Sync + 'static,
    ) {
        self.add(method, path, operation, Box::new(make));
    }

    fn add(&mut self, method: Method, path: &str, operation: Operation, make: Make) {
        if let Some(name) = operation.repeats() {
            self.taken.insert(format!("{name} of {method} {path}"));
        }
        let operation = operation.document(&method, path, &self.schemas);
        let entry = self.paths.entry(path.to_owned()).or_insert_with(|| json!({}));
        if let Some(entry) = entry.as_object_mut() {
            entry.insert(method.as_str().to_lowercase(), operation);
        }
        if !self.routes.contains_key(path) {
            self.order.push(path.to_owned());
        }
        self.routes.entry(path.to_owned()).or_default().push((method, make));
    }

    /// The same for a handler without its type.
    pub fn serve(&mut self, method: Method, path: &str, operation: Operation, handler: Handler) {
        self.route(method, path, operation, move || web::route().to(handler));
    }

    /// Adds the schema of a type and of everything that it refers to; returns a reference to it.
    pub fn schema<T: utoipa::ToSchema>(&mut self) -> Value {
        self.parts::<T>();
        self.name(&T::name(), T::schema())
    }

    /// Adds everything that a type refers to, but not the type itself.
    pub fn parts<T: utoipa::ToSchema>(&mut self) {
        let mut components = Vec::new();
        T::schemas(&mut components);
        for (name, schema) in components {
            self.name(&name, schema);
        }
    }

    /// Gives a schema its name and returns a reference to it. What one name would mean twice is kept for
    /// [`Registry::check`].
    pub fn name(&mut self, name: &str, schema: impl Serialize) -> Value {
        let schema = serde_json::to_value(schema).unwrap_or_default();
        let known = self.schemas.entry(name).or_insert_with(|| schema.clone());
        if *known != schema {
            self.taken.insert(name.to_owned());
        }
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    /// Whether each name means one schema, or one parameter of an operation, so that the document can be believed.
    ///
    /// # Errors
    /// When a name is given twice.
    pub fn check(&self) -> Outcome<()> {
        if self.taken.is_empty() {
            return Ok(());
        }
        let taken: Vec<&str> = self.taken.iter().map(String::as_str).collect();
        Err(Error::Internal(format!("one name means two things in the contract: {}", taken.join(", "))))
    }

    /// Mounts all routes. Fixed addresses come before those with a parameter; these stand under what they begin
    /// with, so that a request is not held against the patterns of every record type.
    pub fn mount(&self, config: &mut web::ServiceConfig) {
        let mut below: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for path in &self.order {
            match path.split_once("/{") {
                Some((front, _)) => below.entry(front).or_default().push(path),
                None => drop(config.service(self.resource(path, path))),
            }
        }
        // What begins longer comes first, for a request does not leave the place where it has come in.
        for (front, mut paths) in below.into_iter().rev() {
            paths.sort_by_key(|path| path.matches('{').count());
            let scope = paths.into_iter().fold(web::scope(front), |scope, path| {
                scope.service(self.resource(path, path.strip_prefix(front).unwrap_or(path)))
            });
            config.service(scope);
        }
    }

    /// The routes of this path, mounted at what is left of it.
    fn resource(&self, path: &str, rest: &str) -> impl HttpServiceFactory + use<> {
        // A tail is all that is left of the path, however many parts it has.
        let (mut resource, mut taken) = (web::resource(rest.replace("{tail}", "{tail:.*}")), Vec::new());
        for (method, make) in self.routes.get(path).into_iter().flatten() {
            resource = resource.route(make().method(method.clone()));
            taken.push(method.to_string());
            // Whatever is read can be asked for without its body (RFC 9110, 9.3.2).
            if *method == Method::GET {
                resource = resource.route(make().method(Method::HEAD));
                taken.push(Method::HEAD.to_string());
            }
        }
        resource.wrap(from_fn(super::enter)).default_service(web::to(move || {
            let taken: Vec<&str> = taken.iter().map(String::as_str).collect();
            std::future::ready(openapi::method_not_allowed(&taken))
        }))
    }

    /// Every operation: method and address.
    pub fn operations(&self) -> Vec<(String, String)> {
        let methods =
            |path: &String| self.routes.get(path).into_iter().flatten().map(|(m, _)| m.to_string()).collect::<Vec<_>>();
        self.order.iter().flat_map(|path| methods(path).into_iter().map(|m| (m, path.clone()))).collect()
    }

    /// The OpenAPI document.
    pub fn document(&self) -> Value {
        openapi::document(&self.paths, &self.schemas)
    }

    /// The OpenAPI document, written when it is first asked for; what it is made of is kept no longer than that.
    pub fn take_document(&mut self) -> Document {
        let (paths, schemas) = (std::mem::take(&mut self.paths), std::mem::take(&mut self.schemas));
        Arc::new(LazyLock::new(Box::new(move || openapi::document(&paths, &schemas).to_string().into())))
    }
}
