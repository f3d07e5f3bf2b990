//! How what is stored differs from what was sealed: edited, dropped, inserted, swapped or cut off.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// One difference; all numbers are indexes from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Another stands in place of this sealed one.
    Edited(usize),
    /// This sealed one is missing.
    Dropped(usize),
    /// This stored one was not sealed here, or stands a second time.
    Inserted(usize),
    /// Of these two sealed ones, the first smaller, one stands where the other should.
    Swapped(usize, usize),
    /// The sealed ones from here to the end are missing.
    Truncated(usize),
    /// The stored ones from here to the end were not sealed.
    Beyond(usize),
}

/// The differences in their order, in time and space linear in the lengths. Of the sealed ones no two may be alike.
pub fn compare<T: Eq + Hash>(sealed: &[T], stored: &[T]) -> Vec<Change> {
    let there = first(stored);
    let right = first(sealed);
    let (mut at, mut to, mut changes, mut pairs) = (0, 0, Vec::new(), HashSet::new());
    while let (Some(due), Some(found)) = (sealed.get(at), stored.get(to)) {
        let again = there.get(found) != Some(&to);
        let (change, past, through) = match (there.contains_key(due), right.get(found)) {
            _ if due == found => (None, 1, 1),
            _ if again => (Some(Change::Inserted(to)), 0, 1),
            (false, None) => (Some(Change::Edited(at)), 1, 1),
            (false, Some(_)) => (Some(Change::Dropped(at)), 1, 0),
            (true, None) => (Some(Change::Inserted(to)), 0, 1),
            (true, Some(home)) => (Some(Change::Swapped(at.min(*home), at.max(*home))), 1, 1),
        };
        // Two that were swapped are met at both places.
        let new = |change: &Change| if let Change::Swapped(a, b) = change { pairs.insert((*a, *b)) } else { true };
        changes.extend(change.filter(new));
        at += past;
        to += through;
    }
    if at < sealed.len() {
        changes.push(Change::Truncated(at));
    } else if to < stored.len() {
        changes.push(Change::Beyond(to));
    }
    changes
}

/// Where each first stands.
fn first<T: Eq + Hash>(list: &[T]) -> HashMap<&T, usize> {
    let mut places = HashMap::with_capacity(list.len());
    for (index, item) in list.iter().enumerate() {
        places.entry(item).or_insert(index);
    }
    places
}
