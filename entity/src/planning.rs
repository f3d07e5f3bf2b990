//! Clause 6: the risk path from methodology and assets to the Statement of Applicability.

pub mod acceptance;
pub mod action;
pub mod asset;
pub mod change;
pub mod control;
pub mod methodology;
pub mod objective;
pub mod opportunity;
pub mod risk;
pub mod statement;
pub mod threat;
pub mod treatment_plan;
pub mod vulnerability;
