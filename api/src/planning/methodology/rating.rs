//! Levels: computed from likelihood and impact, never typed (I-29).

use super::Methodology;
use crate::caller::Caller;
use crate::resource::{Outcome, edition};
use isms_entity::planning::methodology;

/// The version in force, if management has approved one.
///
/// # Errors
/// When the database does not answer.
pub async fn in_force(caller: &Caller) -> Outcome<Option<methodology::Model>> {
    edition::in_force::<Methodology>(caller).await
}

/// The level, from 1, of a likelihood and an impact, each from 1; none when either is off its scale.
pub fn level(methodology: &methodology::Model, likelihood: i32, impact: i32) -> Option<i32> {
    let place = |rating: i32| usize::try_from(rating).ok()?.checked_sub(1);
    methodology.matrix.0.get(place(likelihood)?)?.get(place(impact)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use isms_entity::planning::methodology::Matrix;

    #[test]
    fn ratings_off_the_scale_have_no_level() {
        let methodology =
            methodology::Model { matrix: Matrix(vec![vec![1, 2], vec![2, 3]]), ..methodology::Model::default() };
        assert_eq!(level(&methodology, 2, 1), Some(2));
        for (likelihood, impact) in [(0, 1), (3, 1), (1, 0), (1, 3), (-1, 1), (i32::MIN, i32::MAX)] {
            assert_eq!(level(&methodology, likelihood, impact), None, "{likelihood} x {impact}");
        }
    }
}
