//! An information security management system (ISO/IEC 27001:2022) as live, queryable records with their history.

pub mod agenda;
pub mod app;
pub mod assurance;
pub mod authorization;
pub mod caller;
pub mod cli;
pub mod config;
pub mod context;
pub mod evaluation;
pub mod gateway;
pub mod improvement;
pub mod leadership;
pub mod operation;
pub mod planning;
pub mod resource;
pub mod resources;
pub mod rules;
pub mod running;
pub mod start;
pub mod store;
pub mod support;
pub mod trail;

/// Gives memory back after a large request; every program that the library is part of uses it.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;
