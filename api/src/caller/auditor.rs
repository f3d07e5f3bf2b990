//! External auditors: known by an invitation, with what its engagement covers as their grant.

use super::{Access, Caller};
use crate::resources;
use chrono::{Days, NaiveDate, NaiveTime};
use isms_authz::{Grants, Principal, PrincipalKind, Remit};
use isms_entity::Time;
use isms_entity::evaluation::engagement::{self, EngagementState};
use isms_entity::evaluation::invitation::{self, InvitationState};
use std::sync::Arc;
use uuid::Uuid;

/// The days that an external auditor may see records as of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Not before.
    from: Option<Time>,
    /// Not after.
    until: Option<Time>,
    /// The moment that they see unless they ask for another.
    frozen_at: Option<Time>,
}

impl Window {
    /// The window of an engagement: whole days in UTC.
    pub fn of(engagement: &engagement::Model) -> Self {
        let begin = |day: NaiveDate| Time::from(day.and_time(NaiveTime::MIN).and_utc());
        let end = |day: NaiveDate| day.checked_add_days(Days::new(1)).map(begin).map(|next| Time(next.0 - 1));
        Self {
            from: engagement.window_from.map(begin),
            until: engagement.window_until.and_then(end),
            frozen_at: engagement.frozen_at,
        }
    }

    /// Whether records may be seen as of this instant.
    pub fn holds(&self, at: Time) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at <= until)
    }

    /// Whether what is seen unless another instant is asked for lies in it.
    fn shows(&self, now: Time) -> bool {
        self.holds(self.baseline(now).unwrap_or(now))
    }

    /// Its first instant.
    pub fn first(&self) -> Option<Time> {
        self.from
    }

    /// Whether it has begun.
    fn has_begun(&self, now: Time) -> bool {
        self.from.is_none_or(|from| from <= now)
    }

    /// The instant that is seen unless another is asked for; none while that is the present.
    pub fn baseline(&self, now: Time) -> Option<Time> {
        let over = self.until.filter(|until| *until < now);
        match (self.frozen_at, over) {
            (Some(frozen), Some(over)) => Some(frozen.min(over)),
            (frozen, over) => frozen.or(over),
        }
    }
}

/// Whether an engagement is closed or its time is over, or it was never opened.
pub(super) fn is_over(engagement: &engagement::Model, now: Time) -> bool {
    engagement.retired_at.is_some() || engagement.state != EngagementState::Open || engagement.expires_at <= now
}

/// Whether its beginning and the first day of its window have come.
pub(super) fn has_begun(engagement: &engagement::Model, now: Time) -> bool {
    engagement.starts_at.is_none_or(|starts| starts <= now) && Window::of(engagement).has_begun(now)
}

/// What an engagement covers, for those who have accepted its terms when `open`.
pub fn remit(engagement: &engagement::Model, open: bool, now: Time) -> Remit {
    let named = |list: &[String], word: &str| list.is_empty() || list.iter().any(|named| named == word);
    let covered = |spec: &&crate::resource::Spec| {
        let clause = spec.clause.split(' ').next().unwrap_or_default();
        named(&engagement.clauses.0, clause) && named(&engagement.record_kinds.0, spec.plural)
    };
    Remit {
        engagement: engagement.id,
        open,
        in_window: Window::of(engagement).shows(now),
        units: engagement.unit_ids.0.clone(),
        kinds: resources::specs().iter().filter(covered).map(|spec| spec.plural.to_owned()).collect(),
        controls: engagement.control_ids.0.clone(),
    }
}

/// Who asks when an external auditor does.
pub fn principal(organisation: Uuid, auditor: Uuid, remit: Remit) -> Principal {
    Principal {
        kind: PrincipalKind::ExternalAuditor,
        id: auditor,
        organisation,
        grants: Grants::new(),
        scopes: vec!["read".into(), "write".into()],
        within: Vec::new(),
        duties: Vec::new(),
        remit: Some(remit),
    }
}

impl Caller {
    /// An external auditor as they would ask now.
    pub(crate) fn auditor_of(&self, engagement: &engagement::Model, invitation: &invitation::Model) -> Principal {
        let now = self.now();
        let is_known = invitation.retired_at.is_none() && invitation.state == InvitationState::Accepted;
        let open = is_known && !is_over(engagement, now) && has_begun(engagement, now);
        principal(self.organisation(), invitation.id, remit(engagement, open, now))
    }

    /// The instant that the auditors of an engagement are shown: its freeze or the end of its window, or else now.
    pub(crate) fn shown_to_auditors_of(&self, engagement: &engagement::Model) -> Time {
        let now = self.now();
        Window::of(engagement).baseline(now).unwrap_or(now)
    }

    /// The rights of who reads at an instant: those of an external auditor know whether it lies in their window.
    pub(super) fn access_at(&self, as_of: Option<Time>) -> Arc<Access> {
        let (Some(window), Some(remit)) = (self.access.window, &self.access.principal.remit) else {
            return Arc::clone(&self.access);
        };
        let in_window = window.holds(as_of.unwrap_or_else(|| self.clock.now()));
        if in_window == remit.in_window {
            return Arc::clone(&self.access);
        }
        let remit = Remit { in_window, ..remit.clone() };
        let who = Principal { remit: Some(remit), ..self.access.principal.clone() };
        let mut access = self.rights_of(who, Arc::clone(&self.access.engine));
        access.window = Some(window);
        Arc::new(access)
    }

    /// Sees what the auditors of an engagement would see if it were open: for telling what lies outside it.
    pub(crate) fn as_auditor_of(&self, engagement: &engagement::Model) -> Self {
        let who = principal(self.organisation(), Uuid::nil(), remit(engagement, true, self.clock.now()));
        let mut access = self.rights_of(who, Arc::clone(&self.access.engine));
        access.window = Some(Window::of(engagement));
        Self { access: Arc::new(access), ..self.clone() }
    }
}
