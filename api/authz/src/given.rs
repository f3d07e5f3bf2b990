//! Policies that somebody hands in to be thought through: bounded before they are parsed, for parsers and compilers go as
//! deep as a text does, and a stack that ends takes the whole service with it.

use crate::engine::{PolicyError, parse};
use crate::{Bundle, Engine};

impl Engine {
    /// The names of the policies in a text that was handed in.
    ///
    /// # Errors
    /// When it is too much, does not parse, or a policy has no name or intent.
    pub fn names(text: &str) -> Result<Vec<String>, PolicyError> {
        if text.trim().is_empty() {
            return Ok(Vec::new());
        }
        if let Some(why) = too_much(text) {
            return Err(PolicyError::Invalid(why));
        }
        let bundle = Bundle { schemas: Vec::new(), policies: vec![("given".to_owned(), text.to_owned())] };
        Ok(parse(&bundle)?.1.into_iter().map(|policy| policy.id).collect())
    }
}

/// The longest text of policies that is thought through, characters.
const LONGEST: usize = 16_000;
/// The most operators in it, and the deepest nesting.
const OPERATORS: usize = 400;
const DEEPEST: usize = 40;

/// Why a text is more than is thought through; none when it is not.
fn too_much(text: &str) -> Option<String> {
    let (mut depth, mut deepest) = (0_usize, 0);
    for character in text.chars() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    let operators = ["&&", "||", "!", "+", "-", "*", ".", " if", "then", "has", " in", "like", "is"];
    let operators: usize = operators.iter().map(|operator| text.matches(operator).count()).sum();
    let is_more = text.len() > LONGEST || operators > OPERATORS || deepest > DEEPEST;
    is_more.then(|| {
        format!(
            "policies are thought through up to {LONGEST} characters, {OPERATORS} operators and {DEEPEST} brackets deep"
        )
    })
}
