//! What the store keeps beside the records: the trail, links, counters and answered idempotency keys.

pub mod trail_entry;
