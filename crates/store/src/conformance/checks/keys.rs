//! Claims about keys that are easily mistaken for others.

use super::super::subject::{Found, Subject, delete, expect, failed, put, short};
use crate::outcome::Outcome;

super::claims![
    awkward_keys_are_kept_apart,
    keys_that_differ_only_in_case_are_two,
    long_keys_that_differ_only_at_the_end_are_two,
];

/// Keys that file systems, URLs, C strings and SQL like to confuse.
const AWKWARD: &[&str] = &[
    "",
    "/",
    "//",
    ".",
    "..",
    "../a",
    "a",
    "a/",
    "/a",
    "a/b",
    "a\\b",
    "a ",
    " a",
    "a\0",
    "a\0b",
    "\0",
    "a%2fb",
    "a%00",
    "a+b",
    "a b",
    "a\nb",
    "a'b",
    "a\"b",
    "a*",
    "a?",
    "a:b",
    "nul",
    "~",
    "-",
    "\u{e9}",
    "e\u{301}",
    "\u{1f980}",
    "\u{feff}a",
    "null",
];

fn awkward_keys_are_kept_apart(subject: &Subject) -> Found {
    let mut accepted = Vec::new();
    for key in AWKWARD {
        // A store may refuse a key that its medium cannot hold; it must not bend it.
        match subject.apply(vec![put(*key, key.as_bytes())])?.pop() {
            Some(Outcome::Stored) => accepted.push(*key),
            Some(Outcome::Refused(_)) => subject.expect_value(key, None)?,
            other => return failed(format!("the key {} answered {}", short(key), short(&other))),
        }
    }
    for key in &accepted {
        subject.expect_value(key, Some(key.as_bytes()))?;
    }
    while let Some(key) = accepted.pop() {
        subject.store(vec![delete(key)])?;
        subject.expect_value(key, None)?;
        if let Some(left) = accepted.last() {
            subject.expect_value(left, Some(left.as_bytes()))?;
        }
    }
    Ok(())
}

fn keys_that_differ_only_in_case_are_two(subject: &Subject) -> Found {
    subject.store(vec![put("key", "lower"), put("Key", "title"), put("KEY", "upper")])?;
    subject.expect_value("key", Some(b"lower"))?;
    subject.expect_value("Key", Some(b"title"))?;
    subject.expect_value("KEY", Some(b"upper"))
}

fn long_keys_that_differ_only_at_the_end_are_two(subject: &Subject) -> Found {
    let [a, b] = ["a", "b"].map(|end| "k".repeat(1023) + end);
    let first = subject.apply(vec![put(&a, "a")])?.pop();
    if let Some(Outcome::Refused(_)) = first {
        return subject.expect_value(&a, None);
    }
    expect("the first long key is stored", &first.is_some_and(|it| it.is_stored()), &true)?;
    subject.store(vec![put(&b, "b")])?;
    subject.expect_value(&a, Some(b"a"))?;
    subject.expect_value(&b, Some(b"b"))
}
