//! Claims about every call: that it is answered, and what the store says about itself.

use super::super::subject::{Found, Subject, expect, failed, put, short};
use crate::error::ErrorKind;

super::claims![every_call_is_answered, what_it_declares_makes_sense_and_stays];

fn every_call_is_answered(subject: &Subject) -> Found {
    let aborted = |call: &str| failed(format!("{call} was dropped without an answer"));
    let load = subject.try_answer("a load", subject.begin_load(&["a"]))?;
    if load.is_err_and(|error| error.kind() == ErrorKind::Aborted) {
        return aborted("a load");
    }
    let batch = subject.batch(vec![put("a", "1")]);
    let apply = subject.try_answer("an apply", subject.begin_apply(batch))?;
    if apply.is_err_and(|error| error.kind() == ErrorKind::Aborted) {
        return aborted("an apply");
    }
    // A store that cannot count says so.
    match subject.count()? {
        Err(error) if error.kind() == ErrorKind::Aborted => aborted("a count"),
        _ => Ok(()),
    }
}

fn what_it_declares_makes_sense_and_stays(subject: &Subject) -> Found {
    let declared = subject.capabilities();
    if declared.batch_ops_max == 0 || declared.concurrency == 0 {
        return failed(format!("a bound is 0: {}", short(&declared)));
    }
    subject.store(vec![put("a", "1")])?;
    expect("what it declares later", &subject.capabilities(), &declared)
}
