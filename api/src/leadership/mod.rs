//! Clause 5: people, their roles and responsibilities, and the tokens that act for them.

pub mod api_token;
pub mod responsibility;
pub mod role_assignment;
pub mod user;
