//! Tiles: the specification's examples, the strict reading of paths and bundles, and proofs made from tiles alone.

use isms_seal::bundle::{bundle, entries};
use isms_seal::proof::{Plan, included};
use isms_seal::tile::{Error, Kind, Tile, joined};
use isms_seal::tree::{Hash, Node, Peaks, leaf};
use std::collections::HashMap;

#[test]
fn paths_are_those_of_the_specification() {
    let paths = [
        ("tile/0/x001/x234/067", Kind::Hashes(0), 1_234_067, 256),
        ("tile/entries/x001/x234/067.p/8", Kind::Entries, 1_234_067, 8),
        ("tile/0/000", Kind::Hashes(0), 0, 256),
        ("tile/1/999.p/255", Kind::Hashes(1), 999, 255),
        ("tile/2/x001/000.p/1", Kind::Hashes(2), 1000, 1),
        ("tile/7/000.p/1", Kind::Hashes(7), 0, 1),
    ];
    for (path, kind, index, width) in paths {
        let tile = Tile::new(kind, index, width).unwrap();
        assert_eq!(tile.to_string(), path);
        assert_eq!(Tile::parse(path), Ok(tile));
        assert_eq!((tile.kind(), tile.index(), tile.width()), (kind, index, width));
    }
    let wrong = [
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/1000",
        "tile/00/000",
        "tile/01/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/8/000",
        "tile/63/000",
        "tile/64/000",
        "tile/data/000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001/x002",
        "tile/0/x1/002",
        "tile/0/xx001/002",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/+1",
        "tile/0/000.p/1/",
        "tile/0/000.p/1.p/1",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/000 ",
        "tile//000",
        "tile/entries/",
        "tile/Entries/000",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/8/0/000",
        "tile/0/٠٠٠",
        "tile/7/001",
    ];
    for path in wrong {
        assert!(Tile::parse(path).is_err(), "{path}");
    }
    for (kind, index, width) in
        [(Kind::Hashes(8), 0, 1), (Kind::Entries, 0, 0), (Kind::Entries, 0, 257), (Kind::Entries, 1 << 56, 1)]
    {
        assert_eq!(Tile::new(kind, index, width), Err(Error::Outside));
    }
}

#[test]
fn a_tree_has_the_tiles_that_the_specification_counts() {
    let count = |size, kind, full| {
        Tile::written(0, size).into_iter().filter(|t| t.kind() == kind && (t.width() == 256) == full).count()
    };
    for kind in [Kind::Hashes(0), Kind::Entries] {
        assert_eq!((count(70_000, kind, true), count(70_000, kind, false)), (273, 1));
    }
    assert_eq!((count(70_000, Kind::Hashes(1), true), count(70_000, Kind::Hashes(1), false)), (1, 1));
    assert_eq!((count(70_000, Kind::Hashes(2), true), count(70_000, Kind::Hashes(2), false)), (0, 1));
    let paths: Vec<String> = Tile::written(0, 70_000).iter().map(Tile::to_string).collect();
    for path in ["tile/0/273.p/112", "tile/entries/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"] {
        assert!(paths.iter().any(|p| p == path), "{path}");
    }
    let paths = |from, to| Tile::written(from, to).iter().map(Tile::to_string).collect::<Vec<_>>();
    assert_eq!(paths(0, 256), ["tile/0/000", "tile/entries/000", "tile/1/000.p/1"]);
    assert_eq!(
        paths(255, 257),
        ["tile/0/000", "tile/entries/000", "tile/0/001.p/1", "tile/entries/001.p/1", "tile/1/000.p/1"]
    );
    assert!(paths(0, 0).is_empty() && paths(9, 9).is_empty() && paths(9, 8).is_empty());
    assert!(!paths(u64::MAX - 1, u64::MAX).is_empty());
}

