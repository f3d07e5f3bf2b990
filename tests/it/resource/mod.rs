//! What every record type has, tried on one of them.

mod bad_input;
mod batch;
mod concurrency;
mod filter;
mod history;
mod idempotency;
mod paging;
mod past;
mod precondition;
mod write;
