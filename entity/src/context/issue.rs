//! Issues outside and inside the organisation that bear on what the ISMS is to achieve (clause 4.1).

use crate::{Ids, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Where an issue comes from.
    IssueOrigin {
        /// From outside.
        External,
        /// From inside.
        Internal,
    }
}
word! {
    /// What an issue is about.
    IssueCategory {
        /// Politics.
        Political,
        /// Economy and markets.
        Economic,
        /// Society.
        Social,
        /// Technology.
        Technological,
        /// Law and regulation.
        Legal,
        /// Environment, climate change among it (Amendment 1:2024).
        Environmental,
        /// How the organisation is built.
        Structure,
        /// Its people.
        People,
        /// How it works.
        Process,
        /// Its means.
        Finance,
        /// Its culture.
        Culture,
    }
}
word! {
    /// What is done about an issue.
    IssueState {
        /// It matters now.
        Open,
        /// It is watched.
        Monitored,
        /// It matters no more.
        Closed,
    }
}

record! {
    /// One issue.
    table = "issue";
    draft {
        /// Short name.
        title: String,
        /// What it is.
        description: Option<String>,
        /// From inside or outside.
        origin: IssueOrigin,
        /// What it is about.
        category: IssueCategory,
        /// What it does to the outcomes that the ISMS is to achieve.
        effect: Option<String>,
        /// How much it matters: 1 little, 2 some, 3 much.
        #[serde(default = "crate::some")]
        relevance: i32,
        /// The accountable person.
        owner_id: Option<Uuid>,
        /// Risks that come from it (6.1.1).
        #[serde(default)]
        risk_ids: Ids,
        /// When it is looked at next.
        review_on: Option<NaiveDate>,
    }
    kept {
        /// What is done about it.
        state: IssueState,
        /// Why it matters no more.
        closure_reason: Option<String>,
    }
}
