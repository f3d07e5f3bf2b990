//! Zip files as `zip` writes them are read; what lies is refused.

use super::Zipped;
use std::io::{Cursor, Read, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn written() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, size) in [("a.txt", 3), ("b/ü.txt", 100_000), ("empty", 0)] {
        zip.start_file(name, SimpleFileOptions::default().large_file(size == 3)).unwrap();
        zip.write_all(&vec![b'x'; size]).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn unpacked(bytes: &[u8]) -> std::io::Result<Vec<usize>> {
    let mut zip = Zipped::open(Cursor::new(bytes), 10)?;
    zip.holds_only_files()?;
    let mut sizes = Vec::new();
    for place in 0..zip.entries().len() {
        let mut file = Vec::new();
        sizes.push(zip.unpack(place)?.read_to_end(&mut file)?);
    }
    Ok(sizes)
}

fn changed(bytes: &[u8], at: usize, to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + to.len()].copy_from_slice(to);
    bytes
}

fn at(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).rposition(|window| window == what).unwrap()
}

#[test]
fn what_others_write_is_read() {
    let bytes = written();
    assert_eq!(unpacked(&bytes).unwrap(), [3, 100_000, 0]);
    let zip = Zipped::open(Cursor::new(&bytes), 10).unwrap();
    assert_eq!(
        zip.entries().iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(),
        ["a.txt", "b/ü.txt", "empty"]
    );
}

#[test]
fn what_lies_about_itself_is_refused() {
    let bytes = written();
    let second = at(&bytes, b"PK\x01\x02");
    let second = at(&bytes[..second], b"PK\x01\x02");
    let end = at(&bytes, b"PK\x05\x06");
    let mut longer = bytes.clone();
    longer.push(0);
    let mut before = vec![0];
    before.extend_from_slice(&bytes);
    for (what, lying) in [
        ("a smaller size", changed(&bytes, second + 24, &99_999_u32.to_le_bytes())),
        ("a larger size", changed(&bytes, second + 24, &100_001_u32.to_le_bytes())),
        ("another checksum", changed(&bytes, second + 16, &[1, 2, 3, 4])),
        ("another name", changed(&bytes, second + 46, b"c")),
        ("a link", changed(&bytes, second + 38, &(0o120_777_u32 << 16).to_le_bytes())),
        ("another place", changed(&bytes, second + 42, &0_u32.to_le_bytes())),
        ("fewer files", changed(&bytes, end + 8, &[2, 0, 2, 0])),
        ("more files", changed(&bytes, end + 8, &[4, 0, 4, 0])),
        ("too many files", changed(&bytes, end + 8, &[0xFE, 0xFF, 0xFE, 0xFF])),
        ("a directory of 4 GiB", changed(&bytes, end + 12, &0xFFFF_FFFE_u32.to_le_bytes())),
        ("a directory far away", changed(&bytes, end + 16, &0x7FFF_FFFF_u32.to_le_bytes())),
        ("a directory that is not there", changed(&bytes, end + 16, &[0xFF; 4])),
        ("a byte behind", longer),
        ("a byte before", before),
        ("nothing", Vec::new()),
        ("half of it", bytes[..bytes.len() / 2].to_vec()),
    ] {
        assert!(unpacked(&lying).is_err(), "{what}");
    }
}

#[test]
fn paths_that_lead_elsewhere_are_no_plain_files() {
    for name in ["../up", "/root", "a//b", "a\\b", "folder/", "c:x"] {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        let bytes = zip.finish().unwrap().into_inner();
        assert!(unpacked(&bytes).is_err(), "{name}");
    }
}
