//! The tree and its proofs: known vectors, every small tree, and RFC 9162's algorithms as a second opinion.

use isms_seal::proof::{Plan, consistent, included};
use isms_seal::tree::{Error, Hash, MOST, Node, Peaks, empty, leaf, parent};
use std::collections::HashMap;

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn hash(text: &str) -> Hash {
    unhex(text).try_into().unwrap()
}

/// A log that stores what appending says to store.
#[derive(Default)]
struct Log {
    peaks: Peaks,
    stored: HashMap<Node, Hash>,
    leaves: Vec<Vec<u8>>,
    roots: Vec<Hash>,
}

impl Log {
    fn of(leaves: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut log = Self { roots: vec![empty()], ..Self::default() };
        for data in leaves {
            log.stored.extend(log.peaks.push(leaf(&data)).unwrap());
            log.roots.push(log.peaks.root());
            log.leaves.push(data);
        }
        log
    }

    fn proof(&self, plan: &Plan) -> Vec<Hash> {
        let read: Vec<Hash> = plan.nodes().map(|node| self.stored[&node]).collect();
        plan.proof(&read).unwrap()
    }
}

/// The inputs and results that Certificate Transparency's implementations share (transparency-dev/merkle, `testonly`).
fn ct() -> Log {
    let inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    Log::of(inputs.map(unhex))
}

#[test]
fn roots_are_those_of_certificate_transparency() {
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    assert_eq!(ct().roots, roots.map(hash));
}

#[test]
fn proofs_are_those_of_certificate_transparency() {
    let (a, b) = (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    );
    let (ab, cd) = (
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    );
    let (e, ef, gh) = (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    );
    let (abcd, efgh) = (
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    );
    let log = ct();
    let inclusions: [(u64, u64, &[&str]); 7] = [
        (0, 1, &[]),
        (0, 2, &[b]),
        (1, 2, &[a]),
        (2, 3, &[ab]),
        (1, 5, &[a, cd, e]),
        (0, 8, &[b, cd, efgh]),
        (5, 8, &[e, gh, abcd]),
    ];
    for (index, size, expected) in inclusions {
        let expected: Vec<Hash> = expected.iter().map(|text| hash(text)).collect();
        assert_eq!(log.proof(&Plan::inclusion(index, size).unwrap()), expected, "{index} of {size}");
    }
    let consistencies: [(u64, u64, &[&str]); 4] =
        [(1, 1, &[]), (1, 8, &[b, cd, efgh]), (2, 5, &[cd, e]), (6, 8, &[ef, gh, abcd])];
    for (old, new, expected) in consistencies {
        let expected: Vec<Hash> = expected.iter().map(|text| hash(text)).collect();
        assert_eq!(log.proof(&Plan::consistency(old, new).unwrap()), expected, "{old} to {new}");
    }
}

/// MTH, word for word RFC 6962, 2.1.
fn mth(leaves: &[Vec<u8>]) -> Hash {
    match leaves {
        [] => empty(),
        [one] => leaf(one),
        more => {
            let (left, right) = more.split_at(more.len().next_power_of_two() / 2);
            parent(&mth(left), &mth(right))
        }
    }
}

/// RFC 9162, 2.1.3.2, step by step.
fn rfc_included(hash: Hash, index: u64, size: u64, root: &Hash, proof: &[Hash]) -> bool {
    if index >= size {
        return false;
    }
    let (mut f, mut s, mut r) = (index, size - 1, hash);
    for p in proof {
        if s == 0 {
            return false;
        }
        if f & 1 == 1 || f == s {
            r = parent(p, &r);
            while f & 1 == 0 && f != 0 {
                (f, s) = (f >> 1, s >> 1);
            }
        } else {
            r = parent(&r, p);
        }
        (f, s) = (f >> 1, s >> 1);
    }
    s == 0 && r == *root
}

