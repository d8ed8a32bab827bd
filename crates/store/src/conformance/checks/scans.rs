//! Claims about scans and counts, for stores that offer them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::subject::{Found, Subject, delete, expect, failed, put, skipped};
use crate::error::ErrorKind;

super::claims![
    an_empty_store_scans_to_nothing,
    a_scan_of_a_quiet_store_sees_every_entry_once,
    a_page_keeps_its_limit,
    a_scan_sees_what_stays_while_others_come_and_go,
    the_count_is_of_present_keys,
];

/// Pages after which a scan of a few entries is said to have no end.
const PAGES_MAX: usize = 1000;

fn declared(subject: &Subject) -> Found {
    if subject.capabilities().scan { Ok(()) } else { skipped("it declares no scan") }
}

/// Scans to the end; between pages `meanwhile` happens.
fn scan(
    subject: &Subject,
    limit: usize,
    mut meanwhile: impl FnMut(usize) -> Found,
) -> Found<Vec<(String, Vec<u8>)>> {
    let mut entries = Vec::new();
    let mut cursor = None;
    for page in 0..PAGES_MAX {
        let page_read = subject.scan(cursor, limit)?;
        if page_read.entries.len() > limit {
            return failed(format!("{} entries in a page of {limit}", page_read.entries.len()));
        }
        entries.extend(page_read.entries);
        cursor = page_read.next;
        if cursor.is_none() {
            return Ok(entries);
        }
        meanwhile(page)?;
    }
    failed(format!("the scan has no end: {PAGES_MAX} pages"))
}

fn fill(subject: &Subject) -> Found<BTreeMap<String, Vec<u8>>> {
    let entry = |number: u8| (format!("key {number}"), vec![number; 10]);
    let entries: BTreeMap<_, _> = (0..40).map(entry).collect();
    subject.store(entries.iter().map(|(key, value)| put(key, value.clone())).collect())?;
    Ok(entries)
}

fn an_empty_store_scans_to_nothing(subject: &Subject) -> Found {
    declared(subject)?;
    expect("entries of an empty store", &scan(subject, 10, |_| Ok(()))?, &Vec::new())
}

fn a_scan_of_a_quiet_store_sees_every_entry_once(subject: &Subject) -> Found {
    declared(subject)?;
    let mut entries = fill(subject)?;
    subject.store(vec![delete("key 3"), put("key 4", "changed")])?;
    entries.remove("key 3");
    entries.insert("key 4".into(), "changed".into());
    for limit in [1, 7, 39, 1000] {
        let seen = scan(subject, limit, |_| Ok(()))?;
        expect("entries seen, repetitions included", &seen.len(), &entries.len())?;
        expect("the entries", &seen.into_iter().collect::<BTreeMap<_, _>>(), &entries)?;
    }
    Ok(())
}

fn a_page_keeps_its_limit(subject: &Subject) -> Found {
    declared(subject)?;
    fill(subject)?;
    for limit in [1, 7] {
        let entries = subject.scan(None, limit)?.entries.len();
        if entries > limit {
            return failed(format!("{entries} entries in a page of {limit}"));
        }
    }
    Ok(())
}

fn a_scan_sees_what_stays_while_others_come_and_go(subject: &Subject) -> Found {
    declared(subject)?;
    // Between the keys that stay, by name as well as by time.
    let others = |page: usize| (0..4).map(move |n| format!("key {n}5.{page}"));
    subject.store(others(0).map(|key| put(key, "other")).collect())?;
    let stays: BTreeSet<String> = fill(subject)?.into_keys().collect();
    let seen = scan(subject, 5, |page| {
        subject.store(others(page).map(delete).collect())?;
        subject.store(others(page + 1).map(|key| put(key, "other")).collect())?;
        subject.store(vec![put("key 1", "changed"), put("key 38", "changed")])
    })?;
    let seen: BTreeSet<String> = seen.into_iter().map(|(key, _)| key).collect();
    let missed: Vec<_> = stays.difference(&seen).collect();
    expect("keys that were there all the time and were missed", &missed, &Vec::new())
}

fn the_count_is_of_present_keys(subject: &Subject) -> Found {
    match subject.count()? {
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            return skipped("it does not count");
        }
        Err(error) => return failed(format!("a count failed: {error}")),
        Ok(count) => expect("the count of an empty store", &count, &0)?,
    }
    fill(subject)?;
    subject.store(vec![delete("key 1"), delete("nobody"), put("key 2", "changed")])?;
    match subject.count()? {
        Ok(count) => expect("the count", &count, &39),
        Err(error) => failed(format!("a count failed: {error}")),
    }
}
