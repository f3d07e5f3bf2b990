//! C2SP tlog-tiles entry bundles: the entries of a log, 256 to a file, each after its length in two bytes.

use crate::tile::{Error, WIDTH};

/// The bytes of a bundle of up to 256 entries.
///
/// # Errors
/// [`Error::Outside`] for none or more than 256, [`Error::Long`] if one has more than 65,535 bytes.
pub fn bundle<E: AsRef<[u8]>>(entries: &[E]) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    if !(1..=usize::from(WIDTH)).contains(&entries.len()) {
        return Err(Error::Outside);
    }
    for entry in entries.iter().map(AsRef::as_ref) {
        let length = u16::try_from(entry.len()).map_err(|_| Error::Long)?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// The entries in the bytes of a bundle: 1 to 256, each after its length as a big-endian 16-bit number.
///
/// # Errors
/// [`Error::Content`] if they are none or more, one is cut short, or anything follows the last.
pub fn entries(bytes: &[u8]) -> Result<Vec<&[u8]>, Error> {
    let (mut rest, mut entries) = (bytes, Vec::new());
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, after) = after.split_at_checked(length).ok_or(Error::Content)?;
        entries.push(entry);
        rest = after;
    }
    let fits = rest.is_empty() && (1..=usize::from(WIDTH)).contains(&entries.len());
    if fits { Ok(entries) } else { Err(Error::Content) }
}
