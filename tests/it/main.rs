//! Black-box tests of the service, in one binary.

mod authz;
