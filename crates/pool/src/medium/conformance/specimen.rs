//! A blob whose every byte is known.

use forebay_store::Result;

use super::stop::{Found, expect, expect_that};
use crate::blob::HEAD;
use crate::medium::{Medium, Place};

/// A blob whose every byte follows from its name. It is where its place says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Specimen {
    pub(super) name: u64,
    /// Of the payload.
    pub(super) length: usize,
    pub(super) offset: u64,
    pub(super) place: Place,
}

/// How a blob is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// Its length is said before.
    pub(super) is_told: bool,
    /// So many bytes are put at once.
    pub(super) piece: usize,
}

impl Manner {
    pub(super) const USUAL: Self = Self { is_told: true, piece: 128 << 10 };
}

impl Specimen {
    pub(super) fn write(to: &dyn Medium, name: u64, length: usize) -> Result<Self> {
        Self::write_so(to, name, length, Manner::USUAL)
    }

    pub(super) fn write_so(
        to: &dyn Medium,
        name: u64,
        length: usize,
        manner: Manner,
    ) -> Result<Self> {
        let mut writing = to.begin(manner.is_told.then_some(length as u64))?;
        for bytes in payload(name, length).chunks(manner.piece) {
            writing.put(bytes)?;
        }
        let offset = u64::from(writing.offset());
        let place = writing.seal(&head(name))?;
        Ok(Self { name, length, offset, place })
    }

    /// It is there, whole.
    pub(super) fn check(&self, of: &dyn Medium) -> Found {
        self.check_in_pieces(of, 128 << 10)
    }

    pub(super) fn check_in_pieces(&self, of: &dyn Medium, piece: usize) -> Found {
        let Self { name, length, offset, place } = *self;
        expect("the length of its place", &place.length, &(offset + length as u64))?;
        let mut reading = of.reading(place)?;
        let mut found = [0; HEAD];
        reading.read(0, &mut found)?;
        expect_that(found == head(name), format!("the head of blob {name} is another"))?;
        let mut bytes = vec![0; piece];
        let mut at = offset;
        for expected in payload(name, length).chunks(piece) {
            let bytes = &mut bytes[..expected.len()];
            reading.read(at, bytes)?;
            let what = format!("blob {name} of {length} bytes has other bytes from {at} on");
            expect_that(bytes == expected, what)?;
            at += expected.len() as u64;
        }
        Ok(())
    }
}

fn head(name: u64) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    head.copy_from_slice(&payload(!name, HEAD));
    head
}

/// The bytes of a blob: each eight of them say whose and which they are.
pub(super) fn payload(name: u64, length: usize) -> Vec<u8> {
    let word = |number: u64| (name.rotate_left(32) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut bytes = vec![0; length];
    for (number, chunk) in (0..).zip(bytes.chunks_mut(8)) {
        chunk.copy_from_slice(&word(number).to_le_bytes()[..chunk.len()]);
    }
    bytes
}
