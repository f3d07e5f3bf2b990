//! What is told to whom, when and how (clause 7.4).

use crate::{record::record, word};
use chrono::NaiveDate;
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

word! {
    /// Which side of the organisation is told.
    CommunicationAudience {
        /// Inside.
        Internal,
        /// Outside.
        External,
    }
}

/// One time that it was told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Communicated {
    /// The day.
    pub on: NaiveDate,
    /// What was said.
    pub note: Option<String>,
    /// Who told.
    pub by: Uuid,
}

/// Each time that it was told, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJsonQueryResult, ToSchema)]
#[serde(transparent)]
pub struct CommunicationLog(pub Vec<Communicated>);

record! {
    /// One entry of the communication plan.
    table = "communication";
    draft {
        /// What is told (7.4 a).
        title: String,
        /// Inside or outside.
        #[serde(default)]
        audience: CommunicationAudience,
        /// When, in words (7.4 b).
        occasion: Option<String>,
        /// Months between two times.
        every_months: Option<i32>,
        /// To whom (7.4 c).
        recipients: Option<String>,
        /// How (7.4 d).
        channel: Option<String>,
        /// Who tells.
        owner_id: Option<Uuid>,
        /// When it is due next.
        next_on: Option<NaiveDate>,
    }
    kept {
        /// When it was told last.
        last_done_on: Option<NaiveDate>,
        /// Each time that it was told.
        log: CommunicationLog,
    }
}
