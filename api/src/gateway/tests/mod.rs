//! What the gateway promises, asked over HTTP of a whole service.

mod limits;
mod records;
mod selection;
mod transport;
mod world;
