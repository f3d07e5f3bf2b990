//! What a file is, told by its first bytes and never by its name; and a name that says no more than that.

use crate::resource::{Error, Outcome};

/// Longest name, characters.
const LONGEST: usize = 120;

/// Endings that a text may have; what a browser would run is not among them.
const TEXTS: [&str; 14] =
    ["txt", "csv", "tsv", "json", "xml", "yaml", "yml", "md", "log", "ini", "conf", "cfg", "toml", "eml"];

/// The types that are kept unless the settings say otherwise; `*` stands for any end.
pub const KEPT: [&str; 16] = [
    "text/plain",
    "image/*",
    "audio/*",
    "video/*",
    "application/pdf",
    "application/rtf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.ms-outlook",
    "application/vnd.openxmlformats-officedocument.*",
    "application/vnd.oasis.opendocument.*",
    "application/zip",
    "application/gzip",
    "application/x-7z-compressed",
    "application/x-tar",
];

/// A media type and the ending that goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Media {
    pub name: &'static str,
    ending: &'static str,
}

const TEXT: Media = Media { name: "text/plain", ending: "txt" };
const BYTES: Media = Media { name: "application/octet-stream", ending: "bin" };

/// What begins with these bytes. Pages, drawings and scripts are text like any other.
pub(super) fn sniff(head: &[u8]) -> Media {
    match infer::get(head) {
        Some(kind) if kind.matcher_type() != infer::MatcherType::Text => {
            Media { name: kind.mime_type(), ending: kind.extension() }
        }
        _ if is_text(head) => TEXT,
        _ => BYTES,
    }
}

/// Refuses types that are not among those kept.
pub(super) fn refuse_others(media: Media, kept: &[String]) -> Outcome<()> {
    let is_kept = kept.iter().any(|known| match known.strip_suffix('*') {
        Some(front) => media.name.starts_with(front),
        None => media.name == known,
    });
    if is_kept {
        return Ok(());
    }
    let detail = format!(
        "files of the type {} are not kept here, whatever their name; kept are {}",
        media.name,
        kept.join(", ")
    );
    Err(Error::UnsupportedMediaType(detail))
}

/// Nothing but letters and line ends in whatever encoding; UTF-16 says of itself that it is.
fn is_text(head: &[u8]) -> bool {
    let is_wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    let is_plain = |byte: &u8| matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | 0x1b | 0x20..=0x7e | 0x80..);
    is_wide || !head.is_empty() && head.iter().all(is_plain)
}

/// A harmless name with an ending that fits what the file is.
pub(super) fn name(given: Option<&str>, reference: &str, media: Media) -> String {
    let last = given.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|c| !super::super::is_no_part_of_a_name(*c, false) && !"\"<>|:*?;%".contains(*c))
        .take(LONGEST)
        .collect();
    let plain = plain.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let plain = if plain.is_empty() { reference } else { plain };
    let ending = plain.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let fits = match media {
        TEXT => TEXTS.contains(&ending.as_str()),
        _ => {
            ending == media.ending
                || matches!((ending.as_str(), media.ending), ("jpeg", "jpg") | ("tiff", "tif") | ("tgz", "gz"))
        }
    };
    if fits { plain.to_owned() } else { format!("{plain}.{}", media.ending) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_tell_what_a_file_is_and_names_do_not() {
        assert_eq!(sniff(b"%PDF-1.7\n").name, "application/pdf");
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n0000").name, "image/png");
        for text in
            ["<!DOCTYPE html><script>alert(1)</script>", "<?xml version='1.0'?><svg/>", "#!/bin/sh\nls", "a;b\n1;2"]
        {
            assert_eq!(sniff(text.as_bytes()), TEXT, "{text}");
        }
        for text in [&b"Pr\xfcfung"[..], "Prüfung ä".as_bytes().split_last().unwrap().1, b"\xff\xfea\0"] {
            assert_eq!(sniff(text), TEXT, "{text:?}");
        }
        assert_eq!(sniff(b"#!\0\x01\x02"), BYTES);
        assert_eq!(sniff(b"\0\x01\x02\x03"), BYTES);
        let program = [&b"\x7fELF\x02\x01\x01"[..], &[0; 64]].concat();
        assert_eq!(sniff(&program).name, "application/x-executable");
        let kept: Vec<String> = KEPT.iter().map(ToString::to_string).collect();
        assert!(refuse_others(sniff(&program), &kept).is_err());
        assert!(refuse_others(BYTES, &kept).is_err() && refuse_others(TEXT, &kept).is_ok());
        assert!(refuse_others(sniff(b"\x89PNG\r\n\x1a\n0000"), &kept).is_ok());
    }

    #[test]
    fn names_are_harmless_and_end_as_what_the_file_is() {
        let pdf = sniff(b"%PDF-1.7\n");
        for (given, name) in [
            (Some("report.pdf"), "report.pdf"),
            (Some("../../etc/Report.PDF"), "Report.PDF"),
            (Some("C:\\x\\evil.html"), "evil.html.pdf"),
            (Some("a\"\r\nb.pdf"), "ab.pdf"),
            (Some(" .. "), "EVI-0001.pdf"),
            (None, "EVI-0001.pdf"),
        ] {
            assert_eq!(super::name(given, "EVI-0001", pdf), name);
        }
        assert_eq!(super::name(Some("page.html"), "EVI-0001", TEXT), "page.html.txt");
        assert_eq!(super::name(Some("export.csv"), "EVI-0001", TEXT), "export.csv");
    }
}
