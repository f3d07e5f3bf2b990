//! What every record type has, tried on one of them.

mod apart;
mod bad_input;
mod batch;
mod bucket;
mod compare;
mod concurrency;
mod filter;
mod hidden;
mod history;
mod idempotency;
mod importing;
mod lasting;
mod limits;
mod paging;
pub mod past;
mod precondition;
mod protocol;
mod write;