#[test]
fn every_stored_hash_and_proof_is_had_from_tiles_alone() {
    let mut peaks = Peaks::default();
    let mut stored: HashMap<Node, Hash> = HashMap::new();
    let mut checked = 0;
    for n in 0..70_000_u64 {
        stored.extend(peaks.push(leaf(&n.to_be_bytes())).unwrap());
        let size = n + 1;
        if !(size <= 70 || [255, 256, 257, 511, 512, 513, 1000, 65_535, 65_536, 65_537, 70_000].contains(&size)) {
            continue;
        }
        let hashes = Tile::written(0, size).into_iter().filter(|tile| tile.kind() != Kind::Entries);
        let served: HashMap<String, Vec<u8>> =
            hashes.map(|tile| (tile.to_string(), tile.nodes().flat_map(|node| stored[&node]).collect())).collect();
        let read = |node: Node| {
            let (tile, range) = Tile::of(node, size).unwrap();
            joined(&tile.hashes(&served[&tile.to_string()]).unwrap()[range])
        };
        for (node, hash) in stored.iter().filter(|(node, _)| size < 1100 || node.index % 97 == 0) {
            assert_eq!(read(*node), *hash, "{node:?} of {size}");
        }
        for index in [0, size / 3, size / 2, size - 1] {
            let plan = Plan::inclusion(index, size).unwrap();
            let proof = plan.proof(&plan.nodes().map(read).collect::<Vec<_>>()).unwrap();
            assert_eq!(included(&index.to_be_bytes(), index, size, &peaks.root(), &proof), Ok(()));
            checked += 1;
        }
        assert_eq!(Tile::of(Node { level: 0, index: size }, size), Err(Error::Outside));
    }
    assert_eq!(checked, 4 * 81);
    let tile = Tile::new(Kind::Hashes(0), 0, 2).unwrap();
    assert!([0, 32, 63, 65, 96].iter().all(|length| tile.hashes(&vec![0; *length]) == Err(Error::Content)));
    assert_eq!(Tile::new(Kind::Entries, 0, 2).unwrap().hashes(&[0; 64]), Err(Error::Content));
}

#[test]
fn bundles_hold_just_their_entries() {
    let given: Vec<Vec<u8>> = (0..256).map(|n| vec![7; n * 3]).collect();
    for count in [1, 2, 255, 256] {
        let bytes = bundle(&given[..count]).unwrap();
        assert_eq!(entries(&bytes).unwrap(), given[..count]);
        let tile = Tile::new(Kind::Entries, 0, u16::try_from(count).unwrap()).unwrap();
        assert_eq!(tile.entries(&bytes).unwrap().len(), count);
        let other = Tile::new(Kind::Entries, 0, u16::try_from(count % 256 + 1).unwrap()).unwrap();
        assert_eq!(other.entries(&bytes), Err(Error::Content));
        assert_eq!(Tile::new(Kind::Hashes(0), 0, 256).unwrap().entries(&bytes), Err(Error::Content));
        assert_eq!(entries(&[bytes.as_slice(), &[0]].concat()), Err(Error::Content));
        assert_eq!(entries(&[bytes.as_slice(), &[0, 1]].concat()), Err(Error::Content));
    }
    assert_eq!(bundle(&["ab", "c"]).unwrap(), [0, 2, b'a', b'b', 0, 1, b'c']);
    assert_eq!(entries(&[0, 2, b'a']), Err(Error::Content));
    assert_eq!(entries(&[]), Err(Error::Content));
    assert_eq!(entries(&[0; 514]), Err(Error::Content));
    assert_eq!(bundle::<&[u8]>(&[]), Err(Error::Outside));
    assert_eq!(bundle(&[[0_u8; 1]; 257]), Err(Error::Outside));
    assert_eq!(bundle(&[vec![0; 65_536]]), Err(Error::Long));
    assert_eq!(entries(&bundle(&[vec![5; 65_535]]).unwrap()).unwrap(), [vec![5; 65_535]]);
}
