//! Writes all that is given.

use std::io;

use forebay_journal::disk::DiskFile;

/// Hands bytes to the operating system, whatever it takes at once.
pub(crate) fn write_whole(file: &dyn DiskFile, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let taken = file.write_at(bytes, at)?;
        if taken == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = bytes.get(taken..).unwrap_or_default();
        at += taken as u64;
    }
    Ok(())
}
