//! Text on A4 pages as PDF: headings and paragraphs, wrapped and paged, with a footer. The font is embedded, so that
//! names in any European script print.

use crate::resource::{Error, Outcome};
use krilla::Document;
use krilla::geom::Point;
use krilla::page::PageSettings;
use krilla::text::{Font, TextDirection};
use ttf_parser::Face;

/// DejaVu Sans; its licence lies beside it.
static FONT: &[u8] = include_bytes!("../../../fonts/DejaVuSans.ttf");

/// A4 in points.
const WIDTH: f32 = 595.0;
const HEIGHT: f32 = 842.0;
/// Distance from every edge.
const MARGIN: f32 = 56.0;

/// How a paragraph looks.
#[derive(Clone, Copy)]
pub enum Style {
    /// The heading of the whole.
    Title,
    /// A heading.
    Heading,
    /// One below it.
    Subheading,
    /// A paragraph.
    Text,
    /// A remark.
    Small,
}

impl Style {
    /// Size, and the room before it.
    const fn measure(self) -> (f32, f32) {
        match self {
            Self::Title => (18.0, 0.0),
            Self::Heading => (13.0, 14.0),
            Self::Subheading => (10.5, 7.0),
            Self::Text => (9.5, 2.0),
            Self::Small => (7.5, 2.0),
        }
    }
}

/// A line with its place on the page.
struct Line {
    from_top: f32,
    size: f32,
    text: String,
}

/// Paper that is written on from top to bottom.
pub struct Paper {
    face: Face<'static>,
    font: Font,
    footer: String,
    pages: Vec<Vec<Line>>,
    at: f32,
}

impl Paper {
    /// Blank paper with this at the foot of each page.
    ///
    /// # Errors
    /// When the font cannot be read.
    pub fn new(footer: String) -> Outcome<Self> {
        let unreadable = || Error::Internal("the font cannot be read".into());
        let face = Face::parse(FONT, 0).map_err(|_| unreadable())?;
        let font = Font::new(FONT.to_vec().into(), 0).ok_or_else(unreadable)?;
        Ok(Self { face, font, footer, pages: vec![Vec::new()], at: MARGIN })
    }

    /// Writes text, each of its lines as a paragraph.
    pub fn put(&mut self, style: Style, text: &str) {
        let (size, before) = style.measure();
        self.at += before;
        for paragraph in text.lines() {
            for line in self.wrap(paragraph, size) {
                self.line(size, line);
            }
        }
    }

    fn line(&mut self, size: f32, text: String) {
        let height = size * 1.35;
        if self.at + height > HEIGHT - MARGIN - 20.0 {
            self.pages.push(Vec::new());
            self.at = MARGIN;
        }
        self.at += height;
        let line = Line { from_top: self.at, size, text };
        if let Some(page) = self.pages.last_mut() {
            page.push(line);
        }
    }

    /// Breaks a paragraph where it reaches the edge: between words, or within one that is longer than a line.
    fn wrap(&self, paragraph: &str, size: f32) -> Vec<String> {
        let room = WIDTH - 2.0 * MARGIN;
        let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0.0);
        for word in paragraph.split_whitespace() {
            let wide = self.width(word, size);
            if used > 0.0 && used + self.width(" ", size) + wide > room {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            if used > 0.0 {
                line.push(' ');
                used += self.width(" ", size);
            }
            for letter in word.chars() {
                let wide = self.advance(letter, size);
                if used + wide > room {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(letter);
                used += wide;
            }
        }
        lines.push(line);
        lines
    }

    fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|letter| self.advance(letter, size)).sum()
    }

    fn advance(&self, letter: char, size: f32) -> f32 {
        let glyph = self.face.glyph_index(letter).unwrap_or_default();
        let advance = self.face.glyph_hor_advance(glyph).unwrap_or_default();
        f32::from(advance) / f32::from(self.face.units_per_em()) * size
    }

    /// The file. The same text is the same bytes: nothing in it tells the time.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> Outcome<Vec<u8>> {
        let mut document = Document::new();
        let count = self.pages.len();
        for (i, lines) in self.pages.iter().enumerate() {
            let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| Error::Internal("no page".into()))?;
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            let footer = format!("{} · page {} of {count}", self.footer, i + 1);
            let foot = Line { from_top: HEIGHT - MARGIN / 2.0, size: 7.5, text: footer };
            for line in lines.iter().chain([&foot]) {
                let start = Point::from_xy(MARGIN, line.from_top);
                surface.draw_text(start, self.font.clone(), line.size, &line.text, false, TextDirection::Auto);
            }
            surface.finish();
            page.finish();
        }
        document.finish().map_err(|error| Error::Internal(format!("the PDF cannot be written: {error:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_the_edge_and_pages_at_the_foot() {
        let mut paper = Paper::new("foot".into()).expect("paper");
        let long = "Überprüfung łódź ".repeat(40) + &"x".repeat(500);
        for line in paper.wrap(&long, 9.5) {
            assert!(paper.width(&line, 9.5) <= WIDTH - 2.0 * MARGIN, "{line}");
        }
        for _ in 0..200 {
            paper.put(Style::Text, "line");
        }
        assert!(paper.pages.len() > 2);
        assert!(paper.finish().expect("a file").starts_with(b"%PDF-1."));
    }
}
