//! Creating, changing, retiring and acting, the same for every record type; what is particular is asked of the slice.

pub use super::content::parse_input;
use super::content::{check_patch, keep_hidden, parse_draft};
use super::view::{is_editable, is_in};
use super::{Act, Error, FieldError, Outcome, Resource};
use crate::caller::Caller;
use crate::store::Found;
use isms_authz::{Action, Permit};
use isms_entity::{Common, Drafted, Recorded};
use serde_json::Value;
use uuid::Uuid;

/// After so many records other requests of the same worker get their turn.
const PAUSE: usize = 256;

/// A newly made record and what it tells only once.
pub struct Created<R: Resource> {
    /// The record.
    pub found: Found<R>,
    /// What is shown this once, such as a token ([`crate::resource::Spec::told_once`]).
    pub secret: Option<String>,
}

/// Makes a record from what a client wrote.
///
/// # Errors
/// Content that breaks a rule, or no leave.
pub async fn create<R: Resource>(caller: &Caller, draft: Value) -> Outcome<Created<R>> {
    let mut row = settled::<R>(caller, draft).await?;
    let secret = R::secret(caller, &mut row);
    let permit = caller.permit::<R>(Action::Create, &row)?;
    let row = caller.insert(permit, row).await?;
    Ok(Created { found: caller.fetch(row.common().id).await?, secret })
}

/// A new row of what a client wrote, which keeps the rules and is not stored yet.
///
/// # Errors
/// Content that breaks a rule, or no leave to make any.
pub async fn settled<R: Resource>(caller: &Caller, draft: Value) -> Outcome<R::Row> {
    may_make::<R>(caller)?;
    let draft = parse_draft::<R>(draft)?;
    let mut row = fresh::<R>(caller);
    row.write(draft);
    R::settle(caller, None, &mut row).await?;
    caller.check_unit(None, &row.common())?;
    Ok(row)
}

/// Makes many records of one type; all or none. Wrong ones are named by their place.
///
/// # Errors
/// Everything that is wrong, each with `/{place}/{field}`.
pub async fn create_all<R: Resource>(caller: &Caller, drafts: Vec<Value>) -> Outcome<Vec<R::Row>> {
    may_make::<R>(caller)?;
    let mut new = Drafts::<R>::default();
    for (place, draft) in drafts.into_iter().enumerate() {
        new.add(caller, place, None, draft)?;
    }
    let settled = new.settled(caller).await?;
    if settled.errors.is_empty() {
        caller.insert_all(settled.permitted).await
    } else {
        Err(Error::Invalid(settled.errors))
    }
}

/// Records to be made, each at a place; what is wrong with one is told by it.
pub struct Drafts<R: Resource> {
    rows: Vec<R::Row>,
    places: Vec<usize>,
    errors: Vec<FieldError>,
}

/// Records that may be made as they are.
pub struct Settled<R: Resource> {
    /// The rows, each with leave to be stored.
    pub permitted: Vec<(Permit<R>, R::Row)>,
    /// The place of each.
    pub places: Vec<usize>,
    /// What is wrong with the others, each with `/{place}/{field}`.
    pub errors: Vec<FieldError>,
}

impl<R: Resource> Default for Drafts<R> {
    fn default() -> Self {
        Self { rows: Vec::new(), places: Vec::new(), errors: Vec::new() }
    }
}

impl<R: Resource> Drafts<R> {
    /// Whether there are none, not even wrong ones.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.errors.is_empty()
    }

    /// How many mistakes were found so far.
    pub fn wrong(&self) -> usize {
        self.errors.len()
    }

    /// Takes what a client wrote, with the reference that it had before, such as in a register that is taken over.
    ///
    /// # Errors
    /// What is nobody's mistake.
    pub fn add(&mut self, caller: &Caller, place: usize, reference: Option<String>, draft: Value) -> Outcome<()> {
        match parse_draft::<R>(draft) {
            Ok(draft) => {
                let mut row = fresh::<R>(caller);
                if let Some(reference) = reference {
                    row.set_common(Common { reference, ..row.common() });
                }
                row.write(draft);
                self.rows.push(row);
                self.places.push(place);
                Ok(())
            }
            Err(error) => gather(place, error, &mut self.errors),
        }
    }

    /// Holds all of them against the rules, together, and asks for leave for each.
    ///
    /// # Errors
    /// What is nobody's mistake.
    pub async fn settled(mut self, caller: &Caller) -> Outcome<Settled<R>> {
        let verdicts = R::settle_new(caller, &mut self.rows).await?;
        let (mut permitted, mut places, mut errors) = (Vec::with_capacity(self.rows.len()), Vec::new(), self.errors);
        for (n, ((row, place), verdict)) in self.rows.into_iter().zip(self.places).zip(verdicts).enumerate() {
            let verdict = verdict.and_then(|()| caller.check_unit(None, &row.common()));
            match verdict.and_then(|()| caller.permit::<R>(Action::Create, &row)) {
                Ok(permit) => {
                    permitted.push((permit, row));
                    places.push(place);
                }
                Err(error) => gather(place, error, &mut errors)?,
            }
            if n % PAUSE == 0 {
                caller.breathe().await?;
            }
        }
        Ok(Settled { permitted, places, errors })
    }
}

/// Notes what is wrong at a place; what is nobody's mistake ends the whole.
fn gather(place: usize, error: Error, errors: &mut Vec<FieldError>) -> Outcome<()> {
    match error {
        Error::Invalid(list) => {
            errors.extend(list.into_iter().map(|e| FieldError::new(format!("/{place}{}", e.pointer), e.detail)));
        }
        Error::Denied(why) => errors.push(FieldError::new(format!("/{place}"), why)),
        other => return Err(other),
    }
    Ok(())
}

