//! Records by what people call them: address, code, reference, name or path.

use crate::caller::Caller;
use crate::resource::Outcome;
use crate::resources;
use crate::store::Label;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The records that cells may point to, of those that the caller may list and that are in use.
#[derive(Debug, Default)]
pub struct Directory {
    targets: HashMap<&'static str, Index>,
}

#[derive(Debug, Default)]
struct Index {
    /// By what is unique: id, reference, code, address.
    exact: HashMap<String, Uuid>,
    /// By name, which several may share.
    names: HashMap<String, Vec<Uuid>>,
}

fn key(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

impl Directory {
    /// Reads what the records of these types are called.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(caller: &Caller, targets: HashSet<&'static str>) -> Outcome<Self> {
        let mut directory = Self::default();
        for target in targets {
            let labels = caller.labels(target, None).await?;
            let mut index = Index::of(labels.iter().filter(|label| !label.retired));
            if target == "Unit" {
                index.add_paths(caller, &labels);
            }
            directory.targets.insert(target, index);
        }
        Ok(directory)
    }

    /// The one record that is called so.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn find(&self, target: &str, text: &str) -> Result<Uuid, String> {
        let noun = resources::spec(target).map_or("record", |spec| spec.noun);
        let index = self.targets.get(target);
        let (exact, named) = (
            index.and_then(|index| index.exact.get(&key(text))),
            index.and_then(|index| index.names.get(&key(text))).map(Vec::as_slice).unwrap_or_default(),
        );
        match (exact, named) {
            (Some(id), _) | (None, [id]) => Ok(*id),
            (None, []) => Err(format!("there is no {noun} {text}")),
            (None, several) => {
                Err(format!("{} {noun} records are called {text}; name the one by its reference", several.len()))
            }
        }
    }

    /// The records that a list names, separated by `|` or line breaks, or by `;` or `,` where no name has one.
    ///
    /// # Errors
    /// The first that is not there.
    pub fn find_all(&self, target: &str, text: &str) -> Result<Vec<Uuid>, String> {
        let mut ids = Vec::new();
        let mut add = |id: Uuid| {
            if !ids.contains(&id) {
                ids.push(id);
            }
        };
        for part in text.split(['|', '\n', '\r']).map(str::trim).filter(|part| !part.is_empty()) {
            match self.find(target, part) {
                Ok(id) => add(id),
                Err(why) => {
                    let mut smaller = part.split([';', ',']).map(str::trim).filter(|part| !part.is_empty()).peekable();
                    if smaller.peek() == Some(&part) {
                        return Err(why);
                    }
                    for part in smaller {
                        add(self.find(target, part)?);
                    }
                }
            }
        }
        Ok(ids)
    }
}

impl Index {
    fn of<'a>(labels: impl Iterator<Item = &'a Label>) -> Self {
        let mut index = Self::default();
        for label in labels {
            index.exact.insert(label.id.to_string(), label.id);
            for unique in [Some(&label.reference), label.code.as_ref(), label.email.as_ref()].into_iter().flatten() {
                index.exact.insert(key(unique), label.id);
            }
            if let Some(name) = &label.name {
                index.names.entry(key(name)).or_default().push(label.id);
            }
        }
        index
    }

    /// `Works / Assembly / Line 2`, from any unit above on.
    fn add_paths(&mut self, caller: &Caller, labels: &[Label]) {
        let names: HashMap<Uuid, &str> =
            labels.iter().filter_map(|label| Some((label.id, label.name.as_deref()?))).collect();
        for label in labels.iter().filter(|label| !label.retired) {
            let mut path = String::new();
            for (depth, unit) in caller.access.units.above(label.id).into_iter().enumerate() {
                let Some(name) = names.get(&unit) else { break };
                path = if depth == 0 { (*name).to_owned() } else { format!("{name} / {path}") };
                if depth > 0 {
                    self.names.entry(key(&path)).or_default().push(label.id);
                    self.names.entry(key(&path.replace(" / ", "/"))).or_default().push(label.id);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> Directory {
        let label = |n: u128, reference: &str, name: &str| Label {
            id: Uuid::from_u128(n),
            reference: reference.into(),
            name: Some(name.into()),
            ..Label::default()
        };
        let labels = [label(1, "AST-0001", "Files; old"), label(2, "AST-0002", "Mail"), label(3, "AST-0003", "mail")];
        let mut directory = Directory::default();
        directory.targets.insert("Asset", Index::of(labels.iter()));
        directory
    }

    #[test]
    fn names_are_found_when_only_one_record_has_them() {
        let directory = directory();
        assert_eq!(directory.find("Asset", " files;  OLD"), Ok(Uuid::from_u128(1)));
        assert_eq!(directory.find("Asset", "ast-0003"), Ok(Uuid::from_u128(3)));
        assert!(directory.find("Asset", "Mail").unwrap_err().contains("2 asset"));
        assert_eq!(directory.find("Asset", "Else").unwrap_err(), "there is no asset Else");
    }

    #[test]
    fn a_semicolon_parts_a_list_only_where_no_name_has_it() {
        let directory = directory();
        let ids = |numbers: &[u128]| Ok(numbers.iter().map(|n| Uuid::from_u128(*n)).collect());
        assert_eq!(directory.find_all("Asset", "Files; old|AST-0002"), ids(&[1, 2]));
        assert_eq!(directory.find_all("Asset", "AST-0003; AST-0002\nAST-0003"), ids(&[3, 2]));
        assert!(directory.find_all("Asset", "AST-0003; Else").is_err());
    }
}
