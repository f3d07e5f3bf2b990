//! What the gateway promises, asked over HTTP of a whole service.

mod limits;
mod records;
mod transport;
mod world;
