//! Claims about values with a date of expiry.

use super::super::subject::{Found, Subject, Write, put, skipped};
use crate::batch::Edit;
use crate::seam::WallTime;

super::claims![
    a_value_is_gone_once_it_has_expired,
    a_value_stays_until_it_expires,
    an_overwrite_takes_the_old_date_away,
    a_store_without_expiry_ignores_the_date,
];

/// Long ago: the first second of 1970.
const PAST: WallTime = WallTime(1000);
/// 2200-01-01.
const FUTURE: WallTime = WallTime(7_258_118_400_000);

fn declared(subject: &Subject) -> Found {
    if subject.capabilities().expiry { Ok(()) } else { skipped("it declares no expiry") }
}

fn expiring(key: &str, value: &str, at: WallTime) -> Write {
    let mut write = put(key, value);
    write.edit = Edit::Put { value: value.into(), expires_at: Some(at) };
    write
}

fn a_value_is_gone_once_it_has_expired(subject: &Subject) -> Found {
    declared(subject)?;
    subject.store(vec![put("a", "old"), put("b", "stays")])?;
    subject.store(vec![expiring("a", "new", PAST)])?;
    subject.until("an expired value is gone", || Ok(subject.get("a")?.is_none()))?;
    subject.expect_value("b", Some(b"stays"))
}

fn a_value_stays_until_it_expires(subject: &Subject) -> Found {
    declared(subject)?;
    subject.store(vec![expiring("a", "1", FUTURE)])?;
    subject.expect_value("a", Some(b"1"))
}

fn an_overwrite_takes_the_old_date_away(subject: &Subject) -> Found {
    declared(subject)?;
    subject.store(vec![expiring("a", "1", PAST)])?;
    subject.store(vec![put("a", "2")])?;
    subject.expect_value("a", Some(b"2"))
}

fn a_store_without_expiry_ignores_the_date(subject: &Subject) -> Found {
    if subject.capabilities().expiry {
        return skipped("it declares expiry");
    }
    subject.store(vec![expiring("a", "1", PAST)])?;
    subject.expect_value("a", Some(b"1"))
}
