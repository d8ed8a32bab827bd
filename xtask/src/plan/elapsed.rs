//! How long something took, for a person.

use std::fmt;
use std::time::Duration;

/// A duration that prints as `0.4s`, `42s`, `6m 12s`.
#[derive(Clone, Copy, Debug)]
pub struct Elapsed(pub Duration);

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match seconds {
            0..10 => write!(f, "{:.1}s", self.0.as_secs_f64()),
            10..60 => write!(f, "{seconds}s"),
            _ => write!(f, "{}m {:02}s", seconds / 60, seconds % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_reads_as_a_person_would_say_it() {
        let read = |millis| Elapsed(Duration::from_millis(millis)).to_string();
        assert_eq!(read(420), "0.4s");
        assert_eq!(read(42_900), "42s");
        assert_eq!(read(372_000), "6m 12s");
    }
}
