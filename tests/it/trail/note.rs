//! Notes, keys and checkpoints: the examples of Go and C2SP, and what is refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use isms_seal::checkpoint::Checkpoint;
use isms_seal::key::{Key, Signer};
use isms_seal::note::{Error, Note};
use isms_seal::tree::{MOST, leaf};

/// The example of golang.org/x/mod/sumdb/note.
const SECRET: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const TEXT: &str =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const LINE: &str =
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
/// The same text signed with the key of 32 zero bytes.
const ENOCH: &str =
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

fn peter() -> Key {
    Key::parse(PUBLIC).unwrap()
}

fn opened(note: &str) -> Result<&str, Error> {
    let keys = [peter()];
    Note::parse(note)?.verify(&keys).map(|(text, _)| text)
}

#[test]
fn keys_and_signatures_are_those_of_go() {
    let signer = Signer::parse(SECRET).unwrap();
    assert_eq!((signer.secret().as_str(), signer.key().to_string().as_str()), (SECRET, PUBLIC));
    assert_eq!((signer.key().name(), signer.key().id()), ("PeterNeumann", 0xc74f_20a3));
    assert_eq!(signer.note(TEXT).unwrap(), format!("{TEXT}\n{LINE}"));
    assert_eq!(Signer::new("EnochRoot", &[0; 32]).unwrap().line(TEXT), ENOCH);
    assert!(Signer::parse(&format!("{SECRET}\n")).is_ok());
    assert!(!format!("{signer:?}").contains(&SECRET[36..]), "the secret is not shown");
    let both = format!("{TEXT}\n{LINE}{ENOCH}");
    let keys = [Signer::new("EnochRoot", &[0; 32]).unwrap().key(), peter()];
    let note = Note::parse(&both).unwrap();
    let (text, by) = note.verify(&keys).unwrap();
    assert_eq!((text, by.len()), (TEXT, 2));
    assert_eq!(note.verify(&keys[..1]).unwrap().1, [&keys[0]]);
    assert_eq!(note.verify(&[]), Err(Error::Unknown));
}

#[test]
fn examples_of_c2sp_are_read() {
    let note = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n— \
        quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3Z\
        ekRwNtIc=\n";
    assert_eq!(Note::parse(note).unwrap().verify(&[peter()]), Err(Error::Unknown));
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let checkpoint = Checkpoint::parse(text).unwrap();
    assert_eq!((checkpoint.origin.as_str(), checkpoint.size), ("example.com/behind-the-sofa", 20_852_163));
    assert_eq!(checkpoint.text().unwrap(), text);
    assert_eq!(checkpoint.at(), None);
    let line = "— example.com/behind-the-sofa \
        Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
    assert_eq!(Note::parse(&format!("{text}\n{line}")).unwrap().verify(&[]), Err(Error::Unknown));
}

#[test]
fn malformed_keys_are_refused() {
    let id = PUBLIC.replace("c74f20a3", "c74f20a4");
    let upper = PUBLIC.replace("c74f20a3", "C74F20A3");
    let wrong = [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        &id,
        &upper,
        &format!("{PUBLIC}\n"),
        &format!(" {PUBLIC}"),
        &format!("{PUBLIC}="),
        &format!("{PUBLIC}+"),
        &PUBLIC[..60],
        &PUBLIC.replace("+AR", "+Ag"),
        &PUBLIC.replace("Neumann", " eumann"),
        &PUBLIC.replace("Neumann", "\u{a0}eumann"),
        SECRET,
    ];
    for text in wrong {
        assert_eq!(Key::parse(text), Err(Error::Key), "{text}");
    }
    let wrong = [
        PUBLIC,
        &SECRET.replace("c74f20a3", "c74f20a4"),
        &SECRET.replace("PRIVATE", "private"),
        &format!("{SECRET}\n\n"),
        &SECRET[..70],
    ];
    for text in wrong {
        assert!(Signer::parse(text).is_err(), "{text}");
    }
    let weak: Vec<u8> = [&[1, 1][..], &[0; 31]].concat();
    let id = isms_seal::body::hash(&[b"weak\n", weak.as_slice()].concat());
    let id = u32::from_be_bytes(id[..4].try_into().unwrap());
    let weak = format!("weak+{id:08x}+{}", STANDARD.encode(weak));
    assert_eq!(Key::parse(&weak), Err(Error::Key));
    for name in ["", "a b", "a+b", "a\nb", "a\u{3000}b", "a\u{7f}b"] {
        assert!(Signer::new(name, &[1; 32]).is_err(), "{name:?}");
    }
}

