//! Entries, bodies and commitments: one encoding each, and nothing opens a commitment but what it was made of.

use isms_seal::body::{Body, Opening, hash};
use isms_seal::compare::{Change, compare};
use isms_seal::entry::{Entry, LENGTH};

fn opening(context: &str, salt: u8, value: &str) -> Opening {
    Opening { context: context.to_owned(), salt: [salt; 32], value: value.as_bytes().to_vec() }
}

#[test]
fn an_entry_has_one_encoding() {
    let entry = Entry { position: 258, at: -2, body: [9; 32] };
    let bytes = entry.encode();
    assert_eq!(bytes[..17], [1, 0, 0, 0, 0, 0, 0, 1, 2, 255, 255, 255, 255, 255, 255, 255, 254]);
    assert_eq!((bytes.len(), Entry::parse(&bytes)), (LENGTH, Some(entry)));
    assert_eq!(Entry::parse(&bytes[..48]), None);
    assert_eq!(Entry::parse(&[&bytes[..], &[0]].concat()), None);
    assert_eq!(Entry::parse(&[&[2], &bytes[1..]].concat()), None);
    assert_eq!(Entry::parse(&[]), None);
}

/// HMAC-SHA-256 as RFC 2104 writes it, from the hash alone.
#[test]
fn a_commitment_is_hmac_of_context_and_value() {
    let opening = opening("actor.name", 7, "Ada");
    let key: Vec<u8> = [[7; 32], [0; 32]].concat();
    let pad = |with: u8| key.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
    let inner = hash(&[pad(0x36), b"isms-commitment/1\0actor.name\0Ada".to_vec()].concat());
    assert_eq!(opening.commitment(), hash(&[pad(0x5c), inner.to_vec()].concat()));
}

#[test]
fn a_commitment_is_opened_by_nothing_else() {
    let right = opening("actor.name", 7, "Ada");
    let commitment = right.commitment();
    assert!(right.opens(&commitment));
    for other in [
        opening("actor.name", 8, "Ada"),
        opening("actor.name", 7, "Eve"),
        opening("actor.mail", 7, "Ada"),
        opening("actor.name", 7, "Ada\0"),
        opening("actor", 7, ".nameAda"),
    ] {
        assert!(!other.opens(&commitment), "{other:?}");
    }
    for bit in 0..256 {
        let mut other = commitment;
        other[bit / 8] ^= 1 << (bit % 8);
        assert!(!right.opens(&other));
    }
}

#[test]
fn a_body_has_one_encoding() {
    let body = Body::new(b"{}\n\nisms-body/1\n", &[opening("b", 1, "x"), opening("a.c", 2, "")]);
    let bytes = body.encode().unwrap();
    assert_eq!(Body::parse(&bytes), Some(body.clone()));
    assert_eq!(body.commitments[0].0, "a.c");
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let wrong = [
        String::new(),
        "isms-body/1\n".to_owned(),
        text.replacen("/1", "/2", 1),
        format!(" {text}"),
        text.replacen(&format!("{}\n{}\n", lines[1], lines[2]), &format!("{}\n{}\n", lines[2], lines[1]), 1),
        text.replacen(lines[2], lines[1], 1),
        text.replacen("a.c ", "a.c  ", 1),
        text.replacen("a.c ", " ", 1),
        text.replacen("a.c ", "a\tc ", 1),
        text.replacen("=\n", "\n", 1),
        text.replacen("=\n", "==\n", 1),
    ];
    for text in wrong {
        assert_eq!(Body::parse(text.as_bytes()), None, "{text:?}");
    }
    for context in ["", "a b", "a\nb", "\u{a0}"] {
        assert_eq!(Body::new(b"", &[opening(context, 1, "x")]).encode(), None, "{context:?}");
    }
    assert_eq!(Body::new(b"", &[opening("a", 1, "x"), opening("a", 2, "y")]).encode(), None);
    assert_eq!(Body::new(b"", &[]).encode().unwrap(), b"isms-body/1\n\n");
}

#[test]
fn differences_are_named() {
    let sealed: Vec<u32> = (0..6).collect();
    let cases: [(&[u32], &[Change]); 12] = [
        (&[0, 1, 2, 3, 4, 5], &[]),
        (&[0, 9, 2, 3, 4, 5], &[Change::Edited(1)]),
        (&[0, 2, 3, 4, 5], &[Change::Dropped(1)]),
        (&[0, 9, 1, 2, 3, 4, 5], &[Change::Inserted(1)]),
        (&[0, 1, 1, 2, 3, 4, 5], &[Change::Inserted(2)]),
        (&[0, 4, 2, 3, 1, 5], &[Change::Swapped(1, 4)]),
        (&[0, 1, 2], &[Change::Truncated(3)]),
        (&[], &[Change::Truncated(0)]),
        (&[0, 1, 2, 3, 4, 5, 9, 8], &[Change::Beyond(6)]),
        (&[0, 9, 3, 4, 5], &[Change::Edited(1), Change::Dropped(2)]),
        (&[1, 2, 9, 3, 5], &[Change::Dropped(0), Change::Inserted(2), Change::Dropped(4)]),
        (&[0, 2, 3, 1, 4, 5], &[Change::Swapped(1, 2), Change::Swapped(2, 3), Change::Swapped(1, 3)]),
    ];
    for (stored, expected) in cases {
        assert_eq!(compare(&sealed, stored), expected, "{stored:?}");
    }
    assert_eq!(compare::<u32>(&[], &[]), []);
    assert_eq!(compare(&[], &[1]), [Change::Beyond(0)]);
}

/// Whatever is stored, differences are found just if there are any.
#[test]
fn no_difference_is_missed() {
    let sealed = [0, 1, 2, 3];
    for length in 0..=5_u32 {
        for code in 0..6_u32.pow(length) {
            let stored: Vec<u32> = (0..length).map(|at| code / 6_u32.pow(at) % 6).collect();
            assert_eq!(compare(&sealed, &stored).is_empty(), stored == sealed, "{stored:?}");
        }
    }
}
