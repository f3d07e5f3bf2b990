//! The authorization engine, proved: what it decides, what it lists, what it refuses, and what people should review.

mod cases;
mod matrix;
mod proof;
mod property;
mod refused;
mod sabotage;
mod tables;
mod wording;
mod world;
