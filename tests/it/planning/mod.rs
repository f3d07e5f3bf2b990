//! Clause 6.

mod acceptance;
mod action;
mod asset;
mod control;
mod import;
mod methodology;
mod risk;
mod risk_assessment;
mod statement;
mod treatment_plan;
