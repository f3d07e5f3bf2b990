//! Tests of controls (clauses 8.1 and 9.1).

use crate::{Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// How a control is tested.
    TestMethod {
        /// By looking at records.
        Examine,
        /// By asking.
        Interview,
        /// By trying.
        Test,
    }
}
word! {
    /// What a test found.
    TestResult {
        /// It works.
        Effective,
        /// It works in part.
        Partly,
        /// It does not work.
        Ineffective,
    }
}
word! {
    /// Whether it took place.
    TestState {
        /// To come.
        Planned,
        /// Done.
        Performed,
        /// Given up.
        Cancelled,
    }
}

record! {
    /// One test of one control.
    table = "control_test";
    draft {
        /// Short name.
        title: String,
        /// The control.
        control_id: Uuid,
        /// How.
        #[serde(default)]
        method: TestMethod,
        /// The day.
        planned_on: NaiveDate,
        /// Who tests; not who owns the control.
        tester_id: Option<Uuid>,
        /// What the sample is drawn from.
        population: Option<String>,
        /// How many are looked at.
        sample_size: Option<i32>,
        /// What the sample was drawn with, so that it can be drawn again.
        seed: Option<String>,
        /// First day of the period that it covers.
        period_from: Option<NaiveDate>,
        /// Last day.
        period_to: Option<NaiveDate>,
    }
    kept {
        /// Whether it took place.
        state: TestState,
        /// What it found.
        result: Option<TestResult>,
        /// How many of the sample failed.
        exceptions: Option<i32>,
        /// What was seen.
        notes: Option<String>,
        /// Until when the result proves the control.
        valid_until: Option<NaiveDate>,
        /// Who tested.
        performed_by: Option<Uuid>,
        /// When.
        performed_at: Option<Time>,
    }
}
