//! GraphQL assembly.
