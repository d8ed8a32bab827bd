//! The last minute of a server.

use std::collections::VecDeque;
use std::time::Duration;

use super::sample::Sample;

/// The samples of the last minute, the newest last.
#[derive(Debug, Default)]
pub(super) struct History(VecDeque<Sample>);

impl History {
    pub(super) const SPAN: Duration = Duration::from_secs(60);

    /// Takes in the next sample. A server that was started meanwhile, or counts anew, begins a new minute.
    pub(super) fn add(&mut self, sample: Sample) {
        let counts_on = |before: &Sample| {
            ["uptime_seconds", "commands_total"]
                .iter()
                .all(|name| before.get(name).unwrap_or(0.0) <= sample.get(name).unwrap_or(0.0))
        };
        if !self.0.back().is_none_or(counts_on) {
            self.0.clear();
        }
        // One from before is kept for what came since.
        while self.0.get(1).is_some_and(|second| sample.at.since(second.at) >= Self::SPAN) {
            self.0.pop_front();
        }
        self.0.push_back(sample);
    }

    pub(super) fn newest(&self) -> Option<&Sample> {
        self.0.back()
    }

    /// A number now.
    pub(super) fn now(&self, name: &str) -> Option<f64> {
        self.newest()?.get(name)
    }

    /// How much a count has grown a second since the sample before.
    pub(super) fn rate(&self, name: &str) -> Option<f64> {
        let before = self.0.iter().nth_back(1)?;
        rate(before, self.newest()?, name)
    }

    /// What so many parts of all in a histogram were at most, of what came in the minute. Nothing came: `None`.
    pub(super) fn at_most(&self, name: &str, part: f64) -> Option<f64> {
        at_most(self.0.front()?, self.newest()?, name, part)
    }

    /// The newest, with the one before it if there is one, and so on back.
    pub(super) fn back(&self) -> impl Iterator<Item = (Option<&Sample>, &Sample)> {
        let before = self.0.iter().rev().skip(1).map(Some).chain([None]);
        before.zip(self.0.iter().rev())
    }

    /// The time between the last two samples.
    pub(super) fn step(&self) -> Option<Duration> {
        Some(self.newest()?.at.since(self.0.iter().nth_back(1)?.at))
    }
}

/// How much a count has grown a second between two samples.
pub(super) fn rate(before: &Sample, after: &Sample, name: &str) -> Option<f64> {
    let seconds = after.at.since(before.at).as_secs_f64();
    let grown = after.get(name)? - before.get(name)?;
    (seconds > 0.0).then(|| grown.max(0.0) / seconds)
}

/// The bound in a histogram under which `part` of all are that came between two samples.
pub(super) fn at_most(before: &Sample, after: &Sample, name: &str, part: f64) -> Option<f64> {
    let (before, after) = (before.buckets(name), after.buckets(name));
    // A class that is not told yet has what the last one told has: all.
    let had = |bound: f64| {
        let told = before.iter().find(|(it, _)| *it >= bound).or(before.last());
        told.map_or(0.0, |(_, count)| *count)
    };
    let came = |(bound, count): &(f64, f64)| *count - had(*bound);
    let all = came(after.last()?);
    let is_enough = |bucket: &&(f64, f64)| came(bucket) >= all * part;
    let found = after.iter().find(is_enough).filter(|_| all > 0.0)?;
    Some(found.0)
}

#[cfg(test)]
mod tests {
    use forebay::Moment;

    use super::*;

    fn sample(second: u64, text: &str) -> Sample {
        Sample::read(text, Moment(second * 1_000_000_000)).unwrap()
    }

    #[test]
    fn the_history_is_a_minute_and_begins_anew_with_the_server() {
        let mut history = History::default();
        for second in 0..100 {
            let text = format!("forebay_uptime_seconds {second}\nforebay_n_total {}", second * 3);
            history.add(sample(second * 2, &text));
        }
        assert_eq!(history.back().count(), 31);
        assert_eq!((history.now("n_total"), history.rate("n_total")), (Some(297.0), Some(1.5)));
        assert_eq!(history.step(), Some(Duration::from_secs(2)));
        history.add(sample(200, "forebay_uptime_seconds 1\nforebay_n_total 5"));
        assert_eq!((history.now("n_total"), history.rate("n_total")), (Some(5.0), None));
    }

    #[test]
    fn parts_of_a_histogram_are_of_what_came_in_the_minute() {
        let mut history = History::default();
        let text = "forebay_h_bucket{le=\"1\"} 90\nforebay_h_bucket{le=\"+Inf\"} 90";
        history.add(sample(0, text));
        assert_eq!(history.at_most("h", 0.5), None);
        let text = "forebay_h_bucket{le=\"1\"} 100\nforebay_h_bucket{le=\"2\"} 108\n\
                    forebay_h_bucket{le=\"4\"} 110\nforebay_h_bucket{le=\"+Inf\"} 110";
        history.add(sample(1, text));
        assert_eq!(history.at_most("h", 0.5), Some(1.0));
        assert_eq!(history.at_most("h", 0.9), Some(2.0));
        assert_eq!(history.at_most("h", 0.99), Some(4.0));
    }
}
