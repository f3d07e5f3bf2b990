//! The scope of the ISMS in editions, each approved by top management (clause 4.3).

use crate::{Ids, Time, record::record, word};
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

word! {
    /// Where an edition stands.
    ScopeState {
        /// Being written.
        Draft,
        /// With management.
        InReview,
        /// In force.
        Approved,
        /// Replaced by a later one.
        Superseded,
    }
}
word! {
    /// Which way an interface goes.
    InterfaceDirection {
        /// Into the scope.
        In,
        /// Out of it.
        Out,
        /// Both ways.
        Both,
    }
}

/// Something that lies outside the scope.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Exclusion {
    /// What it is.
    pub what: String,
    /// Why.
    pub why: String,
}

/// What lies outside.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJsonQueryResult, ToSchema)]
#[serde(transparent)]
pub struct Exclusions(pub Vec<Exclusion>);

/// A dependency on, or service to, somebody outside.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Interface {
    /// Who it is.
    pub party: String,
    /// What passes.
    pub what: String,
    /// Which way.
    #[serde(default)]
    pub direction: InterfaceDirection,
    /// Who answers for which part.
    pub responsibilities: String,
    /// Where that is agreed.
    pub agreement: Option<String>,
}

/// Where the scope ends and others begin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJsonQueryResult, ToSchema)]
#[serde(transparent)]
pub struct Interfaces(pub Vec<Interface>);

record! {
    /// One edition of the scope.
    table = "scope";
    draft {
        /// Short name.
        title: String,
        /// Boundaries and applicability, in words.
        statement: String,
        /// Units within.
        #[serde(default)]
        unit_ids: Ids,
        /// Sites within: assets of the kind site.
        #[serde(default)]
        site_ids: Ids,
        /// Services within: assets of the kind service.
        #[serde(default)]
        service_ids: Ids,
        /// Processes within.
        #[serde(default)]
        process_ids: Ids,
        /// Issues that were weighed (4.3 a).
        #[serde(default)]
        issue_ids: Ids,
        /// Requirements that were weighed (4.3 b).
        #[serde(default)]
        requirement_ids: Ids,
        /// What lies outside, and why.
        #[serde(default)]
        exclusions: Exclusions,
        /// Interfaces and dependencies (4.3 c).
        #[serde(default)]
        interfaces: Interfaces,
        /// What is new in this edition.
        change_summary: Option<String>,
    }
    kept {
        /// Everybody who has written any of it (I-02).
        author_ids: Ids,
        /// Where it stands.
        state: ScopeState,
        /// Number of the edition, from 1.
        edition: i32,
        /// SHA-256 of what was approved; empty before (I-01).
        content_hash: String,
        /// Why it was sent back.
        decision: Option<String>,
        /// Who approved it.
        approved_by: Option<Uuid>,
        /// When.
        approved_at: Option<Time>,
    }
}
