//! Readings: any piece, any number of them, and none that is not there.

use std::sync::Arc;

use forebay_store::seam::{Spawn, ThreadPool};
use forebay_store::{ErrorKind, Op};

use super::claim::Claim;
use crate::medium::Medium;
use crate::medium::conformance::specimen::{Specimen, payload};
use crate::medium::conformance::stop::{Found, Stop, expect, expect_that};

pub(super) const CLAIMS: &[Claim] = &[
    Claim { name: "any_piece_of_it_can_be_read", check: any_piece_of_it_can_be_read },
    Claim { name: "behind_its_end_there_is_nothing", check: behind_its_end_there_is_nothing },
    Claim { name: "eight_read_and_write_at_once", check: eight_read_and_write_at_once },
];

fn any_piece_of_it_can_be_read(medium: &Arc<dyn Medium>) -> Found {
    for (name, length) in [(1, 5_000_usize), (2, 300_000)] {
        let blob = Specimen::write(&**medium, name, length)?;
        let expected = payload(name, length);
        let mut reading = medium.reading(blob.place)?;
        for at in (0..length - 700).step_by(997).chain([length - 1]) {
            let mut found = vec![0; 700.min(length - at)];
            reading.read(blob.offset + at as u64, &mut found)?;
            let is_right = found == expected[at..at + found.len()];
            expect_that(is_right, format!("other bytes at {at} of {length}"))?;
        }
    }
    Ok(())
}

fn behind_its_end_there_is_nothing(medium: &Arc<dyn Medium>) -> Found {
    let neighbours: Result<Vec<_>, _> =
        (1..9).map(|name| Specimen::write(&**medium, name, 5_000)).collect();
    let neighbours = neighbours?;
    let large = Specimen::write(&**medium, 9, 300_000)?;
    for blob in neighbours.iter().chain([&large]) {
        let length = blob.place.length;
        for (at, count) in [(length - 1, 2), (length, 1), (length + 4096, 1), (u64::MAX, 1)] {
            let read = medium.reading(blob.place)?.read(at, &mut vec![0; count]);
            let kind = read.err().map(|error| error.kind());
            let what = format!("the error of {count} bytes at {at} of {length}");
            expect(&what, &kind, &Some(ErrorKind::Corrupt))?;
        }
        blob.check(&**medium)?;
    }
    Ok(())
}

fn eight_read_and_write_at_once(medium: &Arc<dyn Medium>) -> Found {
    let shared = Specimen::write(&**medium, 1, 100_000)?;
    let threads = ThreadPool::shared();
    let answers: Vec<Op<()>> = (1..=8)
        .map(|thread: u64| {
            let (done, answer) = Op::pending();
            let medium = Arc::clone(medium);
            threads.run(Box::new(move || {
                let worked = work(&*medium, thread << 8, &shared);
                done.complete(worked.map_err(|why| {
                    forebay_store::Error::corrupt(format!("thread {thread}: {why:?}"))
                }));
            }));
            answer
        })
        .collect();
    answers.into_iter().try_for_each(|answer| answer.wait().map_err(Stop::from))?;
    expect("how many blobs there are", &medium.usage().blobs, &1)
}

fn work(medium: &dyn Medium, first: u64, shared: &Specimen) -> Found {
    for name in first..first + 16 {
        let length = if name % 4 == 0 { 300_000 } else { 3_000 };
        let blob = Specimen::write(medium, name, length)?;
        shared.check(medium)?;
        blob.check(medium)?;
        medium.free(blob.place);
    }
    Ok(())
}
