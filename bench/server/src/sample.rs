//! One sample: a run of `redis-benchmark` against one server.

use std::io::{Error, Result};
use std::process::{Command, Stdio};

use crate::contest::Contest;
use crate::subject::Subject;

/// How many clients there are, and how many keys.
pub(crate) const CLIENTS: u32 = 50;
pub(crate) const KEYS: u32 = 100_000;

/// What came of one run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// Commands in a second.
    pub(crate) rate: f64,
    /// Milliseconds until a reply came, by the median and at worst of a hundred.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// Seconds of processor time that the server took for a command.
    pub(crate) worked: f64,
}

impl Sample {
    /// Sends so many commands.
    pub(crate) fn take(subject: &Subject, contest: Contest, commands: u32) -> Result<Self> {
        let before = subject.worked()?;
        let output = Command::new("redis-benchmark")
            .args(["-h", "127.0.0.1", "-p", &subject.port.to_string(), "--csv"])
            .args(["-c", &CLIENTS.to_string(), "-r", &KEYS.to_string(), "-d", "100"])
            .args(["-P", &contest.pipeline.to_string(), "-n", &commands.to_string()])
            .args(["-t", contest.command.label()])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()?;
        let worked = (subject.worked()? - before) / f64::from(commands);
        let text = String::from_utf8_lossy(&output.stdout);
        let numbers = numbers(&text).filter(|_| output.status.success());
        let [rate, p50, p99] =
            numbers.ok_or_else(|| Error::other(format!("redis-benchmark said {text:?}")))?;
        Ok(Self { rate, p50, p99, worked })
    }
}

/// The rate, and the two latencies, of the last line.
fn numbers(csv: &str) -> Option<[f64; 3]> {
    let line = csv.lines().rfind(|line| line.starts_with('"'))?;
    // The name may have a comma, but not this between quotes.
    let fields: Vec<_> = line.trim_matches('"').split("\",\"").collect();
    let number = |index: usize| fields.get(index)?.parse::<f64>().ok();
    Some([number(1)?, number(4)?, number(6)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_found() {
        let csv = "\"test\",\"rps\",\"avg_latency_ms\",\"min_latency_ms\",\"p50_latency_ms\",\
                   \"p95_latency_ms\",\"p99_latency_ms\",\"max_latency_ms\"\n\
                   \"GET\",\"122189.00\",\"0.244\",\"0.064\",\"0.231\",\"0.351\",\"0.447\",\"2.255\"\n";
        assert_eq!(numbers(csv), Some([122_189.0, 0.231, 0.447]));
        assert_eq!(numbers("Could not connect"), None);
    }
}
