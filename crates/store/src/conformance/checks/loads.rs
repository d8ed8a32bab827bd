//! Claims about loads.

use super::super::subject::{Found, Subject, expect, put};

super::claims![
    absence_is_not_an_error,
    answers_come_in_the_order_of_the_keys,
    an_empty_load_is_answered_with_nothing,
    a_load_of_the_most_keys_is_answered,
];

/// The most keys or writes that a check makes, whatever the store declares.
pub(super) const MANY: usize = 4096;

fn absence_is_not_an_error(subject: &Subject) -> Found {
    subject.expect_value("nobody", None)
}

fn answers_come_in_the_order_of_the_keys(subject: &Subject) -> Found {
    subject.store(vec![put("a", "1"), put("b", "2"), put("c", "3")])?;
    let keys = ["c", "nobody", "a", "c", "b", "a"];
    let keys = &keys[..subject.fitting(keys.len())];
    let values: Vec<_> = keys.iter().map(|key| value_of(key)).collect();
    expect(&format!("the values of {keys:?}"), &subject.load(keys)?, &values)
}

fn value_of(key: &str) -> Option<Vec<u8>> {
    let value = match key {
        "a" => "1",
        "b" => "2",
        "c" => "3",
        _ => return None,
    };
    Some(value.into())
}

fn an_empty_load_is_answered_with_nothing(subject: &Subject) -> Found {
    subject.load(&[]).map(|_| ())
}

fn a_load_of_the_most_keys_is_answered(subject: &Subject) -> Found {
    let names: Vec<String> = (0..subject.fitting(MANY)).map(|n| format!("key {n}")).collect();
    let put_every_third = names.iter().step_by(3).map(|name| put(name, name.as_bytes()));
    subject.store(put_every_third.collect())?;
    let keys: Vec<&str> = names.iter().map(String::as_str).collect();
    for (at, value) in subject.load(&keys)?.into_iter().enumerate() {
        let expected = (at % 3 == 0).then(|| names[at].clone().into_bytes());
        expect(&format!("the value of key {at} of many"), &value, &expected)?;
    }
    Ok(())
}
