//! How completions stand in the lists of learning systems.

use super::TrainingAssignment;
use crate::resource::import::{Column, Import, column};

impl Import for TrainingAssignment {
    const COLUMNS: &'static [Column] = &[
        column("personId", &["person", "email", "user", "employee", "learner", "participant", "mitarbeiter"], &[]),
        column("trainingId", &["training", "course", "course title", "module", "schulung", "kurs"], &[]),
        column("sessionId", &["session", "date of session", "termin"], &[]),
        column("dueOn", &["due", "due date", "deadline", "assigned until", "fällig", "fällig am", "frist"], &[]),
        column(
            "completedOn",
            &["completed", "completion date", "date completed", "abgeschlossen", "abgeschlossen am"],
            &[],
        ),
        column("score", &["result", "percent", "grade", "ergebnis", "punkte"], &[]),
    ];
}
