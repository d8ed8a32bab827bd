//! The claim of atomic batches, for stores that declare them.

use super::super::subject::{Found, Subject, Write, delete, failed, on, put, short, skipped};
use crate::batch::Condition;
use crate::outcome::Outcome;

super::claims![a_refused_write_takes_its_atomic_batch_with_it];

fn a_refused_write_takes_its_atomic_batch_with_it(subject: &Subject) -> Found {
    let declared = subject.capabilities();
    if !declared.atomic_batch || declared.batch_ops_max < 4 {
        return skipped("it declares no atomic batches");
    }
    let Some(refused) = refusable(subject) else {
        return skipped("it declares nothing for which it would refuse a write");
    };
    subject.store(vec![put("changed", "old"), put("deleted", "old"), put("there", "old")])?;
    let outcomes =
        subject.apply(vec![put("new", "1"), put("changed", "1"), delete("deleted"), refused])?;
    if let Some(at) = outcomes.iter().position(Outcome::is_stored) {
        return failed(format!("write {at} says stored beside {}", short(&outcomes[3])));
    }
    subject.expect_value("new", None)?;
    subject.expect_value("changed", Some(b"old"))?;
    subject.expect_value("deleted", Some(b"old"))?;
    subject.expect_value("there", Some(b"old"))
}

/// A write that this store must refuse while "there" is present.
fn refusable(subject: &Subject) -> Option<Write> {
    const LARGEST: u64 = 64 << 20;
    let declared = subject.capabilities();
    if declared.conditional {
        return Some(on(Condition::Absent, put("there", "1")));
    }
    let over = declared.value_bytes_max.filter(|most| *most < LARGEST)? + 1;
    Some(put("there", vec![1; usize::try_from(over).ok()?]))
}
