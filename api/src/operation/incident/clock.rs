//! Regulatory clocks: they begin by themselves when an incident is declared, and run on wall time (I-66).

use crate::caller::Caller;
use crate::operation::notification::Notification;
use crate::operation::notification_rule::NotificationRule;
use crate::resource::Outcome;
use crate::store::{Query, Test, Writing};
use chrono::{DateTime, Months, Utc};
use isms_authz::Action;
use isms_entity::operation::notification_rule::{self, ClockStart, RuleTrigger};
use isms_entity::operation::{
    incident::{self, PersonalDataConcern},
    notification,
};
use isms_entity::{Common, Recorded, Time};

/// Makes a notice for each rule that holds today and is for such incidents, where there is none yet: what is known of
/// an incident grows, and with it who has to be told.
pub(super) async fn start(caller: &Caller, row: &incident::Model) -> Outcome<()> {
    let rules = caller.for_rules::<NotificationRule>(&Query::default()).await?;
    let made = caller.for_rules::<Notification>(&Query::of([Test::is("incident_id", row.id)]).with_retired()).await?;
    let missing = |rule: &&notification_rule::Model| !made.iter().any(|notice| notice.rule_id == rule.id);
    for rule in rules.iter().filter(missing).filter(|rule| holds(caller, rule) && concerns(rule, row)) {
        let mut notice = notification::Model {
            title: format!("{}: {}", rule.regime, rule.title),
            incident_id: row.id,
            rule_id: rule.id,
            recipient: rule.recipient.clone(),
            due_at: begins(rule, row, caller.now()).and_then(|from| due(rule, from, row.aware_at)),
            confidential: row.confidential,
            team_ids: row.team_ids.clone(),
            ..Default::default()
        };
        notice.set_common(Common { unit_id: row.unit_id, ..caller.new_common() });
        let permit = caller.permit::<Notification>(Action::Create, &notice)?;
        caller.insert(permit, notice).await?;
    }
    Ok(())
}

/// The moment that a rule's clock counts from, if it has come, for a notice that was made then: of a rule for severe
/// ones, when it was declared to be so severe.
fn begins(rule: &notification_rule::Model, row: &incident::Model, made: Time) -> Option<Time> {
    match (rule.clock_start, rule.trigger) {
        (ClockStart::Awareness, _) => row.aware_at,
        (ClockStart::Declaration, RuleTrigger::Severe) => row.rated_at.map(|rated| rated.min(made)),
        (ClockStart::Declaration, _) => row.declared_at,
        (ClockStart::Previous, _) => None,
    }
}

/// Counts anew from another moment of awareness.
pub(super) async fn restart(caller: &Caller, row: &incident::Model) -> Outcome<()> {
    let rules = caller.for_rules::<NotificationRule>(&Query::default().with_retired()).await?;
    let pending = Query::of([Test::is("incident_id", row.id), Test::is("state", "pending")]);
    for notice in caller.for_rules::<Notification>(&pending).await? {
        let Some(rule) = rules.iter().find(|rule| rule.id == notice.rule_id) else { continue };
        let Some(from) = begins(rule, row, notice.created_at) else { continue };
        let after = notification::Model { due_at: due(rule, from, row.aware_at), ..notice.clone() };
        let permit = caller.permit::<Notification>(Action::Accept, &notice)?;
        caller.update(permit, &notice, after, "count-anew").await?;
    }
    Ok(())
}

/// The stage before was sent: the clocks of those after it begin, though their rules may have been retired since.
///
/// # Errors
/// When the database refuses.
pub async fn follow(caller: &Caller, sent: &notification::Model, row: &incident::Model, at: Time) -> Outcome<()> {
    let mut rules = caller
        .for_rules::<NotificationRule>(&Query::of([Test::is("previous_rule_id", sent.rule_id)]).with_retired())
        .await?;
    rules.retain(|rule| rule.clock_start == ClockStart::Previous);
    let open = Query::of([Test::is("incident_id", sent.incident_id), Test::is("state", "pending")]);
    for notice in caller.for_rules::<Notification>(&open).await? {
        let Some(rule) = rules.iter().find(|rule| rule.id == notice.rule_id) else { continue };
        let after = notification::Model { due_at: due(rule, at, row.aware_at), ..notice.clone() };
        let permit = caller.permit::<Notification>(Action::Update, &notice)?;
        caller.update(permit, &notice, after, "begin").await?;
    }
    Ok(())
}

/// Who may know of the notices follows the incident.
pub(super) async fn keep(caller: &Writing<'_>, row: &incident::Model) -> Outcome<()> {
    let notices = caller.for_rules::<Notification>(&Query::of([Test::is("incident_id", row.id)])).await?;
    caller
        .follow::<Notification>(notices, |notice| {
            notice.confidential = row.confidential;
            notice.team_ids.clone_from(&row.team_ids);
            notice.unit_id = row.unit_id;
        })
        .await
}

fn holds(caller: &Caller, rule: &notification_rule::Model) -> bool {
    let today = caller.today();
    rule.valid_from.is_none_or(|from| from <= today) && rule.valid_until.is_none_or(|until| until >= today)
}

/// That personal data are concerned counts until it is known that they are not (I-67).
fn concerns(rule: &notification_rule::Model, row: &incident::Model) -> bool {
    match rule.trigger {
        RuleTrigger::PersonalData => row.personal_data != PersonalDataConcern::No,
        RuleTrigger::Severe => row.severity.zip(rule.severity).is_some_and(|(is, least)| is <= least),
        RuleTrigger::Every => true,
    }
}

/// Hours are hours of wall time; months are calendar months, the last day clamped (I-66). A limit that counts from
/// awareness comes first when it is nearer.
fn due(rule: &notification_rule::Model, from: Time, aware: Option<Time>) -> Option<Time> {
    let later = |from: Time, hours: i32| Time(from.0 + i64::from(hours) * 3_600_000_000);
    let limit = rule.latest_hours.zip(aware).map(|(hours, aware)| later(aware, hours));
    let due = if let Some(hours) = rule.within_hours {
        later(from, hours)
    } else {
        let months = Months::new(u32::try_from(rule.within_months?).ok()?);
        DateTime::<Utc>::from(from).checked_add_months(months)?.into()
    };
    Some(limit.map_or(due, |limit| limit.min(due)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i_66_months_are_calendar_months_and_hours_are_wall_time() {
        let at = |text: &str| Time::from(text.parse::<DateTime<Utc>>().expect("an instant"));
        let months = notification_rule::Model { within_months: Some(1), ..Default::default() };
        assert_eq!(due(&months, at("2026-01-31T12:00:00Z"), None), Some(at("2026-02-28T12:00:00Z")));
        let hours = notification_rule::Model { within_hours: Some(72), ..Default::default() };
        assert_eq!(due(&hours, at("2026-03-27T20:00:00Z"), None), Some(at("2026-03-30T20:00:00Z")));
        assert_eq!(due(&notification_rule::Model::default(), at("2026-01-31T12:00:00Z"), None), None);
    }

    #[test]
    fn a_limit_from_awareness_comes_first_when_it_is_nearer() {
        let rule = notification_rule::Model { within_hours: Some(4), latest_hours: Some(24), ..Default::default() };
        let hour = |hours: i64| Time(hours * 3_600_000_000);
        assert_eq!(due(&rule, hour(10), Some(hour(0))), Some(hour(14)));
        assert_eq!(due(&rule, hour(22), Some(hour(0))), Some(hour(24)));
    }
}
