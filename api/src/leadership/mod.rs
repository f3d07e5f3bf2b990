//! Clause 5: people, their roles and responsibilities, and the tokens that act for them.

pub mod api_token;
pub mod authorization;
pub mod responsibility;
pub mod role_assignment;
pub mod user;

/// Operations beyond what every record has.
pub fn register(registry: &mut crate::resource::Registry) {
    authorization::register(registry);
}
