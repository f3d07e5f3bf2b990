//! One GraphQL request: its caller, its loaders, and how things that go wrong are told.

use super::loader::Batch;
use crate::caller::Caller;
use crate::resource::{Error, Outcome};
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, ErrorExtensions};
use isms_entity::Time;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the resolvers of one request share.
pub struct Session {
    /// Who asks.
    pub caller: Caller,
    /// Reads the edges of one level together.
    pub loader: DataLoader<Batch>,
    stale: AtomicBool,
}

impl Session {
    /// A request of this caller.
    pub fn new(caller: Caller) -> Arc<Self> {
        let loader = DataLoader::new(Batch { caller: caller.clone() }, tokio::spawn).max_batch_size(500);
        Arc::new(Self { caller, loader, stale: AtomicBool::new(false) })
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
            Error::Internal(why) | Error::Unavailable(why) => tracing::error!(why, "a GraphQL field failed"),
            _ => {}
        }
        async_graphql::Error::new(error.to_string()).extend_with(|_, extensions| extensions.set("code", error.code()))
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
