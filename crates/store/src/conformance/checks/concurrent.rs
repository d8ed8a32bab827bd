//! Claims about calls that are under way together, as many as the store declares.

use super::super::subject::{Found, Subject, all_stored, expect, failed, put, skipped};

super::claims![
    concurrent_writes_of_different_keys_all_land,
    a_load_beside_a_write_sees_a_whole_value,
];

const ROUNDS: u8 = 20;
/// The most calls at once that a check makes.
const CALLS_MAX: usize = 8;

/// How many calls to make at once.
fn calls(subject: &Subject) -> Found<usize> {
    match subject.capabilities().concurrency.min(CALLS_MAX) {
        0 | 1 => skipped("it declares one call at a time"),
        calls => Ok(calls),
    }
}

fn concurrent_writes_of_different_keys_all_land(subject: &Subject) -> Found {
    let calls = calls(subject)?;
    for round in 0..ROUNDS {
        let name = |call: usize, n: u8| format!("call {call} key {n}");
        let mut under_way = Vec::new();
        for call in 0..calls {
            let writes = (0..4).take(subject.fitting(4)).map(|n| put(name(call, n), [round, n]));
            under_way.push(subject.begin_apply(subject.batch(writes.collect())));
        }
        for op in under_way {
            all_stored(&subject.answer("an apply", op)?)?;
        }
        for (call, n) in (0..calls).flat_map(|call| (0..4).map(move |n| (call, n))) {
            if usize::from(n) < subject.fitting(4) {
                subject.expect_value(&name(call, n), Some(&[round, n]))?;
            }
        }
    }
    Ok(())
}

fn a_load_beside_a_write_sees_a_whole_value(subject: &Subject) -> Found {
    const LENGTH: usize = 64 << 10;
    let calls = calls(subject)?;
    subject.store(vec![put("a", vec![0; LENGTH])])?;
    for round in 1..=ROUNDS {
        let write = subject.begin_apply(subject.batch(vec![put("a", vec![round; LENGTH])]));
        let loads: Vec<_> = (1..calls).map(|_| subject.begin_load(&["a"])).collect();
        for load in loads {
            let Some(value) = subject.answer("a load", load)?.pop().flatten() else {
                return failed("the key was absent while it was overwritten");
            };
            expect("the length of the value", &value.len(), &LENGTH)?;
            let first = value[0];
            if first != round && first != round - 1 {
                return failed(format!("version {first} beside the write of version {round}"));
            }
            if value.iter().any(|byte| *byte != first) {
                return failed(format!("a mixture of versions {} and {round}", round - 1));
            }
        }
        all_stored(&subject.answer("an apply", write)?)?;
        expect("the first byte", &subject.get("a")?.map(|value| value[0]), &Some(round))?;
    }
    Ok(())
}