/// RFC 9162, 2.1.4.2, step by step.
fn rfc_consistent(old: u64, new: u64, before: &Hash, after: &Hash, proof: &[Hash]) -> bool {
    if old == new {
        return proof.is_empty() && before == after;
    }
    let mut path = proof.to_vec();
    if path.is_empty() {
        return false;
    }
    if old.is_power_of_two() {
        path.insert(0, *before);
    }
    let (mut f, mut s) = (old - 1, new - 1);
    while f & 1 == 1 {
        (f, s) = (f >> 1, s >> 1);
    }
    let (mut fr, mut sr) = (path[0], path[0]);
    for c in &path[1..] {
        if s == 0 {
            return false;
        }
        if f & 1 == 1 || f == s {
            (fr, sr) = (parent(c, &fr), parent(c, &sr));
            while f & 1 == 0 && f != 0 {
                (f, s) = (f >> 1, s >> 1);
            }
        } else {
            sr = parent(&sr, c);
        }
        (f, s) = (f >> 1, s >> 1);
    }
    fr == *before && sr == *after && s == 0
}

/// Every proof that is one change away: each byte changed, each element gone, doubled or exchanged, one added.
fn spoilt(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let mut all = Vec::new();
    for at in 0..proof.len() {
        for byte in 0..32 {
            let mut other = proof.to_vec();
            other[at][byte] ^= 1 << (byte % 8);
            all.push(other);
        }
        let mut without = proof.to_vec();
        without.remove(at);
        let mut doubled = proof.to_vec();
        doubled.insert(at, proof[at]);
        all.extend([without, doubled]);
        if at > 0 && proof[at - 1] != proof[at] {
            let mut exchanged = proof.to_vec();
            exchanged.swap(at - 1, at);
            all.push(exchanged);
        }
    }
    all.extend([[proof, &[[0; 32]]].concat(), [&[empty()], proof].concat()]);
    all
}

const SMALL: u64 = 70;

fn small() -> Log {
    let log = Log::of((0..SMALL).map(|n| format!("leaf {n}").into_bytes()));
    for (size, root) in log.roots.iter().enumerate() {
        assert_eq!(mth(&log.leaves[..size]), *root, "{size}");
    }
    log
}

#[test]
fn every_inclusion_in_a_small_tree_is_proven_and_no_other() {
    let log = small();
    for size in 1..=SMALL {
        let root = &log.roots[usize::try_from(size).unwrap()];
        for index in 0..size {
            let data = &log.leaves[usize::try_from(index).unwrap()];
            let plan = Plan::inclusion(index, size).unwrap();
            assert!(plan.nodes().count() <= 12);
            let proof = log.proof(&plan);
            assert_eq!(included(data, index, size, root, &proof), Ok(()), "{index} of {size}");
            assert!(rfc_included(leaf(data), index, size, root, &proof));
            for other in spoilt(&proof) {
                assert_eq!(included(data, index, size, root, &other), Err(Error::Proof), "{index} of {size}");
                assert!(!rfc_included(leaf(data), index, size, root, &other));
            }
            for other in (0..size).filter(|other| *other != index) {
                assert_eq!(included(data, other, size, root, &proof), Err(Error::Proof));
            }
            assert_eq!(included(b"another", index, size, root, &proof), Err(Error::Proof));
            assert_eq!(included(data, index, size, &empty(), &proof), Err(Error::Proof));
        }
        assert_eq!(Plan::inclusion(size, size), Err(Error::Outside));
        assert_eq!(included(b"leaf 0", size, size, root, &[]), Err(Error::Outside));
    }
}

