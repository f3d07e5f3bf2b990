//! One GraphQL request: its caller, its loaders, and how things that go wrong are told.

use super::loader::Batch;
use crate::caller::Caller;
use crate::resource::{Error, Outcome};
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ErrorExtensions, PathSegment, QueryPathSegment};
use isms_entity::Time;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// What the resolvers of one request share.
pub struct Session {
    /// Who asks.
    pub caller: Caller,
    /// Reads the edges of one level together.
    pub loader: DataLoader<Batch>,
    stale: AtomicBool,
    failures: Mutex<Vec<Failure>>,
    refused: Mutex<Vec<String>>,
}

/// A field that failed: its path in the answer, and why.
pub struct Failure {
    /// Names and places from the root.
    pub path: Vec<PathSegment>,
    /// What is told.
    pub error: async_graphql::Error,
    /// Whether what the field lies in fails with it.
    pub bubbles: bool,
}

impl Session {
    /// A request of this caller.
    pub fn new(caller: Caller) -> Arc<Self> {
        let loader = DataLoader::new(Batch { caller: caller.clone() }, tokio::spawn).max_batch_size(500);
        Arc::new(Self {
            caller,
            loader,
            stale: AtomicBool::new(false),
            failures: Mutex::default(),
            refused: Mutex::default(),
        })
    }

    /// The caller, reading as of this instant.
    pub fn at(&self, as_of: Option<Time>) -> Caller {
        self.caller.at(as_of)
    }

    /// Whether the caller's rights changed meanwhile, so that the whole request is run again.
    pub fn is_stale(&self) -> bool {
        self.stale.load(Ordering::Relaxed)
    }

    /// An error as resolvers give it, with the code of the REST problem.
    pub fn told(&self, error: &Error) -> async_graphql::Error {
        match error {
            Error::StaleAccess => self.stale.store(true, Ordering::Relaxed),
            Error::Denied(why) => {
                if let Ok(mut refused) = self.refused.lock() {
                    refused.push(why.clone());
                }
            }
            Error::Internal(why) | Error::Unavailable(why) => tracing::error!(why, "a GraphQL field failed"),
            _ => {}
        }
        async_graphql::Error::new(error.to_string()).extend_with(|_, extensions| extensions.set("code", error.code()))
    }

    /// Remembers that a field failed.
    pub fn fail(&self, context: &Context<'_>, error: async_graphql::Error, bubbles: bool) {
        let mut path = Vec::new();
        let mut node = context.path_node.as_ref();
        while let Some(here) = node {
            path.push(match here.segment {
                QueryPathSegment::Name(name) => PathSegment::Field(name.to_owned()),
                QueryPathSegment::Index(place) => PathSegment::Index(place),
            });
            node = here.parent;
        }
        path.reverse();
        if let Ok(mut failures) = self.failures.lock() {
            failures.push(Failure { path, error, bubbles });
        }
    }

    /// The fields that failed.
    pub fn failures(&self) -> Vec<Failure> {
        self.failures.lock().map(|mut failures| std::mem::take(&mut *failures)).unwrap_or_default()
    }

    /// Why something was refused, for each time.
    pub fn refused(&self) -> Vec<String> {
        self.refused.lock().map(|mut refused| std::mem::take(&mut *refused)).unwrap_or_default()
    }

    /// The same for an outcome.
    pub fn tell<T>(&self, outcome: Outcome<T>) -> async_graphql::Result<T> {
        outcome.map_err(|error| self.told(&error))
    }
}

/// The request that a resolver works for.
pub fn session<'a>(context: &Context<'a>) -> async_graphql::Result<&'a Arc<Session>> {
    context.data::<Arc<Session>>()
}

/// The value of a field that may be null: where it fails, null, and the error is told beside the rest of the answer.
/// The library by itself would give up the whole answer, and not tell where.
pub async fn or_null<T>(
    context: &Context<'_>,
    read: impl Future<Output = async_graphql::Result<Option<T>>>,
) -> async_graphql::Result<Option<T>> {
    match read.await {
        Err(error) => {
            session(context)?.fail(context, error, false);
            Ok(None)
        }
        fine => fine,
    }
}

/// The value of a field that is never null: where it fails, what it lies in fails with it.
pub async fn or_fail<T>(
    context: &Context<'_>,
    read: impl Future<Output = async_graphql::Result<Option<T>>>,
) -> async_graphql::Result<Option<T>> {
    let outcome = read.await;
    if let Err(error) = &outcome {
        session(context)?.fail(context, error.clone(), true);
    }
    outcome
}
