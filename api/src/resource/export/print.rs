//! Papers as PDF, set by typst from a template and the data that it shows. Nothing in the data is read as markup and
//! nothing tells the time: the same data are the same bytes.

use crate::resource::heavy::{Line, heavy};
use crate::resource::{Error, Outcome};
use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use serde::Serialize;
use serde_json::Value;
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

/// DejaVu Sans, so that names in any European script print; its licence lies beside it.
static FONTS: [&[u8]; 2] =
    [include_bytes!("../../../fonts/DejaVuSans.ttf"), include_bytes!("../../../fonts/DejaVuSans-Bold.ttf")];

/// The most lines of a paper. Setting one takes some kilobytes of memory until the paper is done.
const MOST_LINES: usize = 5_000;
/// So many characters at most stand in a line of a paper.
const LINE: usize = 80;
/// The most pages of a paper.
const MOST_PAGES: usize = 300;

/// What all papers look like; templates import it as `paper.typ`.
const PAPER: &str = include_str!("paper.typ");

/// What does not change from one paper to the next.
struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

static PRESS: LazyLock<Press> = LazyLock::new(|| {
    let fonts: Vec<Font> = FONTS.iter().flat_map(|bytes| Font::iter(Bytes::new(*bytes))).collect();
    let book = LazyHash::new(FontBook::from_fonts(&fonts));
    Press { library: LazyHash::new(Library::default()), book, fonts }
});

/// One paper: a template, what it imports, and the data that it reads. There is nothing else for it to see.
struct Paper {
    template: Source,
    shared: Source,
    data: (FileId, Bytes),
}

impl World for Paper {
    fn library(&self) -> &LazyHash<Library> {
        &PRESS.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &PRESS.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        [&self.template, &self.shared]
            .into_iter()
            .find(|source| source.id() == id)
            .cloned()
            .ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let (data, bytes) = &self.data;
        if *data == id { Ok(bytes.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        PRESS.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// A paper as an answer, to be saved under this name.
pub fn answer_pdf(name: &str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.pdf\"")))
        .body(bytes)
}

/// Prints data by a template, which reads it with `json("data.json")`. It takes a good part of a second of a processor:
/// other requests go on meanwhile.
///
/// # Errors
/// [`Error::Conflict`] when it would be too long; as [`heavy`]; when the template and the data do not fit each other.
pub async fn print(line: Line, template: &'static str, data: &impl Serialize) -> Outcome<Vec<u8>> {
    let data = serde_json::to_value(data)?;
    if lines(&data) > MOST_LINES {
        return Err(too_long(MOST_LINES, "lines"));
    }
    let data = data.to_string();
    heavy(line, move |_| set(template, data)).await
}

fn too_long(most: usize, of: &str) -> Error {
    let instead = "shorten its texts, or take what it shows as JSON, CSV or a workbook";
    Error::Conflict(format!("the paper would have more than {most} {of}: {instead}"))
}

/// How many lines a paper has at least and about.
fn lines(data: &Value) -> usize {
    match data {
        Value::String(text) => text.split('\n').map(|line| 1 + line.chars().count() / LINE).sum(),
        Value::Array(items) => items.iter().map(lines).sum(),
        Value::Object(fields) => fields.values().map(lines).sum(),
        _ => 1,
    }
}

fn set(template: &'static str, data: String) -> Outcome<Vec<u8>> {
    let paper = Paper {
        template: Source::new(file("template.typ")?, template.into()),
        shared: Source::new(file("paper.typ")?, PAPER.into()),
        data: (file("data.json")?, Bytes::from_string(data)),
    };
    let document: PagedDocument = typst::compile(&paper).output.map_err(|wrong| failed(&wrong))?;
    if document.pages().len() > MOST_PAGES {
        comemo::evict(0);
        return Err(too_long(MOST_PAGES, "pages"));
    }
    let options = PdfOptions { creator: Smart::Custom(Some("isms".into())), ..PdfOptions::default() };
    let printed = typst_pdf::pdf(&document, &options).map_err(|wrong| failed(&wrong));
    // What typst keeps for setting the same again would grow with every paper.
    comemo::evict(0);
    printed
}

fn file(name: &str) -> Outcome<FileId> {
    let path = VirtualPath::new(name).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn failed(wrong: &[typst::diag::SourceDiagnostic]) -> Error {
    let told: Vec<&str> = wrong.iter().map(|wrong| wrong.message.as_str()).collect();
    Error::Internal(format!("the paper cannot be set: {}", told.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    const TEMPLATE: &str = "#import \"paper.typ\": paper, prose\n#let data = json(\"data.json\")\n\
        #show: paper.with(title: data.title, foot: \"foot\")\n#prose(data.text)\n";

    #[tokio::test]
    async fn the_same_data_are_the_same_bytes_and_never_markup() {
        let data = |text: &str| json!({"title": "T", "text": text});
        let hostile = "#panic() *x* \\ $ #read(\"paper.typ\") @label <label> 漢字 😀\nÜberprüfung łódź";
        let print = |data| async move { print(Line::Request(Uuid::nil()), TEMPLATE, &data).await };
        let printed = print(data(hostile)).await.expect("a paper");
        assert!(printed.starts_with(b"%PDF-1."));
        assert_eq!(printed, print(data(hostile)).await.expect("a paper"));
        assert_ne!(printed, print(data("other")).await.expect("a paper"));
    }

    #[tokio::test]
    async fn a_template_sees_nothing_but_its_data() {
        for reaching in [
            "#read(\"/etc/passwd\")",
            "#read(\"../Cargo.toml\")",
            "#import \"@preview/a:1.0.0\": b",
            "#datetime.today()",
        ] {
            assert!(print(Line::Request(Uuid::nil()), reaching, &json!({})).await.is_err(), "{reaching}");
        }
    }

    #[tokio::test]
    async fn a_paper_that_would_be_too_long_is_refused_before_it_is_set() {
        let by = Line::Request(Uuid::nil());
        for text in ["a\n".repeat(MOST_LINES), "a".repeat(MOST_LINES * LINE), "\n".repeat(MOST_LINES)] {
            let refused = print(by, TEMPLATE, &json!({"title": "T", "text": text})).await;
            assert!(matches!(refused, Err(Error::Conflict(_))));
            let refused = print(by, TEMPLATE, &json!({"title": "T", "text": [{"a": [text]}]})).await;
            assert!(matches!(refused, Err(Error::Conflict(_))));
        }
    }
}