#[test]
fn every_consistency_of_small_trees_is_proven_and_no_other() {
    let log = small();
    for new in 1..=SMALL {
        let after = &log.roots[usize::try_from(new).unwrap()];
        assert_eq!(consistent((0, &empty()), (new, after), &[]), Ok(()));
        assert_eq!(consistent((0, after), (new, after), &[]), Err(Error::Proof));
        assert_eq!(consistent((0, &empty()), (new, after), &[empty()]), Err(Error::Proof));
        for old in 1..=new {
            let before = &log.roots[usize::try_from(old).unwrap()];
            let proof = log.proof(&Plan::consistency(old, new).unwrap());
            assert_eq!(consistent((old, before), (new, after), &proof), Ok(()), "{old} to {new}");
            assert!(rfc_consistent(old, new, before, after, &proof));
            for other in spoilt(&proof) {
                assert_eq!(consistent((old, before), (new, after), &other), Err(Error::Proof), "{old} to {new}");
                assert!(!rfc_consistent(old, new, before, after, &other));
            }
            for wrong in [&empty(), &leaf(b"another")] {
                assert_eq!(consistent((old, wrong), (new, after), &proof), Err(Error::Proof));
                assert_eq!(consistent((old, before), (new, wrong), &proof), Err(Error::Proof));
            }
        }
        assert_eq!(consistent((new + 1, after), (new, after), &[]), Err(Error::Outside));
    }
    assert_eq!(consistent((0, &empty()), (0, &empty()), &[]), Ok(()));
    assert_eq!(consistent((0, &empty()), (0, &leaf(b"")), &[]), Err(Error::Proof));
}

#[test]
fn both_verifiers_agree_on_proofs_of_other_trees() {
    let log = small();
    for size in 1..=20_u64 {
        for index in 0..size {
            let proof = log.proof(&Plan::inclusion(index, size).unwrap());
            let data = &log.leaves[usize::try_from(index).unwrap()];
            let root = &log.roots[usize::try_from(size).unwrap()];
            for other in 1..=40 {
                for at in 0..other {
                    let ours = included(data, at, other, root, &proof).is_ok();
                    assert_eq!(ours, rfc_included(leaf(data), at, other, root, &proof), "{at} of {other}");
                }
            }
        }
    }
}

#[test]
fn a_tree_is_resumed_from_what_it_stored() {
    let log = small();
    for size in 0..SMALL {
        let nodes = Peaks::nodes(size).unwrap();
        assert_eq!(nodes.len(), size.count_ones() as usize);
        let mut peaks = Peaks::resume(size, nodes.iter().map(|node| log.stored[node]).collect()).unwrap();
        assert_eq!(peaks.root(), log.roots[usize::try_from(size).unwrap()]);
        for (node, hash) in peaks.push(leaf(&log.leaves[usize::try_from(size).unwrap()])).unwrap() {
            assert_eq!(log.stored[&node], hash);
        }
        assert_eq!((peaks.size(), peaks.root()), (size + 1, log.roots[usize::try_from(size).unwrap() + 1]));
        assert!(matches!(Peaks::resume(size, vec![empty(); 9]), Err(Error::Count { .. })));
    }
}

#[test]
fn the_largest_tree_is_no_trouble_and_a_larger_one_is_refused() {
    for index in [0, 1, MOST / 2, MOST - 1] {
        assert!(Plan::inclusion(index, MOST).unwrap().nodes().count() <= 96);
        assert!(Plan::inclusion(index.min(MOST - 2), MOST - 1).unwrap().nodes().count() <= 96);
    }
    assert!(Plan::consistency(MOST / 2 + 1, MOST).unwrap().nodes().count() <= 96);
    for size in [MOST + 1, u64::MAX] {
        assert_eq!(Plan::inclusion(0, size), Err(Error::Outside));
        assert_eq!(Plan::consistency(1, size), Err(Error::Outside));
        assert_eq!(included(b"", 0, size, &empty(), &[]), Err(Error::Outside));
        assert_eq!(included(b"", size - 1, size, &empty(), &[]), Err(Error::Outside));
        assert_eq!(consistent((1, &empty()), (size, &empty()), &[]), Err(Error::Outside));
        assert_eq!(consistent((size, &empty()), (size, &empty()), &[]), Err(Error::Outside));
        assert_eq!(Peaks::nodes(size), Err(Error::Outside));
    }
    assert_eq!(Plan::consistency(0, 3), Err(Error::Outside));
    let mut full = Peaks::resume(MOST, vec![empty()]).unwrap();
    assert_eq!(full.push(empty()), Err(Error::Outside));
    let plan = Plan::inclusion(3, 11).unwrap();
    assert!(matches!(plan.proof(&[]), Err(Error::Count { .. })));
    assert!(matches!(plan.proof(&[empty(); 50]), Err(Error::Count { .. })));
}
