//! The texts that the cells of one sheet name: each is kept once, and no other is.

use super::super::budget::Budget;
use super::super::table::Cell;
use super::broken;
use super::sheet::Found;
use super::xml::{Node, Xml};
use crate::resource::Outcome;
use std::collections::HashMap;
use std::io::BufRead;
use std::sync::Arc;

/// What a place among the texts takes up, bytes.
const PLACE: usize = 4 * size_of::<(u32, Option<Arc<str>>)>();

/// Texts by their place in the workbook.
pub struct Texts(HashMap<u32, Option<Arc<str>>>);

impl Texts {
    /// Those that these cells name, not read yet.
    pub fn named(rows: &[(usize, Vec<Found>)], budget: &mut Budget) -> Outcome<Self> {
        let mut places = HashMap::new();
        for cell in rows.iter().flat_map(|(_, cells)| cells) {
            if let Found::Named(place) = cell
                && !places.contains_key(place)
            {
                budget.hold(PLACE)?;
                places.insert(*place, None);
            }
        }
        Ok(Self(places))
    }

    /// Whether none is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads them.
    ///
    /// # Errors
    /// When one that is named is not there.
    pub fn read(&mut self, mut xml: Xml<impl BufRead>, budget: &mut Budget) -> Outcome<()> {
        let (mut place, mut left) = (0_u32, self.0.len());
        while left > 0 {
            match xml.next(budget)? {
                Node::Open(tag) if tag.is("si") => {}
                Node::End => return Err(broken("a cell names a text that is not there")),
                _ => continue,
            }
            match self.0.get_mut(&place) {
                Some(text) => {
                    let read = xml.rich_text(budget)?;
                    budget.hold_text(read.len())?;
                    *text = Some(read.into());
                    left -= 1;
                }
                None => xml.skip(budget)?,
            }
            place = place.saturating_add(1);
        }
        Ok(())
    }

    /// The cell that names this text.
    pub fn cell(&self, place: u32) -> Cell {
        match self.0.get(&place) {
            Some(Some(text)) if !text.trim().is_empty() => Cell::Text(Arc::clone(text)),
            _ => Cell::Empty,
        }
    }
}
