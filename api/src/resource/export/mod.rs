//! Taking records out as files: the list with its filters, under the caller's leave to export.

mod flat;
mod print;
mod rest;
mod text;
mod workbook;

pub use flat::{Columns, Record, flat};
pub use print::{answer_pdf, print};
pub use rest::register;
pub use text::{csv_line, is_formula_start, words};
pub use workbook::{Sheet, workbook};

use super::{Error, Operation, Outcome};
use actix_web::HttpResponse;
use actix_web::http::header;

/// A cell of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Empty,
    /// Text, which is never a formula.
    Text(String),
    /// A number.
    Number(i64),
    /// True or false.
    Flag(bool),
}

impl<T: Into<String>> From<T> for Value {
    fn from(text: T) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

/// What a file is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values, UTF-8 (RFC 4180).
    Csv,
    /// Office Open XML workbook.
    Xlsx,
}

impl Format {
    /// Takes `format=` out of the parameters; CSV unless it is given.
    ///
    /// # Errors
    /// When it is neither, or given twice.
    pub fn take(pairs: &mut Vec<(String, String)>) -> Outcome<Self> {
        let (given, rest): (Vec<_>, Vec<_>) = pairs.drain(..).partition(|(name, _)| name == "format");
        *pairs = rest;
        match given.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().as_slice() {
            [] | ["csv"] => Ok(Self::Csv),
            ["xlsx"] => Ok(Self::Xlsx),
            _ => Err(Error::Malformed("format: is csv or xlsx, and given once".into())),
        }
    }

    /// The file's media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// An answer that browsers keep as a file of this name, of which only plain characters are left.
    pub fn answer(self, name: &str) -> actix_web::HttpResponseBuilder {
        let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
        let name: String = name.chars().map(plain).take(100).collect();
        let extension = if self == Self::Csv { "csv" } else { "xlsx" };
        let mut response = HttpResponse::Ok();
        response.content_type(self.media_type());
        response.insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{extension}\"")));
        response
    }

    /// For the OpenAPI document: the parameter.
    fn parameter() -> serde_json::Value {
        serde_json::json!({"name": "format", "in": "query", "description": "What the file is written as",
            "schema": {"type": "string", "enum": ["csv", "xlsx"], "default": "csv"}})
    }

    /// For the OpenAPI document: the parameter and the answer.
    pub fn documented(operation: Operation) -> Operation {
        let file = || serde_json::json!({"type": "string", "format": "binary"});
        let operation = operation.takes([Self::parameter()]);
        let operation = operation.answers_with(200, "The file", "text/csv", file());
        operation.answers_with(200, "The file", Self::Xlsx.media_type(), file())
    }
}
