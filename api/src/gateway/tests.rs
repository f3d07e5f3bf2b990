//! What the gateway promises.