#[test]
fn malformed_notes_are_refused() {
    let note = format!("{TEXT}\n{LINE}");
    assert_eq!(opened(&note), Ok(TEXT));
    let name = LINE.replace("PeterNeumann", "Peter Neumann");
    let wrong = [
        String::new(),
        TEXT.to_owned(),
        format!("{TEXT}\n"),
        format!("{TEXT}{LINE}"),
        format!("{TEXT}\n{LINE}\n"),
        format!("{TEXT}\n{LINE}x"),
        format!("{TEXT}\n{LINE}x\n"),
        format!("{TEXT}\n{}", &LINE[..LINE.len() - 1]),
        format!("{TEXT}\n{}", LINE.replace('—', "-")),
        format!("{TEXT}\n {LINE}"),
        format!("{TEXT}\n{name}"),
        format!("{TEXT}\n{}", LINE.replace("n x0", "n  x0")),
        format!("{TEXT}\n{}", LINE.replace("nAM=", "nAN=")),
        format!("{TEXT}\n{}", LINE.replace("nAM=", "nAM")),
        format!("{TEXT}\n— PeterNeumann x08gow==\n"),
        format!("{TEXT}\n— PeterNeumann \n"),
        format!("{TEXT}\r\n{LINE}"),
        format!("{TEXT}\n{}\r\n", &LINE[..LINE.len() - 1]),
        format!("{TEXT}\n{LINE}\0"),
        format!("\t{TEXT}\n{LINE}"),
        format!("{TEXT}\n{LINE}\n{LINE}").replace("\n\n—", "\n—"),
        format!("{}\n{LINE}", "x".repeat(300_000) + "\n"),
    ];
    for text in &wrong {
        assert_eq!(opened(text), Err(Error::Note), "{text:?}");
    }
    assert_eq!(opened(&format!("{TEXT}\n{LINE}{LINE}")), Err(Error::Twice));
    assert_eq!(opened(&format!("{TEXT}\n{LINE}{ENOCH}{ENOCH}")), Err(Error::Twice));
    assert_eq!(opened(&format!("{TEXT}\n{ENOCH}")), Err(Error::Unknown));
    assert_eq!(opened(&format!("{TEXT}\n{ENOCH}{LINE}")), Ok(TEXT));
    assert_eq!(opened(&format!("{TEXT}\n{}", LINE.replace("x08go/ZJ", "x08go/ZK"))), Err(Error::Signature));
    assert_eq!(opened(&format!("{TEXT}\n{}", LINE.replace("x08go", "x08gp"))), Err(Error::Unknown));
    assert_eq!(opened(&format!("x{TEXT}\n{LINE}")), Err(Error::Signature));
    assert_eq!(opened(&format!("{TEXT}\n{}", LINE.replace("PeterN", "peterN"))), Err(Error::Unknown));
    let signer = Signer::parse(SECRET).unwrap();
    for text in ["", "no newline", "a\tb\n", "a\r\n"] {
        assert_eq!(signer.note(text), Err(Error::Note), "{text:?}");
    }
    for text in ["\n", "a\n\n", "\n\n\n", "— a b\n", "a\n\n— a b\n"] {
        assert_eq!(opened(&signer.note(text).unwrap()), Ok(text), "{text:?}");
    }
}

#[test]
fn malformed_checkpoints_are_refused() {
    let good = Checkpoint::dated("isms.example/trail", 12, leaf(b"x"), -5);
    let text = good.text().unwrap();
    assert_eq!(Checkpoint::parse(&text), Ok(good.clone()));
    assert_eq!(good.at(), Some(-5));
    let root = text.lines().nth(2).unwrap();
    let wrong = [
        String::new(),
        "\n".to_owned(),
        text.replace("isms.example/trail", ""),
        text.replace("\n12\n", "\n012\n"),
        text.replace("\n12\n", "\n+12\n"),
        text.replace("\n12\n", "\n-12\n"),
        text.replace("\n12\n", "\n12 \n"),
        text.replace("\n12\n", "\n0x12\n"),
        text.replace("\n12\n", "\n1e3\n"),
        text.replace("\n12\n", "\n\n"),
        text.replace("\n12\n", "\n18446744073709551616\n"),
        text.replace("\n12\n", &format!("\n{}\n", MOST + 1)),
        text.replace("\n12\n", "\n00\n"),
        text.replace(root, &root[1..]),
        text.replace(root, &format!("{root}=")),
        text.replace(root, "AAAA"),
        text.replace(root, root.trim_end_matches('=')),
        format!("{text}\n"),
        format!("{text}x"),
        format!("{text}\nx\n"),
        text.replace('\n', "\r\n"),
        format!("{text}a\tb\n"),
        text.trim_end().to_owned(),
        "a\n1\n".to_owned(),
    ];
    for text in &wrong {
        assert_eq!(Checkpoint::parse(text), Err(Error::Note), "{text:?}");
    }
    for (origin, extension) in [("", "a"), ("a\nb", "a"), ("a", ""), ("a", "b\nc"), ("a", "b\r")] {
        let bad = Checkpoint { origin: origin.to_owned(), extensions: vec![extension.to_owned()], ..good.clone() };
        assert_eq!(bad.text(), Err(Error::Note), "{origin:?} {extension:?}");
    }
    for line in ["at 05", "at +5", "at ", "at x", "At 5"] {
        assert_eq!(Checkpoint { extensions: vec![line.to_owned()], ..good.clone() }.at(), None, "{line}");
    }
    let signer = Signer::new("isms.example/trail", &[3; 32]).unwrap();
    let (note, keys) = (good.sign(&signer).unwrap(), [signer.key()]);
    assert_eq!(Checkpoint::parse(Note::parse(&note).unwrap().verify(&keys).unwrap().0), Ok(good));
}
