//! The bytes of a journal, version 1: enough to write a second reader from.
//!
//! All numbers are little-endian. A *block* is 4096 bytes. A checksum is CRC-32C (Castagnoli, as in
//! iSCSI: reflected, initial value and final xor `0xFFFF_FFFF`).
//!
//! # Files
//!
//! One flat directory, or two of them, see below:
//!
//! | name | what |
//! |---|---|
//! | `LOCK` | the owner's process id; locked while the owner lives |
//! | `journal` | the identity: three blocks, see [`identity`] |
//! | `%016x.seg` | a segment; the name is its number in hexadecimal, from 1 on without gaps |
//! | `spare-...`, `new-...` | a file being prepared: no part of the journal, the next owner may use or remove it |
//!
//! # Segments
//!
//! A segment has the length that its header says, from the moment it has its name; a shorter file
//! is damaged. Its first block is the header, see [`segment`]; the rest is frames and bytes that
//! mean nothing. Segments are prepared whole and made durable, name included, before anything is
//! written into them, and are used again for later ones with a new header: what is left of their old
//! frames means nothing, because every frame is bound to the salt of its header.
//!
//! # A second directory
//!
//! It looks like the first; its identity has the same id, and an id of the directory itself. Segments have
//! one order of numbers over both. Of the slots of both the one with the highest counter holds, and of two
//! equal ones that of the first. Of two segments with one number the one counts that was made later; if
//! neither was, or a header of the two is wrong, that is damage.
//!
//! As long as the newest slot of the first directory names a second one, by that one's own id, the journal
//! must not be read without it: any later slot and any record may be there. The second has its identity,
//! durably, before the first names it, in both slots of a new file; and it is named before anything else is
//! put there. An owner that closes the journal in order, and has no segment in the second, writes a last
//! slot in the first, without the name.
//!
//! # Frames
//!
//! A frame is a header of 40 bytes and a body, see [`frame`]. It holds `count` records and is
//! atomic. Its *sequence number* is that of its first record; the records of a journal are numbered
//! from 1 on without gaps, whatever segments they are in. A frame with no record is a *witness*: it
//! bears the number of the next record and takes none.
//!
//! A frame begins where the one before it ends, or, if nothing valid begins there, at the next
//! block. The first is at the second block of its segment. A frame is **valid** if its magic is
//! right, its header's checksum is right for the salt of its segment and its own offset, its body lies
//! within the segment, its body's checksum is right, and its number is the one that is due.
//!
//! After a sync the next frame begins on a new block. So a block that holds bytes which a sync
//! made durable is never written again, and a write that is torn cannot hurt them.
//!
//! # Reading
//!
//! The segments are read in the order of their numbers. The number that is due in the lowest one is
//! in the identity, because what came before may be gone. The first occurrence of each number
//! counts. What was not yet synced when a segment failed or its owner died stands in a later segment
//! a second time; such a frame is a copy, has the same body, and is passed over. A segment ends where
//! no valid frame begins; the next segment must begin with the number that is due or an earlier
//! one, else what lies between is lost.
//!
//! # A torn tail, and damage
//!
//! Every frame says in `synced` up to which record everything was on the device when the frame was
//! written. Let `d` be the number that is due where reading ends. If any later bytes of that segment or
//! of a later one hold a frame whose header is right and whose `synced` is `d` or more, then `d` had been
//! made durable, and its loss is **damage**. (Only headers count: the bodies may be damaged too.)
//! Such headers are looked for at every block, and from each one found along its run of frames.
//! Damage is also: a segment that the identity knows and that is missing or has no right header, a
//! file that is too short, an end before what the identity says was durable.
//!
//! Anything else is a **torn tail**: bytes that no sync had made durable. A reader reports how many
//! later frames it dropped with it. A journal is never written to behind a torn tail: the next owner
//! begins a new segment, and the tail stays as evidence until its segment is used again.
//!
//! What cannot be told: when a power cut comes within moments of a sync, before any later
//! frame is written, and the medium also damages the last synced bytes, then nothing bears witness
//! to them. A witness is therefore written as soon as the journal is idle, and when it is closed.
//!
//! # What a sync guarantees
//!
//! `fdatasync` of the segment's file returned without an error, and every record up to the number
//! acknowledged was written to that file before the call, or is in a segment that was synced so
//! before it. A sync that fails is never repeated on the same file: what was not durable is written
//! again to a new segment, from memory.

mod block;
mod checksum;
pub mod frame;
pub mod identity;
pub mod segment;

pub use block::BLOCK;
pub(crate) use block::{BLOCK_BYTES, next_block, u32_at, u64_at};
pub use checksum::checksum;

/// The version of everything described here.
pub const VERSION: u16 = 1;
