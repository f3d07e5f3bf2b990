//! How values of metrics stand in people's sheets.

use super::Measurement;
use crate::resource::import::{Column, Import, column};

impl Import for Measurement {
    const COLUMNS: &'static [Column] = &[
        column("metricId", &["metric", "kpi", "indicator", "kennzahl"], &[]),
        column("periodFrom", &["from", "period start", "start", "von", "zeitraum von"], &[]),
        column("periodTo", &["to", "period end", "end", "until", "bis", "zeitraum bis"], &[]),
        column("value", &["result", "measured value", "wert", "ergebnis"], &[]),
        column("sample", &["n", "sample size", "population", "anzahl", "stichprobe"], &[]),
        column("note", &["comment", "remark", "bemerkung", "kommentar"], &[]),
    ];
}
