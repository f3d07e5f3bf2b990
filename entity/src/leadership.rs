//! Clause 5: people, their roles and the tokens that act for them.

pub mod api_token;
pub mod responsibility;
pub mod role_assignment;
pub mod user;
