//! Workbooks as programs write them are read, as calamine reads them; those that claim too much are refused.

use super::*;
use crate::resource::heavy::Leash;
use crate::resource::import::table::Cell;
use chrono::NaiveDate;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn read(bytes: &[u8], sheet: Option<&str>) -> Outcome<Vec<Row>> {
    super::read(Cursor::new(bytes), sheet, &|_| Ok(()), Budget::whole(&Leash::whole()))
}

/// A workbook with one sheet of these rows, and these other parts.
fn book(sheet: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let ties = [
        "worksheet\" Target=\"worksheets/sheet1",
        "sharedStrings\" Target=\"sharedStrings",
        "styles\" Target=\"/xl/styles",
    ];
    let ties: String =
        (1..).zip(ties).map(|(n, tie)| format!("<Relationship Id=\"rId{n}\" Type=\"{office}/{tie}.xml\"/>")).collect();
    let mut all = vec![
        (
            "xl/workbook.xml",
            "<workbook xmlns:r=\"r\"><sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
                .to_owned(),
        ),
        ("xl/_rels/workbook.xml.rels", format!("<Relationships>{ties}</Relationships>")),
        ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{sheet}</sheetData></worksheet>")),
    ];
    all.extend(parts.iter().map(|(name, text)| (*name, (*text).to_owned())));
    for (name, text) in all {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.into())
}

#[test]
fn a_sheet_is_read_with_days_and_numbers_and_its_formulas_are_refused() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Notes").unwrap();
    let sheet = book.add_worksheet().set_name("Assets").unwrap();
    let day = ExcelDateTime::parse_from_str("2026-03-31").unwrap();
    sheet.write_string(0, 0, "name").unwrap();
    sheet.write_string(2, 0, "=1+1").unwrap();
    sheet.write_number(2, 1, 3).unwrap();
    sheet.write_datetime_with_format(2, 3, &day, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
    sheet.write_boolean(2, 4, true).unwrap();
    sheet.write_formula(3, 1, Formula::new("=1+1")).unwrap();
    sheet.write_array_formula(4, 0, 4, 1, Formula::new("=A1:B1")).unwrap();
    let (plain, bold) = (Format::new(), Format::new().set_bold());
    sheet.write_rich_string(5, 0, &[(&plain, "one "), (&bold, "two")]).unwrap();
    sheet.write_blank(5, 300, &bold).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    assert!(read(&bytes, None).unwrap().is_empty(), "the first sheet");
    assert!(read(&bytes, Some("Else")).is_err());
    let rows = read(&bytes, Some("Assets")).unwrap();
    let day = Cell::Day(NaiveDate::from_ymd_opt(2026, 3, 31).unwrap());
    let cells = vec![text("=1+1"), Cell::Number(3.0), Cell::Empty, day, Cell::Flag(true)];
    assert_eq!(rows[1], Row { number: 3, cells });
    assert_eq!(rows[2], Row { number: 4, cells: vec![Cell::Empty, Cell::FORMULA] });
    assert_eq!(rows[3].cells[0], Cell::FORMULA);
    assert_eq!(rows[4], Row { number: 6, cells: vec![text("one two")] });
}

#[test]
fn kinds_of_cells_that_other_programs_write_are_read() {
    let sheet = r#"<row><c t="inlineStr"><is><r><t>in</t></r><r><t xml:space="preserve"> line</t></r><rPh><t>no</t></rPh></is></c>
        <c t="s"><v>1</v></c><c><v>plain</v></c><c t="str"><v>a &lt; b &#x41;</v></c></row>
        <row r="7"><c r="C7" s="1"><v>46112</v></c><c s="2"><v>0.5</v></c><c r="G7" t="e"><v>#N/A</v></c><c t="d"><v>2026-03-31</v></c></row>
        <row><c r="B8" t="n"/><c t="b"><v>0</v></c><c><f t="shared" si="0"/><v>1</v></c><c><f/><v>2</v></c></row>"#;
    let texts = "<sst><si><t>first</t></si><si><r><t>sec</t></r><r><t>ond</t></r><phoneticPr/></si></sst>";
    let styles = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/><numFmt numFmtId="165" formatCode="[h]:mm"/></numFmts>
        <cellStyleXfs><xf numFmtId="164"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>"#;
    let rows = read(&book(sheet, &[("xl/sharedStrings.xml", texts), ("xl/styles.xml", styles)]), Some("s")).unwrap();
    assert_eq!(rows[0].cells, [text("in line"), text("second"), text("plain"), text("a < b A")]);
    let day = Cell::Day(NaiveDate::from_ymd_opt(2026, 3, 31).unwrap());
    assert_eq!((rows[1].number, &rows[1].cells[2]), (7, &day));
    assert_eq!(rows[1].cells[3], Cell::Fault("is a length of time".into()));
    assert_eq!(rows[1].cells[6..], [Cell::Fault("holds the error #N/A".into()), text("2026-03-31")]);
    let last = [Cell::Empty, Cell::Empty, Cell::Flag(false), Cell::FORMULA, Cell::Number(2.0)];
    assert_eq!((rows[2].number, rows[2].cells.as_slice()), (8, &last[..]));
}

