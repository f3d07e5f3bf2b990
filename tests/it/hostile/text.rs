//! Text files that no program writes.

/// Each kind by its name.
pub fn kinds() -> Vec<(&'static str, Vec<u8>)> {
    let utf16 = |bytes: fn(u16) -> [u8; 2]| "\u{feff}title\nx\n".encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let text = |text: String| text.into_bytes();
    let cell = "x".repeat(100_000);
    vec![
        ("many columns", text(format!("title{}\n", ",a".repeat(255)).repeat(10_000))),
        (
            "many columns that are left out",
            text(format!("title{}\n{}", ",b".repeat(255), format!("t{}\n", ",a".repeat(255)).repeat(15_000))),
        ),
        ("more columns than are taken", text(format!("title{}\n", ",a".repeat(20_000)))),
        ("nothing but separators", text(",".repeat(4 << 20))),
        ("rows of separators", text(format!("title\n{}", format!("{}\n", ",".repeat(255)).repeat(20_000)))),
        ("one long line", text("x".repeat(4 << 20))),
        ("a quote that stays open", text(format!("title\n\"{}", "x\n".repeat(2 << 20)))),
        ("nothing but quotes", text("\"".repeat(4 << 20))),
        ("nothing but line breaks", text("\n".repeat(4 << 20))),
        ("nothing but returns", text("\r".repeat(4 << 20))),
        ("more rows than are taken", text(format!("title\n{}", "x\n".repeat(100_000)))),
        ("long texts", text(format!("title\n{}", format!("{cell}\n").repeat(400)))),
        ("one text that is too long", text(format!("title\n{}", "x".repeat(200_000)))),
        ("byte order marks", text("\u{feff}".repeat(1 << 20))),
        ("zeros", vec![0; 4 << 20]),
        ("UTF-16, low byte first", utf16(u16::to_le_bytes)),
        ("UTF-16, high byte first", utf16(u16::to_be_bytes)),
        ("bytes that are no text", vec![0xFF, 0xC0, b'\n', 0x80]),
        ("another separator", text(format!("sep=x\n{}", "x".repeat(1 << 20)))),
        ("half a workbook", b"PK\x03\x04".to_vec()),
        ("nothing", Vec::new()),
    ]
}
