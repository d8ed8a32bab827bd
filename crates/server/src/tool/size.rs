//! Bytes for people.

/// A number of bytes, with the unit that makes it short.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    let fitting = UNITS.iter().find(|(_, unit)| bytes >= *unit);
    let Some((name, unit)) = fitting else { return format!("{bytes} B") };
    let tenths = bytes / unit * 10 + bytes % unit * 10 / unit;
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} {name}"),
        (whole, tenth) => format!("{whole}.{tenth} {name}"),
    }
}

/// A number with the word for what is counted.
pub(super) fn count(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

#[cfg(test)]
mod tests {
    use super::{count, size};

    #[test]
    fn a_size_has_the_unit_that_makes_it_short() {
        let sizes = [0, 1023, 1024, 1536, 64 << 20, u64::MAX].map(size);
        assert_eq!(sizes, ["0 B", "1023 B", "1 KiB", "1.5 KiB", "64 MiB", "17179869183.9 GiB"]);
        assert_eq!([0, 1, 2].map(|it| count(it, "frame")), ["0 frames", "1 frame", "2 frames"]);
    }
}