#[test]
fn a_text_that_many_cells_name_is_kept_once() {
    let cells: String = (1..=20_000).map(|n| format!("<row r=\"{n}\"><c t=\"s\"><v>0</v></c></row>")).collect();
    let long = format!("<sst><si><t>{}</t></si></sst>", "a".repeat(30_000));
    let rows = read(&book(&cells, &[("xl/sharedStrings.xml", &long)]), None).unwrap();
    let (Cell::Text(first), Cell::Text(last)) = (&rows[0].cells[0], &rows[19_999].cells[0]) else { panic!("texts") };
    assert!(std::sync::Arc::ptr_eq(first, last));
}

#[test]
fn what_claims_more_than_it_holds_is_refused() {
    let row = |cell: &str| book(&format!("<row r=\"1\">{cell}</row>"), &[]);
    let deep = "<a>".repeat(1_000) + &"</a>".repeat(1_000);
    for (what, bytes) in [
        ("a text that is not there", row("<c t=\"s\"><v>4000000000</v></c>")),
        ("no number of a text", row("<c t=\"s\"><v>99999999999999999999</v></c>")),
        ("a column far right", row("<c r=\"IW1\"><v>1</v></c>")),
        ("a column that is none", row("<c r=\"AAAA1\"><v>1</v></c>")),
        ("a cell of another row", row("<c r=\"A2\"><v>1</v></c>")),
        ("a cell twice", row("<c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>1</v></c>")),
        ("rows backwards", book("<row r=\"2\"/><row r=\"1\"/>", &[])),
        ("a row far down", book("<row r=\"1048577\"/>", &[])),
        ("a row beyond numbers", book("<row r=\"18446744073709551616\"/>", &[])),
        ("elements too deep", book(&deep, &[])),
        ("an open element", book("<row>", &[])),
        ("a long tag", book(&format!("<row a=\"{}\"/>", "x".repeat(2 << 20)), &[])),
        ("an entity", row("<c><v>&x;</v></c>")),
        ("a part twice", book("", &[("XL/WORKBOOK.XML", "<workbook/>")])),
        ("a long text", row(&format!("<c t=\"str\"><v>{}</v></c>", "x".repeat(200_000)))),
        (
            "many long texts",
            book(&format!("<row><c t=\"str\"><v>{}</v></c></row>", "x".repeat(120_000)).repeat(400), &[]),
        ),
    ] {
        assert!(matches!(read(&bytes, None), Err(Error::Malformed(_))), "{what}");
    }
    let declared = "<!DOCTYPE sst [<!ENTITY a \"aaaa\">]><sst><si><t>&a;</t></si></sst>";
    let bytes = book("<row><c t=\"s\"><v>0</v></c></row>", &[("xl/sharedStrings.xml", declared)]);
    assert!(read(&bytes, None).unwrap_err().to_string().contains("document type"));
}

#[test]
fn formulas_claim_what_they_like() {
    for formula in [
        "<f t=\"shared\" ref=\"A1:A2\" si=\"4000000000\">A1</f>",
        "<f t=\"shared\" ref=\"A1:XFD1048576\" si=\"0\">A1</f>",
        "<f t=\"shared\" si=\"18446744073709551615\"/>",
        "<f t=\"array\" ref=\"A1:XFD1048576\">A1</f>",
        "<f t=\"dataTable\" ref=\"A1:XFD1048576\" r1=\"A1\"/>",
    ] {
        let bytes = book(&format!("<row r=\"1\"><c r=\"A1\">{formula}<v>1</v></c></row>"), &[]);
        assert_eq!(read(&bytes, None).unwrap()[0].cells, [Cell::FORMULA], "{formula}");
    }
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_refused_on_the_way() {
    let bytes = book(&format!("<!--{}-->", " ".repeat(500_000)).repeat(300), &[]);
    assert!(bytes.len() < 1 << 20, "{}", bytes.len());
    assert!(matches!(read(&bytes, None), Err(Error::Malformed(_))));
}
