//! Comma-separated values that no spreadsheet takes for formulas.

use super::Value;

/// What a text begins with that a spreadsheet would take for a formula.
pub const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

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
            let text = if text.starts_with(FORMULA_STARTS) { format!("'{text}") } else { text.clone() };
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
        for text in ["=1+1", "+49 30", "-", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0", "=HYPERLINK(\"x\",\"y\")"] {
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
        for text in ["=1+1", "-x", "plain", "it's", "'quoted'", "two\r\nlines", "a,\"b\""] {
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .from_reader(std::io::Cursor::new(csv_line(&[text.into(), "x".into()])));
            let record = reader.records().next().unwrap().unwrap();
            let read = record.get(0).unwrap();
            let bare = read.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA_STARTS)).unwrap_or(read);
            assert_eq!(bare, text);
        }
    }
}
