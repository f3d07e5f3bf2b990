//! Strict validation. Cedar checks a policy against every principal, verb and type of record that the schema allows
//! together; most policies name one type, and are checked against a schema in which verbs apply to that type alone.

use crate::engine::{PolicyError, RecordType, in_shares, verbs};
use cedar_policy::{Policy, PolicySet, ResourceConstraint, Schema, SchemaFragment, ValidationMode, Validator};

/// Policies that are checked together, and the type that they all name.
struct Group<'a> {
    names: Option<&'a RecordType>,
    policies: Vec<Policy>,
}

/// Parses the schema files.
pub(super) fn fragments<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<SchemaFragment>, PolicyError> {
    let parse = |(file, text): (&str, &str)| {
        let parsed = SchemaFragment::from_cedarschema_str(text);
        let parsed = parsed.map_err(|e| PolicyError::Syntax { file: file.to_owned(), message: e.to_string() });
        parsed.map(|(fragment, _)| fragment)
    };
    files.into_iter().map(parse).collect()
}

/// The schema of these files, with all verbs on these types of record.
pub(super) fn schema(fragments: &[SchemaFragment], types: &[RecordType]) -> Result<Schema, PolicyError> {
    let verbs = verbs(&types.iter().map(|record| record.name).collect::<Vec<_>>());
    let all = fragments.iter().cloned().chain(self::fragments([("verbs", verbs.as_str())])?);
    Schema::from_schema_fragments(all)
        .map_err(|e| PolicyError::Syntax { file: "schema".into(), message: e.to_string() })
}

/// Refuses what the strict validator refuses.
pub(super) fn validate(
    whole: &Schema,
    fragments: &[SchemaFragment],
    types: &[RecordType],
    policies: &[Policy],
) -> Result<(), PolicyError> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for policy in policies {
        let names = match policy.resource_constraint() {
            ResourceConstraint::Is(name) => types.iter().find(|record| name.to_string() == record.name),
            _ => None,
        };
        let known =
            groups.iter_mut().find(|group| names.is_some_and(|n| group.names.is_some_and(|g| g.name == n.name)));
        match known {
            Some(group) => group.policies.push(policy.clone()),
            None => groups.push(Group { names, policies: vec![policy.clone()] }),
        }
    }
    // Those that name no type take longest: they are dealt out first, one by one.
    groups.sort_by_key(|group| group.names.is_some());
    let turn = |group: &Group<'_>| {
        let narrow = group.names.map(|record| schema(fragments, std::slice::from_ref(record))).transpose()?;
        strictly(narrow.unwrap_or_else(|| whole.clone()), &group.policies)
    };
    in_shares(&groups, turn)
}

fn strictly(schema: Schema, policies: &[Policy]) -> Result<(), PolicyError> {
    let policies =
        PolicySet::from_policies(policies.iter().cloned()).map_err(|e| PolicyError::Engine(e.to_string()))?;
    let outcome = Validator::new(schema).validate(&policies, ValidationMode::Strict);
    if outcome.validation_passed() {
        return Ok(());
    }
    let errors: Vec<_> = outcome.validation_errors().map(|e| format!("{}: {e}", e.policy_id())).collect();
    Err(PolicyError::Invalid(errors.join("; ")))
}
