//! What a medium does that is full.

use std::sync::Arc;

use forebay_store::ErrorKind;

use super::claim::Claim;
use crate::medium::Medium;
use crate::medium::conformance::specimen::{Specimen, payload};
use crate::medium::conformance::stop::{Found, Stop, expect, expect_that, failed};

/// A medium is only filled if so much fills it.
const FILLED_MAX: u64 = 64 << 20;

pub(super) const CLAIMS: &[Claim] = &[
    Claim { name: "one_that_is_full_is_busy_and_unharmed", check: one_that_is_full },
    Claim { name: "it_never_takes_more_than_its_quota", check: it_never_takes_more },
];

fn quota(medium: &dyn Medium) -> Found<u64> {
    match medium.usage().quota {
        Some(quota) if quota <= FILLED_MAX => Ok(quota),
        _ => Err(Stop::Skipped("its quota is too large to be filled, or it has none".to_owned())),
    }
}

/// Writes blobs until there is no more room.
fn fill(medium: &dyn Medium, quota: u64, length: usize) -> Found<Vec<Specimen>> {
    let mut blobs = Vec::new();
    for name in 0..quota {
        match Specimen::write(medium, name, length) {
            Ok(blob) => blobs.push(blob),
            Err(error) if error.kind() == ErrorKind::Busy => return Ok(blobs),
            Err(error) => return failed(format!("the error of a full medium is {error:?}")),
        }
        let bytes = medium.usage().bytes;
        expect_that(bytes <= quota, format!("it takes {bytes} of {quota} bytes"))?;
    }
    failed("it is never full")
}

fn one_that_is_full(medium: &Arc<dyn Medium>) -> Found {
    let quota = quota(&**medium)?;
    for length in [3_000, 300_000] {
        let blobs = fill(&**medium, quota, length)?;
        expect_that(!blobs.is_empty(), "nothing fits")?;
        expect("how many blobs there are", &medium.usage().blobs, &(blobs.len() as u64))?;
        blobs.iter().try_for_each(|blob| blob.check(&**medium))?;
        medium.free(blobs[0].place);
        let again = Specimen::write(&**medium, 1 << 40, length)?;
        again.check(&**medium)?;
        medium.free(again.place);
        for blob in &blobs[1..] {
            medium.free(blob.place);
        }
    }
    expect("how many blobs there are at the end", &medium.usage().blobs, &0)
}

/// Also by one that does not say how long it will be.
fn it_never_takes_more(medium: &Arc<dyn Medium>) -> Found {
    let quota = quota(&**medium)?;
    let mut writing = medium.begin(None)?;
    // Bytes that cannot be packed.
    let piece = payload(9, 1 << 20);
    for _ in 0..=quota >> 20 {
        if let Err(error) = writing.put(&piece) {
            expect("the kind of its error", &error.kind(), &ErrorKind::Busy)?;
            drop(writing);
            let blob = Specimen::write(&**medium, 1, 3_000)?;
            return blob.check(&**medium);
        }
        let bytes = medium.usage().bytes;
        expect_that(bytes <= quota, format!("it takes {bytes} of {quota} bytes"))?;
    }
    failed("it took more than its quota")
}
