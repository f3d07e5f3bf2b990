//! Black-box tests: personas use the real service over HTTP, on SQLite or, with `TEST_DATABASE_URL`, on PostgreSQL.

mod app;
mod authz;
mod context;
mod database;
mod demo;
mod evaluation;
mod hostile;
mod improvement;
mod leadership;
mod lookback;
mod operation;
mod persona;
mod planning;
mod process;
mod promise;
mod ratchet;
mod readme;
mod records;
mod resource;
mod running;
mod story;
mod support;
mod trail;
