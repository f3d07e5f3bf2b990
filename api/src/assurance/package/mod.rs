//! What an audit package holds: all that an engagement covers in one file that its auditors take home, read without the service
//! and check offline (ISO/IEC 17021-1, 9.4). The same state is the same bytes.

mod archive;
mod collect;
mod index;
mod make;
mod oscal;
mod rest;
mod trail;

pub use rest::register;
