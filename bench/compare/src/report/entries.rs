//! Numbers of entries as people read them.

/// How many entries, in short.
pub(crate) fn entries(entries: u32) -> String {
    match entries {
        1_000_000.. => format!("{}M", entries / 1_000_000),
        1_000.. => format!("{}k", entries / 1_000),
        _ => entries.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::entries;

    #[test]
    fn a_number_of_entries_is_short() {
        assert_eq!([entries(1_000), entries(1_000_000), entries(7)], ["1k", "1M", "7"]);
    }
}
