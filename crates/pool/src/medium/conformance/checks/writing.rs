//! What is sealed is there, and nothing else.

use std::sync::Arc;

use super::claim::Claim;
use crate::medium::Medium;
use crate::medium::conformance::specimen::{Manner, Specimen, payload};
use crate::medium::conformance::stop::{Found, Stop, expect, expect_that};

/// Lengths at which something may change: of blocks, of cells, of pieces.
const LENGTHS: &[usize] = &[
    0,
    1,
    895,
    896,
    897,
    3968,
    3969,
    4096,
    65_535,
    65_536,
    70_000,
    262_144,
    262_145,
    270_000,
    1 << 20,
    5_000_001,
];

pub(super) const CLAIMS: &[Claim] = &[
    Claim { name: "what_is_sealed_is_read_back", check: what_is_sealed_is_read_back },
    Claim { name: "so_is_what_did_not_say_its_length", check: so_is_what_did_not_say_its_length },
    Claim { name: "pieces_may_be_of_any_length", check: pieces_may_be_of_any_length },
    Claim { name: "of_what_is_not_sealed_nothing_is_left", check: of_what_is_not_sealed },
];

/// Only a medium with a small quota may be too small for the longest.
fn lengths(medium: &dyn Medium) -> impl Iterator<Item = usize> {
    let most = medium.usage().quota.map_or(u64::MAX, |quota| quota / 8);
    LENGTHS.iter().copied().filter(move |length| *length as u64 <= most)
}

fn what_is_sealed_is_read_back(medium: &Arc<dyn Medium>) -> Found {
    let manner = Manner::USUAL;
    read_back(&**medium, manner)
}

fn so_is_what_did_not_say_its_length(medium: &Arc<dyn Medium>) -> Found {
    read_back(&**medium, Manner { is_told: false, ..Manner::USUAL })
}

fn read_back(medium: &dyn Medium, manner: Manner) -> Found {
    let mut kept = Vec::new();
    for (name, length) in (1..).zip(lengths(medium)) {
        kept.push(Specimen::write_so(medium, name, length, manner)?);
    }
    kept.iter().try_for_each(|blob| blob.check(medium))?;
    expect("how many blobs there are", &medium.usage().blobs, &(kept.len() as u64))?;
    for blob in &kept {
        medium.free(blob.place);
    }
    expect("how many blobs there are at the end", &medium.usage().blobs, &0)
}

fn pieces_may_be_of_any_length(medium: &Arc<dyn Medium>) -> Found {
    for (name, piece) in (1..).zip([1, 127, 4095, 100_000]) {
        let manner = Manner { is_told: true, piece };
        let blob = Specimen::write_so(&**medium, name, 20_000, manner)?;
        blob.check_in_pieces(&**medium, piece)?;
        medium.free(blob.place);
    }
    Ok(())
}

/// As often as one likes: if each left a little, it would show.
fn of_what_is_not_sealed(medium: &Arc<dyn Medium>) -> Found {
    let mut bytes = Vec::new();
    for name in 0..48 {
        let length = if name % 2 == 0 { 3_000 } else { 400_000 };
        let mut writing = medium.begin(Some(length)).map_err(Stop::from)?;
        writing.put(&payload(name, 2_000))?;
        drop(writing);
        let usage = medium.usage();
        expect("how many blobs there are", &usage.blobs, &0)?;
        bytes.push(usage.bytes);
    }
    let what = format!("it grows: {} bytes, and {} after as many again", bytes[23], bytes[47]);
    expect_that(bytes[47] <= bytes[23], what)
}
