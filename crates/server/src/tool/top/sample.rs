//! The numbers of a server at one moment.

use std::collections::BTreeMap;
use std::ops::Bound;

use forebay::{Error, Mode, Moment, Result};

use super::super::wire::Wire;
use crate::resp::Reply;

/// The numbers of a server at one moment, by their names in the text for Prometheus, without the `forebay_`.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) at: Moment,
    /// With its labels, as they are in the text.
    numbers: BTreeMap<String, f64>,
}

impl Sample {
    const PREFIX: &str = "forebay_";

    /// Asks a server, at `at`.
    pub(super) fn ask(wire: &mut Wire, at: Moment) -> Result<Self> {
        match wire.ask(&[b"FOREBAY.METRICS"])? {
            Reply::Bulk(text) => Self::read(&String::from_utf8_lossy(&text), at),
            _ => Err(Error::corrupt("the server answered something else than numbers")),
        }
    }

    /// Reads the text.
    pub(super) fn read(text: &str, at: Moment) -> Result<Self> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let pairs = lines.filter_map(|line| {
            let (name, number) = line.strip_prefix(Self::PREFIX)?.rsplit_once(' ')?;
            Some((name.to_owned(), number.parse().ok()?))
        });
        let numbers: BTreeMap<_, _> = pairs.collect();
        if numbers.is_empty() {
            return Err(Error::corrupt("the server answered something else than numbers"));
        }
        Ok(Self { at, numbers })
    }

    /// A number, if the server tells it.
    pub(super) fn get(&self, name: &str) -> Option<f64> {
        self.numbers.get(name).copied()
    }

    /// All that have one value: no histograms.
    pub(super) fn plain(&self) -> impl Iterator<Item = (&str, f64)> {
        let plain = self.numbers.iter().filter(|(name, _)| !name.contains('{'));
        plain.map(|(name, number)| (name.as_str(), *number))
    }

    /// How well the cache can do its work.
    pub(super) fn mode(&self) -> Option<Mode> {
        let rung = self.get("cache_mode")?;
        Mode::ALL.into_iter().find(|mode| (f64::from(mode.rung()) - rung).abs() < 0.5)
    }

    /// What a label says, of a name that is told with one set of labels.
    pub(super) fn label(&self, name: &str, label: &str) -> Option<&str> {
        let (found, _) = self.range(&format!("{name}{{")).next()?;
        let (_, rest) = found.split_once(&format!("{label}=\""))?;
        rest.split_once('"').map(|(value, _)| value)
    }

    /// The bounds of a histogram, the last of which is infinite, and how many were at most that.
    pub(super) fn buckets(&self, name: &str) -> Vec<(f64, f64)> {
        let prefix = format!("{name}_bucket{{le=\"");
        let mut buckets: Vec<(f64, f64)> = self
            .range(&prefix)
            .filter_map(|(name, count)| {
                let bound = name[prefix.len()..].strip_suffix("\"}")?;
                Some((bound.parse().ok()?, count))
            })
            .collect();
        buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
        buckets
    }

    fn range(&self, prefix: &str) -> impl Iterator<Item = (&str, f64)> {
        let from = self.numbers.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        let within = from.take_while(move |(name, _)| name.starts_with(prefix));
        within.map(|(name, number)| (name.as_str(), *number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_labels_and_histograms_are_found_in_the_text() {
        let text = "# HELP forebay_x What.\n# TYPE forebay_x gauge\nforebay_x 1.5\n\
                    forebay_info{version=\"0.1\",durability=\"synced\"} 1\n\
                    forebay_h_bucket{le=\"8\"} 3\nforebay_h_bucket{le=\"16\"} 4\n\
                    forebay_h_bucket{le=\"+Inf\"} 5\nforebay_h_count 5\nother 3\n";
        let sample = Sample::read(text, Moment(7)).unwrap();
        assert_eq!(
            (sample.get("x"), sample.get("other"), sample.get("y")),
            (Some(1.5), None, None)
        );
        assert_eq!(sample.label("info", "durability"), Some("synced"));
        assert_eq!((sample.label("info", "mode"), sample.label("x", "le")), (None, None));
        assert_eq!(sample.buckets("h"), [(8.0, 3.0), (16.0, 4.0), (f64::INFINITY, 5.0)]);
        let plain: Vec<_> = sample.plain().collect();
        assert_eq!(plain, [("h_count", 5.0), ("x", 1.5)]);
        assert!(Sample::read("<html>\n", Moment(0)).is_err());
    }
}
