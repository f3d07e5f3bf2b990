//! Workbooks that no program writes.

use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A part of a workbook: what it begins with, a piece as often as wanted, and its end.
pub struct Part {
    pub path: &'static str,
    pub head: String,
    pub piece: String,
    pub times: usize,
    pub tail: String,
}

impl Part {
    fn whole(path: &'static str, text: impl Into<String>) -> Self {
        Self { path, head: text.into(), piece: String::new(), times: 0, tail: String::new() }
    }

    fn many(path: &'static str, head: &str, piece: &str, times: usize, tail: &str) -> Self {
        Self { path, head: head.into(), piece: piece.into(), times, tail: tail.into() }
    }
}

const SHEET: &str = "xl/worksheets/sheet1.xml";
const TEXTS: &str = "xl/sharedStrings.xml";
const STYLES: &str = "xl/styles.xml";
const BOOK: &str = "xl/workbook.xml";
const TITLE: &str = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>title</v></c></row>";

/// The parts as a zip file.
pub fn zip(parts: &[Part]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for part in parts {
        zip.start_file(part.path, SimpleFileOptions::default()).expect("a part");
        zip.write_all(part.head.as_bytes()).expect("its beginning");
        let some = part.piece.repeat(1_000.min(part.times));
        for n in 0..part.times.div_ceil(1_000) {
            let left = (part.times - n * 1_000).min(1_000);
            zip.write_all(&some.as_bytes()[..left * part.piece.len()]).expect("its pieces");
        }
        zip.write_all(part.tail.as_bytes()).expect("its end");
    }
    zip.finish().expect("a zip file").into_inner()
}

