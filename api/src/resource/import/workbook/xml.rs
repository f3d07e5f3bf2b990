//! XML as it is unpacked: no element deeper, no tag, text or comment longer than a workbook has any use for, no document
//! types, and no entities but those of XML itself.

use super::super::budget::{Budget, LONGEST_TEXT};
use super::broken;
use crate::resource::Outcome;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::io::{self, BufRead, Read};

/// The longest tag, text or comment, bytes.
const LONGEST: usize = 1 << 20;
/// How deep elements lie at most.
const DEEPEST: usize = 64;

/// What comes next.
pub enum Node<'a> {
    /// An element begins.
    Open(Tag<'a>),
    /// An element ends.
    Close,
    /// A piece of text.
    Text(Cow<'a, str>),
    /// Something without a meaning here.
    Nothing,
    /// The end.
    End,
}

/// An element's name and attributes.
pub struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    /// Whether it is called so, whatever its prefix.
    pub fn is(&self, name: &str) -> bool {
        self.0.local_name().as_ref() == name.as_bytes()
    }

    /// The attribute of this name, whatever its prefix.
    pub fn attribute(&self, name: &str) -> Outcome<Option<String>> {
        // Looking for the same name twice would take as many steps as there are pairs of attributes.
        for attribute in self.0.attributes().with_checks(false) {
            let attribute = attribute.map_err(broken)?;
            if attribute.key.local_name().as_ref() == name.as_bytes() {
                return Ok(Some(attribute.decode_and_unescape_value(self.0.decoder()).map_err(broken)?.into_owned()));
            }
        }
        Ok(None)
    }

    /// The number in the attribute of this name.
    pub fn number<N: std::str::FromStr>(&self, name: &str) -> Outcome<Option<N>> {
        let Some(text) = self.attribute(name)? else { return Ok(None) };
        let wrong = |_| broken(format!("{name}: {} is no such number", super::told(&text)));
        text.parse().map(Some).map_err(wrong)
    }
}

/// A part that is being read.
pub struct Xml<R> {
    reader: Reader<Metered<R>>,
    buffer: Vec<u8>,
    depth: usize,
}

impl<R: BufRead> Xml<R> {
    /// From its first byte on.
    pub fn new(source: R) -> Self {
        let mut reader = Reader::from_reader(Metered { source, left: 0, passed: 0 });
        // An empty element begins and ends like any other.
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), depth: 0 }
    }

    /// In how many elements what comes next lies.
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// What comes next.
    ///
    /// # Errors
    /// When it is no XML, or larger or deeper than is taken; so for all.
    pub fn next(&mut self, budget: &mut Budget) -> Outcome<Node<'_>> {
        budget.step()?;
        self.buffer.clear();
        self.reader.get_mut().left = LONGEST;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(broken)?;
        budget.unpack(std::mem::take(&mut self.reader.get_mut().passed))?;
        Ok(match event {
            Event::Start(tag) | Event::Empty(tag) => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(broken("its elements lie too deep in each other"));
                }
                Node::Open(Tag(tag))
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                Node::Close
            }
            Event::Text(text) => Node::Text(text.xml10_content().map_err(broken)?),
            Event::CData(text) => Node::Text(text.decode().map_err(broken)?),
            Event::GeneralRef(name) => {
                if let Some(character) = name.resolve_char_ref().map_err(broken)? {
                    return Ok(Node::Text(character.to_string().into()));
                }
                let known = resolve_predefined_entity(&name.decode().map_err(broken)?);
                Node::Text(known.ok_or_else(|| broken("it names an entity"))?.into())
            }
            Event::DocType(_) => return Err(broken("it declares a document type")),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => Node::Nothing,
            Event::Eof if self.depth > 0 => return Err(broken("it ends in the middle")),
            Event::Eof => Node::End,
        })
    }

    /// Passes over the rest of the element that has just begun.
    pub fn skip(&mut self, budget: &mut Budget) -> Outcome<()> {
        self.text(budget, |_, _| Ok(()))
    }

    /// The text right within the element that has just begun; what lies in others within it is passed over.
    pub fn own_text(&mut self, budget: &mut Budget) -> Outcome<String> {
        let (own, mut whole) = (self.depth, String::new());
        self.text(budget, |depth, text| if depth == own { append(&mut whole, text) } else { Ok(()) })?;
        Ok(whole)
    }

    /// Hands over each text within the element that has just begun, with how deep it lies.
    fn text(&mut self, budget: &mut Budget, mut each: impl FnMut(usize, &str) -> Outcome<()>) -> Outcome<()> {
        let own = self.depth;
        while self.depth >= own {
            let depth = self.depth;
            match self.next(budget)? {
                Node::Text(text) => each(depth, &text)?,
                Node::End => return Err(broken("it ends in the middle")),
                _ => {}
            }
        }
        Ok(())
    }

    /// The text of a cell: that of its runs, without how it is spoken.
    pub fn rich_text(&mut self, budget: &mut Budget) -> Outcome<String> {
        let (own, mut whole) = (self.depth, String::new());
        while self.depth >= own {
            let (is_text, is_spoken) = match self.next(budget)? {
                Node::Open(tag) => (tag.is("t"), tag.is("rPh")),
                Node::End => return Err(broken("it ends in the middle")),
                _ => continue,
            };
            if is_text {
                append(&mut whole, &self.own_text(budget)?)?;
            } else if is_spoken {
                self.skip(budget)?;
            }
        }
        Ok(whole)
    }
}

/// A text grows, to what a cell takes.
fn append(whole: &mut String, text: &str) -> Outcome<()> {
    if whole.len() + text.len() > LONGEST_TEXT {
        return Err(broken("a cell holds more than 32,767 characters"));
    }
    whole.push_str(text);
    Ok(())
}

/// Bytes on their way, counted.
struct Metered<R> {
    source: R,
    /// So many may still belong to what is being read.
    left: usize,
    /// So many have passed.
    passed: usize,
}

impl<R: BufRead> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let many = self.fill_buf()?.read(into)?;
        self.consume(many);
        Ok(many)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other(format!("a tag or text in it is longer than {} KiB", LONGEST >> 10)));
        }
        self.source.fill_buf()
    }

    fn consume(&mut self, many: usize) {
        self.left = self.left.saturating_sub(many);
        self.passed += many;
        self.source.consume(many);
    }
}
