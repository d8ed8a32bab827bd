//! Claims about puts, deletes and batches of them.

use std::sync::Arc;

use super::super::subject::{Found, Subject, all_stored, delete, expect, put};
use super::loads::MANY;

super::claims![
    a_stored_write_is_read,
    an_overwrite_replaces_the_value,
    a_deleted_key_is_absent,
    a_deleted_key_can_be_written_again,
    a_delete_of_an_absent_key_is_stored,
    an_empty_batch_is_answered_with_no_outcome,
    each_write_has_one_outcome,
    each_write_of_a_batch_is_stored,
    a_batch_of_the_most_writes_is_stored,
    a_batch_that_is_sent_twice_is_harmless,
    a_write_is_finished_though_its_caller_has_left,
];

fn a_stored_write_is_read(subject: &Subject) -> Found {
    for round in 0..20_u8 {
        subject.store(vec![put("a", [round])])?;
        subject.expect_value("a", Some(&[round]))?;
    }
    Ok(())
}

fn an_overwrite_replaces_the_value(subject: &Subject) -> Found {
    subject.store(vec![put("a", "a long first value")])?;
    subject.store(vec![put("a", "short")])?;
    subject.expect_value("a", Some(b"short"))
}

fn a_deleted_key_is_absent(subject: &Subject) -> Found {
    subject.store(vec![put("a", "1"), put("b", "2")])?;
    subject.store(vec![delete("a")])?;
    subject.expect_value("a", None)?;
    subject.expect_value("b", Some(b"2"))
}

fn a_deleted_key_can_be_written_again(subject: &Subject) -> Found {
    subject.store(vec![put("a", "1")])?;
    subject.store(vec![delete("a")])?;
    subject.store(vec![put("a", "2")])?;
    subject.expect_value("a", Some(b"2"))
}

fn a_delete_of_an_absent_key_is_stored(subject: &Subject) -> Found {
    subject.store(vec![delete("nobody")])?;
    subject.expect_value("nobody", None)
}

fn an_empty_batch_is_answered_with_no_outcome(subject: &Subject) -> Found {
    subject.apply(Vec::new()).map(|_| ())
}

fn each_write_has_one_outcome(subject: &Subject) -> Found {
    subject.store(vec![put("b", "old"), put("c", "old")])?;
    let writes = vec![put("a", "1"), delete("b"), put("c", "3"), delete("d"), put("e", "5")];
    let fitting = subject.fitting(writes.len());
    let batch = subject.batch(writes.into_iter().take(fitting).collect());
    let outcomes = subject.answer("an apply", subject.begin_apply(batch))?;
    expect("outcomes for writes", &outcomes.len(), &fitting)
}

fn each_write_of_a_batch_is_stored(subject: &Subject) -> Found {
    subject.store(vec![put("b", "old"), put("c", "old")])?;
    subject.store(vec![put("a", "1"), delete("b"), put("c", "3"), delete("d"), put("e", "5")])?;
    let expected = [("a", Some("1")), ("b", None), ("c", Some("3")), ("d", None), ("e", Some("5"))];
    for (key, value) in expected {
        subject.expect_value(key, value.map(str::as_bytes))?;
    }
    Ok(())
}

fn a_batch_of_the_most_writes_is_stored(subject: &Subject) -> Found {
    let names: Vec<String> = (0..subject.fitting(MANY)).map(|n| format!("key {n}")).collect();
    all_stored(&subject.apply(names.iter().map(|name| put(name, name.as_bytes())).collect())?)?;
    let keys: Vec<&str> = names.iter().map(String::as_str).collect();
    for (name, value) in names.iter().zip(subject.load(&keys)?) {
        expect(&format!("the value of {name}"), &value.as_deref(), &Some(name.as_bytes()))?;
    }
    Ok(())
}

fn a_batch_that_is_sent_twice_is_harmless(subject: &Subject) -> Found {
    subject.store(vec![put("b", "old")])?;
    let writes = [put("a", "1"), delete("b")];
    let fitting = subject.fitting(writes.len());
    let batch = subject.batch(writes.into_iter().take(fitting).collect());
    for _ in 0..2 {
        let op = subject.begin_apply(Arc::clone(&batch));
        all_stored(&subject.answer("an apply", op)?)?;
    }
    subject.expect_value("a", Some(b"1"))?;
    subject.expect_value("b", if fitting == 2 { None } else { Some(b"old") })
}

fn a_write_is_finished_though_its_caller_has_left(subject: &Subject) -> Found {
    drop(subject.begin_apply(subject.batch(vec![put("a", "1")])));
    let there = || Ok(subject.get("a")?.is_some());
    subject.until("a write whose caller had left is in the store", there)
}
