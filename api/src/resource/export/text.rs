//! Comma-separated values that no spreadsheet takes for formulas.

use super::Value;
use crate::resource::is_unseen;

/// What a formula begins with, and what looks or folds to the same (NFKC): some programs take it for that.
const FORMULA_STARTS: [char; 15] =
    ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '⁼', '⁺', '\u{2212}'];

/// Whether a spreadsheet might take a text for a formula: by what stands first in it after white space, what nobody sees,
/// and the apostrophes that keep a text from being one.
pub fn is_formula_start(text: &str) -> bool {
    let passed_over = |c: char| c == '\'' || c.is_whitespace() || c.is_control() || is_unseen(c);
    let bare = text.trim_start_matches(passed_over);
    text.starts_with(['\t', '\r']) || bare.starts_with(FORMULA_STARTS)
}

/// One line, ended as RFC 4180 has it.
pub fn csv_line(cells: &[Value]) -> String {
    let mut line = cells.iter().map(cell).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

fn cell(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Text(text) => {
            let text = if is_formula_start(text) { format!("'{text}") } else { text.clone() };
            if text.contains(['"', ',', ';', '\n', '\r', '\t', '\'']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text
            }
        }
    }
}

/// `auditsDone` as people write it: `audits done`.
pub fn words(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        match letter {
            '_' => text.push(' '),
            upper if upper.is_ascii_uppercase() => {
                text.push(' ');
                text.push(upper.to_ascii_lowercase());
            }
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_a_formula_comes_out_harmless() {
        for text in [
            "=1+1",
            "+49 30",
            "-",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "=cmd|' /C calc'!A0",
            "=HYPERLINK(\"x\",\"y\")",
            "\n=1",
            " =1",
            "＝1",
            "＋1",
            "－1",
            "＠A1",
            "\u{200b}=1",
            "\u{feff} \u{a0}@A",
            "\u{2060}\t-1",
            "\u{202e}+1",
            "'=1",
            "\0=1",
            "\u{3000}﹦1",
        ] {
            let line = csv_line(&[text.into()]);
            assert!(line.starts_with("\"'"), "{line}");
        }
        assert_eq!(
            csv_line(&[Value::Number(-5), "a;b".into(), Value::Flag(true), "".into(), "x".into()]),
            "-5,\"a;b\",true,,x\r\n"
        );
        assert_eq!(csv_line(&["say \"so\"".into()]), "\"say \"\"so\"\"\"\r\n");
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["=1+1", "-x", "plain", "it's", "'quoted'", "two\r\nlines", "a,\"b\"", "'=1", "''+1", " =1"] {
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .from_reader(std::io::Cursor::new(csv_line(&[text.into(), "x".into()])));
            let record = reader.records().next().unwrap().unwrap();
            let read = record.get(0).unwrap();
            let bare = read.strip_prefix('\'').filter(|rest| is_formula_start(rest)).unwrap_or(read);
            assert_eq!(bare, text);
        }
    }
}
