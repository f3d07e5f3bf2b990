//! Black-box tests over HTTP.

mod planning;
