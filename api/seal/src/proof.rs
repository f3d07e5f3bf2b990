//! RFC 6962 inclusion and consistency proofs: what one is made of, and what it shows.

use crate::tree::{Error, Hash, MOST, Node, cover, empty, fold};
use ct_merkle::{
    ConsistencyProof, InclusionProof, RootHash, indices_for_consistency_proof, indices_for_inclusion_proof,
};
use sha2::Sha256;

/// A proof to be made: first it tells the stored hashes to read, then it makes the proof of them, so that the reading
/// may be asynchronous and in one query. At most 96 hashes are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    steps: Vec<Vec<Node>>,
}

impl Plan {
    /// Plans the proof that the leaf `index` is in the tree of `size` leaves (RFC 6962, 2.1.1).
    ///
    /// # Errors
    /// [`Error::Outside`] if it is not.
    pub fn inclusion(index: u64, size: u64) -> Result<Self, Error> {
        if index >= size || size > MOST {
            return Err(Error::Outside);
        }
        Ok(Self::of(&indices_for_inclusion_proof(size, index), size))
    }

    /// Plans the proof that the tree of `new` leaves begins with that of `old` leaves (RFC 6962, 2.1.2).
    ///
    /// # Errors
    /// [`Error::Outside`] unless 1 ≤ `old` ≤ `new`.
    pub fn consistency(old: u64, new: u64) -> Result<Self, Error> {
        if old == 0 || old > new || new > MOST {
            return Err(Error::Outside);
        }
        Ok(Self::of(&indices_for_consistency_proof(old, new - old), new))
    }

    /// ct-merkle numbers nodes as RFC 9420 (appendix C) does; one at the right edge is put together of full subtrees.
    fn of(numbers: &[u64], size: u64) -> Self {
        let leaves = |number: u64| {
            let level = number.trailing_ones();
            let start = (number >> (level + 1)) << level;
            start..size.min(start + (1 << level))
        };
        Self { steps: numbers.iter().map(|number| cover(leaves(*number))).collect() }
    }

    /// Which stored hashes the proof is made of.
    pub fn nodes(&self) -> impl Iterator<Item = Node> {
        self.steps.iter().flatten().copied()
    }

    /// The proof, from the hashes of [`Plan::nodes`], in that order.
    ///
    /// # Errors
    /// [`Error::Count`] if there are more or fewer hashes.
    pub fn proof(&self, hashes: &[Hash]) -> Result<Vec<Hash>, Error> {
        let (expected, got) = (self.nodes().count(), hashes.len());
        let mut rest = hashes;
        let mut made = |step: &Vec<Node>| {
            let (these, others) = rest.split_at_checked(step.len())?;
            rest = others;
            fold(these)
        };
        let proof: Option<Vec<Hash>> = self.steps.iter().map(&mut made).collect();
        proof.filter(|_| expected == got).ok_or(Error::Count { expected, got })
    }
}

/// Checks that `data` is the leaf `index` of the tree with this size and root (RFC 9162, 2.1.3.2).
///
/// # Errors
/// [`Error::Outside`] if no such tree has it, [`Error::Proof`] if it is not shown.
pub fn included(data: &[u8], index: u64, size: u64, root: &Hash, proof: &[Hash]) -> Result<(), Error> {
    if index >= size || size > MOST {
        return Err(Error::Outside);
    }
    let proof = InclusionProof::<Sha256>::try_from_bytes(proof.concat()).map_err(|_| Error::Proof)?;
    RootHash::new((*root).into(), size).verify_inclusion(&data, index, &proof).map_err(|_| Error::Proof)
}

/// Checks that the `new` tree (size, root) begins with the `old` one (RFC 9162, 2.1.4.2). That of no leaves begins
/// every tree: for it the proof is empty.
///
/// # Errors
/// [`Error::Outside`] if the old tree is larger or the new one too large, [`Error::Proof`] if it is not shown.
pub fn consistent(old: (u64, &Hash), new: (u64, &Hash), proof: &[Hash]) -> Result<(), Error> {
    if old.0 > new.0 || new.0 > MOST {
        return Err(Error::Outside);
    }
    if old.0 == 0 {
        let same = *old.1 == empty() && (new.0 > 0 || old.1 == new.1) && proof.is_empty();
        return if same { Ok(()) } else { Err(Error::Proof) };
    }
    let proof = ConsistencyProof::<Sha256>::try_from_bytes(proof.concat()).map_err(|_| Error::Proof)?;
    let old = RootHash::new((*old.1).into(), old.0);
    RootHash::new((*new.1).into(), new.0).verify_consistency(&old, &proof).map_err(|_| Error::Proof)
}
