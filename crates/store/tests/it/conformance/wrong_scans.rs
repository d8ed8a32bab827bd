//! Stores that scan or count wrongly.

use forebay_store::{BlockingStore, Capabilities, Cursor, Page, Result};

use super::wrong::{Memory, Wrong, caught};

type Entries = Page<String, Vec<u8>>;

fn everything(memory: &Memory) -> Vec<(String, Vec<u8>)> {
    memory.scan(None, usize::MAX).map(|page| page.entries).unwrap_or_default()
}

fn offset(cursor: Option<&Cursor>) -> usize {
    cursor.map_or(0, |cursor| usize::from(cursor.0[0]))
}

/// Goes on at the position, not at the key.
struct ByOffset;
impl Wrong for ByOffset {
    fn scan(&self, memory: &Memory, cursor: Option<&Cursor>, limit: usize) -> Result<Entries> {
        let (all, start) = (everything(memory), offset(cursor));
        let entries: Vec<_> = all.iter().skip(start).take(limit).cloned().collect();
        let end = start + entries.len();
        let next = (end < all.len()).then(|| Cursor(vec![u8::try_from(end).unwrap_or(u8::MAX)]));
        Ok(Page { entries, next })
    }
}

#[test]
fn a_scan_that_skips_when_entries_go_is_caught() {
    caught(|| ByOffset, "a_scan_sees_what_stays_while_others_come_and_go");
}

/// Begins each page with the last entry of the page before.
struct Repeating;
impl Wrong for Repeating {
    fn scan(&self, memory: &Memory, cursor: Option<&Cursor>, limit: usize) -> Result<Entries> {
        let (all, start) = (everything(memory), offset(cursor));
        let entries: Vec<_> =
            all.iter().skip(start.saturating_sub(1)).take(limit).cloned().collect();
        let end = start + limit;
        let next = (end < all.len()).then(|| Cursor(vec![u8::try_from(end).unwrap_or(u8::MAX)]));
        Ok(Page { entries, next })
    }
}

#[test]
fn a_scan_that_repeats_is_caught() {
    caught(|| Repeating, "a_scan_of_a_quiet_store_sees_every_entry_once");
}

/// Always begins anew.
struct Endless;
impl Wrong for Endless {
    fn scan(&self, memory: &Memory, _cursor: Option<&Cursor>, limit: usize) -> Result<Entries> {
        memory.scan(None, limit)
    }
}

#[test]
fn a_scan_without_an_end_is_caught() {
    caught(|| Endless, "a_scan_of_a_quiet_store_sees_every_entry_once");
}

struct Overfull;
impl Wrong for Overfull {
    fn scan(&self, memory: &Memory, cursor: Option<&Cursor>, limit: usize) -> Result<Entries> {
        memory.scan(cursor, limit + 1)
    }
}

#[test]
fn a_page_over_its_limit_is_caught() {
    caught(|| Overfull, "a_page_keeps_its_limit");
}

/// Forgets the last page.
struct Short;
impl Wrong for Short {
    fn scan(&self, memory: &Memory, cursor: Option<&Cursor>, limit: usize) -> Result<Entries> {
        let page = memory.scan(cursor, limit)?;
        Ok(if page.next.is_none() && cursor.is_some() { Page::default() } else { page })
    }
}

#[test]
fn a_scan_that_forgets_its_last_page_is_caught() {
    caught(|| Short, "a_scan_of_a_quiet_store_sees_every_entry_once");
}

/// Counts what was ever put.
struct CountsPuts;
impl Wrong for CountsPuts {
    fn count(&self, memory: &Memory) -> Result<u64> {
        Ok(memory.stats().puts_stored)
    }
}

#[test]
fn a_count_of_more_than_the_present_keys_is_caught() {
    caught(|| CountsPuts, "the_count_is_of_present_keys");
}

struct DeclaresNothing;
impl Wrong for DeclaresNothing {
    fn declare(&self, mut declared: Capabilities) -> Capabilities {
        declared.batch_ops_max = 0;
        declared
    }
}

#[test]
fn a_declared_bound_of_nothing_is_caught() {
    caught(|| DeclaresNothing, "what_it_declares_makes_sense_and_stays");
}