/// Who may make no such record at all is told so before any rule is asked, for rules look at what others own.
///
/// # Errors
/// [`Error::Denied`].
pub fn may_make<R: Resource>(caller: &Caller) -> Outcome<()> {
    if caller.access.rules_out(Action::Create, R::SPEC.policy_type)? {
        return Err(Error::Denied(format!("no policy lets you create any {}", R::SPEC.noun)));
    }
    Ok(())
}

fn fresh<R: Resource>(caller: &Caller) -> R::Row {
    let mut row = R::Row::default();
    row.set_common(caller.new_common());
    row
}

/// Changes a record by a merge patch (RFC 7396).
///
/// # Errors
/// Content that breaks a rule, a state or version that does not allow it, or no leave.
pub async fn update<R: Resource>(caller: &Caller, id: Uuid, version: Version, patch: &Value) -> Outcome<Found<R>> {
    let Revised { permit, before, after } = revised::<R>(caller, id, version, patch).await?;
    let row = caller.update(permit, &before, after, "update").await?;
    caller.fetch(row.common().id).await
}

/// A record as a patch makes it, which keeps the rules and is not stored yet.
pub struct Revised<R: Resource> {
    permit: Permit<R>,
    /// As it was.
    pub before: R::Row,
    /// As it will be.
    pub after: R::Row,
}

/// What a merge patch makes of a record.
///
/// # Errors
/// As [`update`].
pub async fn revised<R: Resource>(caller: &Caller, id: Uuid, version: Version, patch: &Value) -> Outcome<Revised<R>> {
    let found = caller.fetch::<R>(id).await?;
    let before = &found.row;
    let permit = caller.permit_found(Action::Update, &found)?;
    version.check(&before.common())?;
    if before.common().retired_at.is_some() {
        return Err(Error::Conflict(format!("a retired {} is restored before it is changed", R::SPEC.noun)));
    }
    if !is_editable::<R>(before) {
        let state = R::state(before).unwrap_or_default();
        return Err(Error::Conflict(format!(
            "the content of a {} cannot be changed while it is {state}",
            R::SPEC.noun
        )));
    }
    let whole = serde_json::to_value(R::Draft::from(before))?;
    check_patch(patch, &whole)?;
    let seen = serde_json::to_value(R::Draft::from(found.shown()))?;
    let mut draft = whole.clone();
    json_patch::merge(&mut draft, patch);
    keep_hidden(R::SPEC.references, &whole, &seen, &mut draft);
    let mut after = before.clone();
    after.write(parse_draft::<R>(draft)?);
    R::settle(caller, Some(before), &mut after).await?;
    caller.check_unit(Some(&before.common()), &after.common())?;
    // What one may change here, one may not move to where one may not; a move takes what making it there takes.
    let _ = caller.permit_knowing::<R>(Action::Update, &after, found.beyond)?;
    if R::SPEC.creatable && after.common().unit_id != before.common().unit_id {
        let _ = caller.permit::<R>(Action::Create, &after)?;
    }
    Ok(Revised { permit, before: found.row, after })
}

/// Retires a record, or restores it.
///
/// # Errors
/// No leave, or another version.
pub async fn retire<R: Resource>(caller: &Caller, id: Uuid, version: Version, retired: bool) -> Outcome<Found<R>> {
    let found = caller.fetch::<R>(id).await?;
    let permit = caller.permit_found(Action::Retire, &found)?;
    let before = found.row;
    version.check(&before.common())?;
    let mut after = before.clone();
    let retired_at = match (retired, before.common().retired_at) {
        (true, None) => Some(caller.now()),
        (true, already) => already,
        (false, _) => None,
    };
    after.set_common(Common { retired_at, ..before.common() });
    R::retiring(caller, &before, &mut after).await?;
    let row = caller.update(permit, &before, after, if retired { "retire" } else { "restore" }).await?;
    caller.fetch(row.common().id).await
}

/// Does a named act on a record.
///
/// # Errors
/// No leave, a state that does not allow it, another version, or a broken rule.
pub async fn act<A: Act>(caller: &Caller, id: Uuid, version: Version, input: A::Input) -> Outcome<Found<A::Of>> {
    let found = caller.fetch::<A::Of>(id).await?;
    let permit = caller.permit_found(A::SPEC.verb, &found)?;
    let before = found.row;
    version.check(&before.common())?;
    let noun = <A::Of as Resource>::SPEC.noun;
    if before.common().retired_at.is_some() {
        return Err(Error::Conflict(format!("a retired {noun} is restored before anything is done with it")));
    }
    if !is_in::<A::Of>(&before, A::SPEC.from) {
        let state = <A::Of as Resource>::state(&before).unwrap_or_default();
        return Err(Error::Conflict(format!("{} is not possible while the {noun} is {state}", A::SPEC.name)));
    }
    let mut after = before.clone();
    A::run(caller, &mut after, input).await?;
    let row = caller.update(permit, &before, after, A::SPEC.name).await?;
    caller.fetch(row.common().id).await
}

/// Which version the client believes to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `If-Match: "3-…"`.
    Exactly(i32),
    /// `If-Match: *`.
    Any,
}

impl Version {
    /// Whether this is the version that the client means.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] otherwise.
    pub fn check(self, common: &Common) -> Outcome<()> {
        match self {
            Self::Exactly(version) if version != common.version => Err(Error::PreconditionFailed),
            _ => Ok(()),
        }
    }
}
