//! Zip files that lie about what is in them.

use super::book::{Part, frame, sheet, with, zip};
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The last place of some bytes.
fn last(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).rposition(|window| window == what).expect("it is there")
}

fn changed(bytes: &[u8], at: usize, to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + to.len()].copy_from_slice(to);
    bytes
}

/// A zip file of very many files.
fn crowded(many: usize) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..many {
        zip.start_file(format!("xl/{n}"), SimpleFileOptions::default()).expect("a file");
    }
    zip.finish().expect("a zip file").into_inner()
}

/// A directory whose entries all lie at the place of the last one.
fn overlapping(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(b"PK\x01\x02")).collect();
    let lies = *places.last().expect("a file") + 42;
    let at: Vec<u8> = bytes[lies..lies + 4].to_vec();
    for place in places {
        bytes[place + 42..place + 46].copy_from_slice(&at);
    }
    bytes
}

/// Each kind by its name.
pub fn kinds() -> Vec<(&'static str, Vec<u8>)> {
    let plain = sheet("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>title</v></c></row>");
    let (file, end) = (last(&plain, b"PK\x01\x02"), last(&plain, b"PK\x05\x06"));
    let mut inner = frame();
    inner.push(Part { path: "xl/a.zip", head: String::new(), piece: "PK".into(), times: 10_000, tail: String::new() });
    let mut twice = frame();
    twice.push(Part {
        path: "XL/WORKBOOK.xml",
        head: "<workbook/>".into(),
        piece: String::new(),
        times: 0,
        tail: String::new(),
    });
    let large = [&[0xFF; 4][..], &[0xFF; 4]].concat();
    vec![
        ("a size that is too small", changed(&plain, file + 24, &1_u32.to_le_bytes())),
        ("a size that is too large", changed(&plain, file + 24, &0x7FFF_FFFF_u32.to_le_bytes())),
        ("a packed size that is too large", changed(&plain, file + 20, &0x7FFF_FFFF_u32.to_le_bytes())),
        ("another checksum", changed(&plain, file + 16, &[1, 2, 3, 4])),
        ("a way of packing that is none", changed(&plain, file + 10, &[99, 0])),
        ("a file under a password", changed(&plain, file + 8, &[1, 0])),
        ("sizes that do not fit and are nowhere else", changed(&plain, file + 20, &large)),
        ("a directory that is nowhere", changed(&plain, end + 16, &[0xFF; 4])),
        ("a directory of 4 GiB", changed(&plain, end + 12, &0xFFFF_FFFE_u32.to_le_bytes())),
        ("a directory that lists less than it counts", changed(&plain, end + 8, &[200, 0, 200, 0])),
        ("a directory that is cut off", plain[..end].to_vec()),
        ("a part of several", changed(&plain, end + 4, &[1, 0])),
        ("files in the place of each other", overlapping(&plain)),
        ("60,000 files", crowded(60_000)),
        ("a zip file in a zip file", zip(&inner)),
        ("a part twice", zip(&twice)),
        ("a zip file of nothing", with(Vec::new())),
        ("bytes behind the end", [plain.as_slice(), &vec![0x20; 1 << 20]].concat()),
        ("nothing but beginnings", b"PK\x03\x04".repeat(1 << 18)),
        ("nothing but ends", [b"PK\x03\x04".to_vec(), b"PK\x05\x06".repeat(1 << 18)].concat()),
    ]
}

/// Writes one file into a zip file, so often as there are names.
pub fn repeated(names: &[&str], piece: &[u8], times: usize) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for name in names {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a file");
        for _ in 0..times {
            zip.write_all(piece).expect("its bytes");
        }
    }
    zip.finish().expect("a zip file").into_inner()
}
