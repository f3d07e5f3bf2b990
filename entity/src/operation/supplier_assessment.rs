//! How secure suppliers are (control A.5.22).

use crate::{Time, record::record, word};
use chrono::NaiveDate;
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

word! {
    /// How a supplier is assessed.
    AssessmentMethod {
        /// By questions.
        Questionnaire,
        /// By a certificate.
        Certificate,
        /// By a report.
        Report,
        /// By an audit.
        Audit,
    }
}
word! {
    /// The answer to a question.
    Answer {
        /// In full.
        Yes,
        /// In part.
        Partly,
        /// Not at all.
        No,
        /// It does not matter here.
        NotApplicable,
    }
}
word! {
    /// What an assessment concludes.
    AssessmentConclusion {
        /// Nothing yet.
        Open,
        /// The supplier may be used.
        Ok,
        /// Under conditions.
        Conditional,
        /// It may not.
        Blocker,
    }
}
word! {
    /// Whether it is concluded.
    AssessmentState {
        /// Under way.
        Draft,
        /// Done.
        Concluded,
    }
}

/// One question with its answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnsweredQuestion {
    /// What was asked.
    pub question: String,
    /// What was answered.
    #[serde(default)]
    pub answer: Answer,
    /// How much it counts, from 1.
    #[serde(default = "crate::one")]
    pub weight: i32,
    /// In words.
    pub comment: Option<String>,
}

/// Questions with their answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJsonQueryResult, ToSchema)]
#[serde(transparent)]
pub struct Answers(pub Vec<AnsweredQuestion>);

record! {
    /// One assessment of one supplier.
    table = "supplier_assessment";
    draft {
        /// Short name.
        title: String,
        /// Who is assessed.
        supplier_id: Uuid,
        /// How.
        #[serde(default)]
        method: AssessmentMethod,
        /// Questions with their answers.
        #[serde(default)]
        answers: Answers,
        /// What the certificate is for, such as ISO/IEC 27001.
        certificate_standard: Option<String>,
        /// What it covers.
        certificate_scope: Option<String>,
        /// Whether that covers the service used (I-73).
        #[serde(default)]
        covers_service: bool,
        /// Its last day.
        certificate_expires_on: Option<NaiveDate>,
        /// What was found.
        findings: Option<String>,
        /// Until when the assessment holds.
        valid_until: Option<NaiveDate>,
    }
    kept {
        /// Whether it is concluded.
        state: AssessmentState,
        /// What it concludes.
        conclusion: AssessmentConclusion,
        /// Percent of the weight answered yes, partly counting half; computed.
        score: Option<i32>,
        /// Who concluded it.
        concluded_by: Option<Uuid>,
        /// When.
        concluded_at: Option<Time>,
    }
}