/// What every workbook has, without its sheet.
pub fn frame() -> Vec<Part> {
    let tie = |n: u8, kind: &str, target: &str| {
        format!("<Relationship Id=\"rId{n}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let ties = tie(1, "worksheet", "worksheets/sheet1.xml")
        + &tie(2, "sharedStrings", "sharedStrings.xml")
        + &tie(3, "styles", "styles.xml");
    let book = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
    vec![
        Part::whole("_rels/.rels", format!("<Relationships>{}</Relationships>", tie(1, "officeDocument", BOOK))),
        Part::whole(BOOK, book),
        Part::whole("xl/_rels/workbook.xml.rels", format!("<Relationships>{ties}</Relationships>")),
    ]
}

/// A workbook with these parts beside its frame; one of the frame may be replaced.
pub fn with(parts: Vec<Part>) -> Vec<u8> {
    let mut all = frame();
    all.retain(|part| !parts.iter().any(|own| own.path == part.path));
    all.extend(parts);
    zip(&all)
}

fn rows(head: &str, piece: &str, times: usize) -> Part {
    let head = format!("<worksheet><sheetData>{head}");
    Part::many(SHEET, &head, piece, times, "</sheetData></worksheet>")
}

/// A sheet of these rows.
pub fn sheet(text: &str) -> Vec<u8> {
    with(vec![rows(text, "", 0)])
}

fn formula(formula: &str) -> Vec<u8> {
    sheet(&format!("{TITLE}<row r=\"2\"><c r=\"A2\">{formula}<v>1</v></c></row>"))
}

fn without(path: &str) -> Vec<u8> {
    let mut parts = frame();
    parts.push(rows(TITLE, "", 0));
    parts.retain(|part| part.path != path);
    zip(&parts)
}

fn texts(part: Part) -> Vec<u8> {
    with(vec![rows(&format!("{TITLE}<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c></row>"), "", 0), part])
}

fn styled(part: Part) -> Vec<u8> {
    with(vec![rows(&format!("{TITLE}<row r=\"2\"><c r=\"A2\" s=\"7\"><v>46112</v></c></row>"), "", 0), part])
}

fn book(head: &str, piece: &str, times: usize, tail: &str) -> Vec<u8> {
    with(vec![rows(TITLE, "", 0), Part::many(BOOK, head, piece, times, tail)])
}

/// Each kind by its name.
pub fn kinds() -> Vec<(&'static str, Vec<u8>)> {
    let mut all = formulas();
    all.extend(cells());
    all.extend(parts());
    all
}

fn formulas() -> Vec<(&'static str, Vec<u8>)> {
    let group = "<row><c><f t=\"shared\" si=\"0\"/><v>1</v></c></row>";
    vec![
        ("a group far away", formula("<f t=\"shared\" ref=\"A1:A2\" si=\"4000000000\">A1</f>")),
        ("a group beyond numbers", formula("<f t=\"shared\" ref=\"A1:A2\" si=\"18446744073709551615\">A1</f>")),
        ("a group below zero", formula("<f t=\"shared\" ref=\"A1:A2\" si=\"-1\">A1</f>")),
        ("a group of a whole sheet", formula("<f t=\"shared\" ref=\"A1:XFD1048576\" si=\"0\">A1</f>")),
        ("a group of no area", formula("<f t=\"shared\" ref=\"XFD1048576:A1\" si=\"0\">A1</f>")),
        (
            "many groups of a whole sheet",
            with(vec![rows(TITLE, "<row><c><f t=\"shared\" ref=\"A1:XFD1048576\" si=\"9\">A1</f></c></row>", 10_000)]),
        ),
        ("many cells of one group", with(vec![rows(TITLE, group, 15_000)])),
        ("an array of a whole sheet", formula("<f t=\"array\" ref=\"A1:XFD1048576\">A1</f>")),
        (
            "a table of a whole sheet",
            formula("<f t=\"dataTable\" ref=\"A1:XFD1048576\" dt2D=\"1\" r1=\"A1\" r2=\"A2\"/>"),
        ),
        ("a long formula", formula(&format!("<f>{}</f>", "A1+".repeat(100_000)))),
    ]
}

fn cells() -> Vec<(&'static str, Vec<u8>)> {
    let named = "<row><c t=\"s\"><v>0</v></c></row>";
    let long = "a".repeat(30_000);
    let inline = format!("<row><c t=\"inlineStr\"><is><t>{long}</t></is></c></row>");
    vec![
        (
            "a text named often",
            with(vec![rows(TITLE, named, 19_000), Part::whole(TEXTS, format!("<sst><si><t>{long}</t></si></sst>"))]),
        ),
        (
            "a good text named often",
            with(vec![
                rows(
                    "<row r=\"1\"><c t=\"str\"><v>title</v></c><c t=\"str\"><v>description</v></c></row>",
                    "<row><c t=\"str\"><v>t</v></c><c t=\"s\"><v>0</v></c></row>",
                    5_000,
                ),
                Part::whole(TEXTS, format!("<sst><si><t>{}</t></si></sst>", "a".repeat(19_000))),
            ]),
        ),
        (
            "a text of many runs",
            texts(Part::many(TEXTS, "<sst><si>", "<r><t>aaaaaaaaaaaaaaaaaaaa</t></r>", 20_000, "</si></sst>")),
        ),
        (
            "many texts that no cell names",
            texts(Part::many(TEXTS, "<sst><si><t>x</t></si>", "<si><t>y</t></si>", 60_000, "</sst>")),
        ),
        ("many long texts", with(vec![rows(TITLE, &inline, 1_300)])),
        ("a text far away", sheet("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>4294967295</v></c></row>")),
        ("cells far right", with(vec![rows(TITLE, "<row><c/><c r=\"IV\"/></row>", 10)])),
        ("gaps in every row", gaps()),
        ("a cell beyond the last column", sheet("<row r=\"1\"><c r=\"ZZZZZZZ1\"><v>1</v></c></row>")),
        ("a cell beyond what is looked at", sheet("<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>")),
        ("a row far down", sheet(&format!("{TITLE}<row r=\"1048576\"><c><v>1</v></c></row>"))),
        ("a row beyond the last", sheet("<row r=\"4294967295\"><c><v>1</v></c></row>")),
        ("a row beyond numbers", sheet("<row r=\"99999999999999999999\"><c><v>1</v></c></row>")),
        ("rows in no order", sheet("<row r=\"9\"><c><v>1</v></c></row><row r=\"2\"><c><v>1</v></c></row>")),
        ("a row twice", sheet("<row r=\"9\"><c><v>1</v></c></row><row r=\"9\"><c><v>1</v></c></row>")),
        ("a cell twice", sheet("<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row>")),
        ("many empty rows", with(vec![rows(TITLE, "<row/>", 100_000)])),
        ("more rows than are taken", with(vec![rows(TITLE, "<row><c><v>1</v></c></row>", 51_000)])),
        ("numbers that are none", sheet("<row r=\"1\"><c r=\"A1\"><v>1e999999</v></c><c t=\"n\"><v>NaN</v></c></row>")),
        ("a kind of cell that is none", sheet("<row r=\"1\"><c r=\"A1\" t=\"zzz\"><v>1</v></c></row>")),
        ("many values in a cell", sheet(&format!("<row><c>{}</c></row>", "<v>1</v>".repeat(50_000)))),
        (
            "pieces of text",
            sheet(&format!("<row><c t=\"str\"><v>{}</v></c></row>", "a<![CDATA[b]]>&amp;".repeat(20_000))),
        ),
    ]
}

/// Rows whose only cell is the last that is looked at.
fn gaps() -> Vec<u8> {
    let rows: String = (2..15_000).map(|n| format!("<row><c r=\"IV{n}\"><v>1</v></c></row>")).collect();
    sheet(&format!("{TITLE}{rows}"))
}

fn parts() -> Vec<(&'static str, Vec<u8>)> {
    let wide = format!("<row {}>", (0..60_000).map(|n| format!("a{n}=\"\" ")).collect::<String>());
    let lol = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    vec![
        ("a tag of many attributes", sheet(&format!("{TITLE}{wide}</row>"))),
        ("a tag without end", sheet(&format!("<row a=\"{}\">", "x".repeat(3 << 20)))),
        ("elements in each other", sheet(&"<a>".repeat(200_000))),
        ("a long name", sheet(&format!("<{}>", "x".repeat(3 << 20)))),
        ("a long comment", sheet(&format!("<!--{}-->{TITLE}", "x".repeat(3 << 20)))),
        ("an instruction", sheet(&format!("<?x {}?>{TITLE}", "x".repeat(3 << 20)))),
        ("entities in entities", texts(Part::whole(TEXTS, format!("{lol}<sst><si><t>&b;</t></si></sst>")))),
        (
            "an entity from a file",
            texts(Part::whole(
                TEXTS,
                "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><sst><si><t>&a;</t></si></sst>",
            )),
        ),
        ("many styles", styled(Part::many(STYLES, "<s><cellXfs>", "<xf numFmtId=\"14\"/>", 150_000, "</cellXfs></s>"))),
        (
            "many formats of numbers",
            styled(Part::many(
                STYLES,
                "<s><numFmts>",
                "<numFmt numFmtId=\"164\" formatCode=\"yyyy-mm-dd;;;;;;;;;;\"/>",
                50_000,
                "</numFmts></s>",
            )),
        ),
        (
            "a long format",
            styled(Part::whole(
                STYLES,
                format!("<s><numFmts><numFmt numFmtId=\"164\" formatCode=\"{}\"/></numFmts></s>", "[h".repeat(400_000)),
            )),
        ),
        (
            "many merged cells",
            with(vec![Part::many(
                SHEET,
                &format!("<worksheet><sheetData>{TITLE}</sheetData><mergeCells>"),
                "<mergeCell ref=\"A1:XFD1048576\"/>",
                50_000,
                "</mergeCells></worksheet>",
            )]),
        ),
        (
            "many defined names",
            book(
                "<workbook><sheets><sheet name=\"s\" id=\"rId1\"/></sheets><definedNames>",
                "<definedName name=\"x\">A1:XFD1048576</definedName>",
                50_000,
                "</definedNames></workbook>",
            ),
        ),
        (
            "many sheets",
            book(
                "<workbook><sheets>",
                "<sheet name=\"sheet\" sheetId=\"1\" id=\"rId1\"/>",
                50_000,
                "</sheets></workbook>",
            ),
        ),
        (
            "sheets with long names",
            book(
                "<workbook><sheets>",
                &format!("<sheet name=\"{}\" id=\"rId9\"/>", "n".repeat(100_000)),
                500,
                "</sheets></workbook>",
            ),
        ),
        ("no workbook", without(BOOK)),
        ("no relationships", without("xl/_rels/workbook.xml.rels")),
        ("no sheet", without(SHEET)),
        ("no texts", texts(Part::whole("xl/other.xml", ""))),
        ("a sheet that is none", with(vec![Part::whole(SHEET, "<chartsheet/>")])),
        ("a sheet that is no XML", with(vec![Part::whole(SHEET, "\u{0}\u{1}<<<>>>")])),
        ("a sheet that ends in the middle", with(vec![Part::whole(SHEET, "<worksheet><sheetData><row><c><v>")])),
        (
            "a path that leads out",
            with(vec![
                rows(TITLE, "", 0),
                Part::whole(
                    "xl/_rels/workbook.xml.rels",
                    format!(
                        "<R><Relationship Id=\"rId1\" Type=\"{OFFICE}/worksheet\" Target=\"../../../../etc/passwd\"/></R>"
                    ),
                ),
            ]),
        ),
        (
            "a sheet that is itself",
            with(vec![Part::whole(
                "xl/_rels/workbook.xml.rels",
                format!("<R><Relationship Id=\"rId1\" Type=\"{OFFICE}/worksheet\" Target=\"workbook.xml\"/></R>"),
            )]),
        ),
        (
            "comments without end",
            with(vec![Part::many(
                SHEET,
                "<worksheet>",
                &format!("<!--{}-->", " ".repeat(500_000)),
                300,
                "<sheetData/></worksheet>",
            )]),
        ),
        (
            "a picture of zeros",
            with(vec![rows(TITLE, "", 0), Part::many("xl/media/a.png", "", &"\0".repeat(1_000), 50_000, "")]),
        ),
    ]
}
