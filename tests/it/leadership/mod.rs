//! Clause 5.

mod api_token;
mod role_assignment;
mod user;
