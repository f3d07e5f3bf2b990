//! What is wrong with one deed, given how many entries each of its requests left in the trail.

use crate::deed::{Deed, Meaning};
use std::collections::HashMap;
use std::fmt;

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Wrong {
    /// Acknowledged, and not there.
    Lost,
    /// There more than once.
    Doubled,
    /// There in part.
    Torn,
    /// Refused, and there all the same.
    RefusedButWritten,
    /// The answer tells of something else than what is there.
    Disagrees,
    /// A record without its entries, or entries without their record.
    Unaudited,
    /// The trail has gaps, runs backwards or does not verify.
    Trail,
    /// A file is missing or another.
    File,
    /// Writes did not come back.
    Stuck,
    /// The database or the service did not come back as it should.
    Other,
}

impl Wrong {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Lost,
        Self::Doubled,
        Self::Torn,
        Self::RefusedButWritten,
        Self::Disagrees,
        Self::Unaudited,
        Self::Trail,
        Self::File,
        Self::Stuck,
        Self::Other,
    ];
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lost => "lost",
            Self::Doubled => "doubled",
            Self::Torn => "torn",
            Self::RefusedButWritten => "refused-but-written",
            Self::Disagrees => "disagrees",
            Self::Unaudited => "unaudited",
            Self::Trail => "trail",
            Self::File => "file",
            Self::Stuck => "stuck",
            Self::Other => "other",
        })
    }
}

/// What is wrong with a deed, and what is there.
pub fn of(deed: &Deed, entries: &HashMap<String, usize>) -> Option<(Wrong, String)> {
    let count = |request: &String| entries.get(request).copied().unwrap_or_default();
    let wrote = deed.attempts.iter().filter(|attempt| count(&attempt.request) > 0).count();
    let total: usize = deed.attempts.iter().map(|attempt| count(&attempt.request)).sum();
    let (expected, meaning) = (deed.expected(), deed.meaning());
    let there = format!("{total} of {expected} entries, from {wrote} of {} requests", deed.attempts.len());
    let refused = deed.attempts.iter().find(|a| a.answer.meaning() == Meaning::Refused && count(&a.request) > 0);
    if refused.is_some() || (deed.plan.records.is_none() && total > 0) {
        return Some((Wrong::RefusedButWritten, there));
    }
    // An error of the service that is told as its own fault, or as known when it was not.
    let lied =
        deed.attempts.iter().find(|a| a.answer.status == Some(500) || (a.answer.knows() && count(&a.request) > 0));
    if let Some(attempt) = lied {
        return Some((Wrong::Disagrees, format!("{there}, and {} was told {}", attempt.request, attempt.answer)));
    }
    if deed.plan.records.is_none() {
        let taken = meaning == Meaning::Written;
        return taken.then(|| (Wrong::Disagrees, "nothing, and it had to be refused".to_owned()));
    }
    if wrote > 1 || total > expected {
        return Some((Wrong::Doubled, there));
    }
    match (meaning, total) {
        (Meaning::Written, 0) if expected > 0 => Some((Wrong::Lost, there)),
        (_, 0) => None,
        _ if total < expected => Some((Wrong::Torn, there)),
        _ => disagreement(deed).map(|why| (Wrong::Disagrees, why)),
    }
}

/// Whether two answers to the same deed tell different things. Without a key an answer shows the record of today.
fn disagreement(deed: &Deed) -> Option<String> {
    deed.plan.key.as_ref()?;
    let mut told = deed.attempts.iter().map(|a| &a.answer).filter(|answer| answer.meaning() == Meaning::Written);
    let first = told.next()?;
    let other = told.find(|other| other.records != first.records || other.imported != first.imported)?;
    Some(format!("one answer tells {:?}, another {:?}", first.records.first(), other.records.first()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deed::{Answer, Attempt, Plan, Way};

    fn deed(records: Option<usize>, answers: &[(&str, Option<u16>)]) -> Deed {
        let plan = Plan {
            way: Way::Create,
            method: "POST",
            path: "/v1/assets".into(),
            media: "application/json",
            version: None,
            body: Vec::new(),
            key: Some("key".into()),
            nonce: None,
            records,
            digest: None,
            stranger: false,
        };
        let attempts = answers.iter().map(|(request, status)| Attempt {
            request: (*request).to_owned(),
            answer: Answer { status: *status, ..Answer::default() },
        });
        Deed { plan, client: 0, round: 0, attempts: attempts.collect() }
    }

    fn judged(deed: &Deed, entries: &[(&str, usize)]) -> Option<Wrong> {
        let entries = entries.iter().map(|(request, count)| ((*request).to_owned(), *count)).collect();
        of(deed, &entries).map(|(wrong, _)| wrong)
    }

    #[test]
    fn what_is_acknowledged_has_to_be_there_once() {
        let acknowledged = deed(Some(1), &[("a", Some(201))]);
        assert_eq!(judged(&acknowledged, &[("a", 1)]), None);
        assert_eq!(judged(&acknowledged, &[]), Some(Wrong::Lost));
        assert_eq!(judged(&acknowledged, &[("a", 2)]), Some(Wrong::Doubled));
    }

    #[test]
    fn an_error_of_the_service_tells_what_it_knows() {
        let mut known = deed(Some(1), &[("a", Some(503))]);
        assert_eq!(judged(&known, &[("a", 1)]), None, "it is not known");
        for attempt in &mut known.attempts {
            attempt.answer.why = "unavailable".into();
        }
        assert_eq!(judged(&known, &[("a", 1)]), Some(Wrong::Disagrees), "nothing was written, it says");
        assert_eq!(judged(&known, &[]), None);
        assert_eq!(judged(&deed(Some(1), &[("a", Some(500))]), &[]), Some(Wrong::Disagrees));
    }

    #[test]
    fn what_is_repeated_has_to_be_there_once() {
        let repeated = deed(Some(3), &[("a", None), ("b", Some(201))]);
        assert_eq!(judged(&repeated, &[("a", 3)]), None);
        assert_eq!(judged(&repeated, &[("b", 3)]), None);
        assert_eq!(judged(&repeated, &[("a", 3), ("b", 3)]), Some(Wrong::Doubled));
        assert_eq!(judged(&repeated, &[("b", 2)]), Some(Wrong::Torn));
        assert_eq!(judged(&repeated, &[]), Some(Wrong::Lost));
    }

    #[test]
    fn what_is_not_answered_is_whole_or_not_there() {
        let open = deed(Some(3), &[("a", Some(503))]);
        assert_eq!(judged(&open, &[]), None);
        assert_eq!(judged(&open, &[("a", 3)]), None);
        assert_eq!(judged(&open, &[("a", 2)]), Some(Wrong::Torn));
    }

    #[test]
    fn what_is_refused_leaves_nothing() {
        let refused = deed(None, &[("a", Some(422))]);
        assert_eq!(judged(&refused, &[]), None);
        assert_eq!(judged(&refused, &[("a", 1)]), Some(Wrong::RefusedButWritten));
        assert_eq!(judged(&deed(None, &[("a", Some(201))]), &[]), Some(Wrong::Disagrees));
        assert_eq!(judged(&deed(Some(1), &[("a", Some(412))]), &[("a", 1)]), Some(Wrong::RefusedButWritten));
    }
}
