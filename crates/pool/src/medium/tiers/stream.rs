//! A payload on its way from one tier to the other.

use forebay_store::Result;

use crate::medium::{Reading, Writing};

/// So much of it is in memory.
pub(super) const PIECE: usize = 128 << 10;

/// Copies what is from `at` on, so many bytes of it, as a payload or the next part of one.
pub(super) fn copy(
    from: &mut dyn Reading,
    mut at: u64,
    mut length: u64,
    to: &mut dyn Writing,
) -> Result<()> {
    let mut buffer = vec![0; PIECE.min(usize::try_from(length).unwrap_or(PIECE))];
    while length > 0 {
        let piece = buffer.len().min(usize::try_from(length).unwrap_or(PIECE));
        let piece = &mut buffer[..piece];
        from.read(at, piece)?;
        to.put(piece)?;
        at += piece.len() as u64;
        length -= piece.len() as u64;
    }
    Ok(())
}
