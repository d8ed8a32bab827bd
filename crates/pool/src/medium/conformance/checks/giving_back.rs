//! Places that are given back are used again, and no two are one.

use std::sync::Arc;

use super::claim::Claim;
use crate::medium::Medium;
use crate::medium::conformance::specimen::Specimen;
use crate::medium::conformance::stop::{Found, expect, expect_that};

pub(super) const CLAIMS: &[Claim] = &[
    Claim { name: "places_are_not_each_other's", check: places_are_not_each_others },
    Claim { name: "what_is_given_back_is_used_again", check: what_is_given_back_is_used_again },
];

fn places_are_not_each_others(medium: &Arc<dyn Medium>) -> Found {
    const LENGTHS: [usize; 6] = [10, 2_000, 2_000, 5_000, 80_000, 300_000];
    let mut living: Vec<Specimen> = Vec::new();
    let mut dice = 7_u64;
    for name in 0..120 {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        if living.len() > 12 {
            let freed = living.swap_remove((dice >> 33) as usize % living.len());
            freed.check(&**medium)?;
            medium.free(freed.place);
        }
        let length = LENGTHS[(dice >> 40) as usize % LENGTHS.len()];
        living.push(Specimen::write(&**medium, name, length)?);
    }
    living.iter().try_for_each(|blob| blob.check(&**medium))?;
    for blob in &living {
        medium.free(blob.place);
    }
    expect("how many blobs there are at the end", &medium.usage().blobs, &0)
}

fn what_is_given_back_is_used_again(medium: &Arc<dyn Medium>) -> Found {
    for (first, length) in [(0, 3_000), (1_000, 400_000)] {
        let mut bytes = Vec::new();
        for name in first..first + 60 {
            let blob = Specimen::write(&**medium, name, length)?;
            blob.check(&**medium)?;
            medium.free(blob.place);
            bytes.push(medium.usage().bytes);
        }
        let what = format!("it grows: {} bytes, and {} after as many again", bytes[29], bytes[59]);
        expect_that(bytes[59] <= bytes[29], what)?;
    }
    Ok(())
}
