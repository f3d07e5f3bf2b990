//! What goes wrong with the storm itself, told in a sentence.

use std::error::Error;

/// The outcome of whatever the storm does.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// It did not go, for this reason.
///
/// # Errors
/// Always.
pub fn wrong<T>(why: impl Into<String>) -> Outcome<T> {
    Err(why.into().into())
}
