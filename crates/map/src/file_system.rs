//! On which file systems the pages of a file may be written to.

use std::fs::File;
use std::io;

/// Whether a block that was written once can be written again without room being found for it.
///
/// On others, those that copy on write among them, a write to a page may find the disk full when
/// nobody can be told but by a signal that ends the process. XFS is one of them as soon as somebody
/// makes a copy of a file that shares its blocks.
pub(crate) fn keeps_blocks(file: &File) -> io::Result<bool> {
    Ok(kind(file)?.is_some_and(|kind| KEEP_BLOCKS.contains(&kind)))
}

/// Of ext2, ext3 and ext4, which have the same number, and of tmpfs.
const KEEP_BLOCKS: [i128; 2] = [0xEF53, 0x0102_1994];

#[cfg(target_os = "linux")]
fn kind(file: &File) -> io::Result<Option<i128>> {
    Ok(Some(i128::from(rustix::fs::fstatfs(file)?.f_type)))
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "it may fail where there is something to ask")]
fn kind(_: &File) -> io::Result<Option<i128>> {
    Ok(None)
}
