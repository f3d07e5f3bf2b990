//! Whoever comes by an invitation: an auditor from outside, or a person of the organisation who has no token yet.

use super::auditor::{has_begun, is_over, principal, remit};
use super::{Access, Credential, Seal, UnitTree, Window};
use chrono::{DateTime, Days, NaiveTime, Utc};
use isms_authz::{Engine, Grants, Principal, PrincipalKind};
use isms_entity::Time;
use isms_entity::evaluation::engagement;
use isms_entity::evaluation::invitation::InvitationState;
use std::sync::Arc;
use uuid::Uuid;

/// What a person's link is good for, as the scope that policies ask for: to see the invitation and to accept it.
pub const LINK: &str = "link";

/// An invitation that is known by its link or token, whether good or not.
pub struct Invited {
    /// The invitation.
    pub id: Uuid,
    /// Who invited.
    pub made_by: Uuid,
    /// Its organisation.
    pub organisation: Uuid,
    /// The organisation's root unit.
    pub root: Uuid,
    /// The name of whoever is invited.
    pub name: String,
    /// How far they have come.
    pub state: InvitationState,
    /// Until when the link is good.
    pub link_until: Option<Time>,
    /// Whether it has been revoked.
    pub retired: bool,
    /// Who is invited.
    pub whom: Whom,
    /// The organisation's access epoch.
    pub epoch: i64,
    /// The organisation's secret.
    pub seal: Seal,
}

/// Who is invited.
pub enum Whom {
    /// An auditor from outside, to this engagement.
    Auditor(Box<engagement::Model>),
    /// A person of the organisation.
    Person {
        /// Their id.
        id: Uuid,
        /// Whether they are inactive or retired.
        gone: bool,
    },
}

/// Who asks, until when at the most, and what they may look back on.
type Known = (Principal, Vec<Time>, Option<Window>);

impl Invited {
    /// The rights that it gives now; none when it or its link is over, or what it is for is over or has not begun.
    pub(super) fn access(self, units: Arc<UnitTree>, engine: Arc<Engine>, now: Time) -> Option<Access> {
        let has_link = self.state == InvitationState::Invited;
        if self.retired || (has_link && self.link_until.is_none_or(|until| until <= now)) {
            return None;
        }
        let (who, ends, window) = match &self.whom {
            Whom::Auditor(engagement) => self.auditor(engagement, now)?,
            Whom::Person { id, gone } if has_link && !gone => (self.person(*id), Vec::new(), None),
            Whom::Person { .. } => return None,
        };
        let midnight = DateTime::<Utc>::from(now).date_naive().checked_add_days(Days::new(1));
        let midnight = midnight.map(|day| Time::from(day.and_time(NaiveTime::MIN).and_utc()));
        let until = self.link_until.filter(|_| has_link).into_iter().chain(ends).chain(midnight).min()?;
        let credential = Credential::Invitation { id: self.id, made_by: self.made_by };
        let mut access =
            Access::new(who, self.name, credential, self.root, self.seal, units, self.epoch, until, engine);
        access.window = window;
        Some(access)
    }

    fn auditor(&self, engagement: &engagement::Model, now: Time) -> Option<Known> {
        if is_over(engagement, now) {
            return None;
        }
        let starts = engagement.starts_at.filter(|starts| *starts > now);
        let open = self.state == InvitationState::Accepted && has_begun(engagement, now);
        let who = principal(self.organisation, self.id, remit(engagement, open, now));
        Some((who, starts.into_iter().chain([engagement.expires_at]).collect(), Some(Window::of(engagement))))
    }

    /// A person with nothing but the link.
    fn person(&self, id: Uuid) -> Principal {
        Principal {
            kind: PrincipalKind::User,
            id,
            organisation: self.organisation,
            grants: Grants::new(),
            scopes: vec![LINK.into()],
            within: Vec::new(),
            duties: Vec::new(),
            remit: None,
        }
    }
}
