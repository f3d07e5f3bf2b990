//! Lines of text as a printable PDF: A4, Helvetica, pages that are numbered. Letters beyond Western European ones
//! print as a question mark.

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

/// A4 in points.
const PAGE: (f32, f32) = (595.0, 842.0);
/// The margin on all sides, points.
const MARGIN: f32 = 56.0;
/// The most characters in a line of ten points.
const WIDE: usize = 90;

/// A line: its text and whether it is a heading.
pub struct Line {
    /// The text.
    pub text: String,
    /// Larger and bold.
    pub heading: bool,
}

impl Line {
    const fn height(&self) -> f32 {
        if self.heading { 24.0 } else { 14.0 }
    }
}

/// Breaks text into lines that fit.
pub fn text(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + word.chars().count() >= WIDE {
                lines.push(Line { text: std::mem::take(&mut line), heading: false });
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(Line { text: line, heading: false });
    }
    lines
}

/// A heading.
pub fn heading(text: &str) -> Line {
    Line { text: text.to_owned(), heading: true }
}

/// The document: the same lines give the same bytes.
pub fn pdf(lines: &[Line]) -> Vec<u8> {
    let mut pages: Vec<Vec<&Line>> = vec![Vec::new()];
    let mut room = PAGE.1 - 2.0 * MARGIN;
    for line in lines {
        if line.height() > room {
            pages.push(Vec::new());
            room = PAGE.1 - 2.0 * MARGIN;
        }
        room -= line.height();
        if let Some(page) = pages.last_mut() {
            page.push(line);
        }
    }
    let mut next = 0;
    let mut id = || {
        next += 1;
        Ref::new(next)
    };
    let (catalog, tree, plain, bold) = (id(), id(), id(), id());
    let ids: Vec<(Ref, Ref)> = pages.iter().map(|_| (id(), id())).collect();
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(ids.iter().map(|(page, _)| *page)).count(count);
    for (font, name) in [(plain, "Helvetica"), (bold, "Helvetica-Bold")] {
        pdf.type1_font(font).base_font(Name(name.as_bytes())).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    for (number, (lines, (page, content))) in pages.iter().zip(&ids).enumerate() {
        let mut shown = pdf.page(*page);
        shown.parent(tree).media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1)).contents(*content);
        shown.resources().fonts().pair(Name(b"P"), plain).pair(Name(b"B"), bold);
        shown.finish();
        pdf.stream(*content, &drawn(lines, number + 1, pages.len()));
    }
    pdf.finish()
}

fn drawn(lines: &[&Line], number: usize, of: usize) -> Vec<u8> {
    let mut content = Content::new();
    let mut y = PAGE.1 - MARGIN;
    let mut write = |text: &str, bold: bool, size: f32, y: f32| {
        content.begin_text().set_font(Name(if bold { b"B" } else { b"P" }), size).next_line(MARGIN, y);
        content.show(Str(&latin(text))).end_text();
    };
    for line in lines {
        y -= line.height();
        write(&line.text, line.heading, if line.heading { 13.0 } else { 10.0 }, y);
    }
    write(&format!("{number} / {of}"), false, 8.0, MARGIN / 2.0);
    content.finish().to_vec()
}

fn latin(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| match c {
            '\u{2013}' | '\u{2014}' => b'-',
            '\u{2018}' | '\u{2019}' => b'\'',
            '\u{201c}' | '\u{201d}' => b'"',
            '\u{20ac}' => 0x80,
            c => u8::try_from(u32::from(c)).unwrap_or(b'?'),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_break_into_lines_and_pages() {
        let lines = text(&"word ".repeat(5_000));
        assert!(lines.iter().all(|line| line.text.len() <= WIDE));
        let bytes = pdf(&lines);
        assert!(bytes.starts_with(b"%PDF-"));
        assert_eq!(bytes, pdf(&lines));
    }
}
