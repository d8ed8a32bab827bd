//! How often to try again, and how long to wait before.

use std::time::Duration;

use crate::seam::Random;

/// When a [`Retry`](super::Retry) tries again, and when it gives up.
///
/// The waiting time is drawn anew before each attempt, between `delay_min` and three times the
/// one before (decorrelated jitter), so that many callers that failed together do not come back
/// together.
///
/// ```
/// use forebay_store::wrap::RetryPolicy;
///
/// let policy = RetryPolicy { attempts_max: 3, ..RetryPolicy::default() };
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The most attempts in all, the first included; then the last answer stands. Default 5.
    pub attempts_max: u32,
    /// The shortest wait. Default 20 ms.
    pub delay_min: Duration,
    /// The longest wait, also if the store asks for a longer one. Default 5 s.
    pub delay_max: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts_max: 5,
            delay_min: Duration::from_millis(20),
            delay_max: Duration::from_secs(5),
        }
    }
}

/// The attempts of one call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Backoff {
    policy: RetryPolicy,
    attempts: u32,
    delay: Duration,
}

impl Backoff {
    /// Before the first attempt.
    pub(super) fn new(policy: RetryPolicy) -> Self {
        Self { policy, attempts: 1, delay: policy.delay_min }
    }

    /// How long to wait for the next attempt, at least `asked` if the store asked for it; `None`
    /// if there was the last one.
    pub(super) fn next(
        &mut self,
        random: &dyn Random,
        asked: Option<Duration>,
    ) -> Option<Duration> {
        if self.attempts >= self.policy.attempts_max {
            return None;
        }
        self.attempts += 1;
        let least = self.policy.delay_min;
        let most = self.delay.saturating_mul(3).clamp(least, self.policy.delay_max.max(least));
        self.delay = least + fraction(most.saturating_sub(least), random.next_u64());
        let asked = asked.unwrap_or_default();
        Some(self.delay.max(asked).min(self.policy.delay_max))
    }
}

/// `numerator` / 2^64 of `span`.
fn fraction(span: Duration, numerator: u64) -> Duration {
    let nanos = span.as_nanos().min(u128::from(u64::MAX));
    let part = (nanos * u128::from(numerator)) >> u64::BITS;
    Duration::from_nanos(u64::try_from(part).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seam::manual::SeededRandom;

    fn policy(attempts_max: u32) -> RetryPolicy {
        let [delay_min, delay_max] = [10, 200].map(Duration::from_millis);
        RetryPolicy { attempts_max, delay_min, delay_max }
    }

    #[test]
    fn waits_stay_between_the_least_and_three_times_the_one_before() {
        for seed in 0..200 {
            let random = SeededRandom::new(seed);
            let mut backoff = Backoff::new(policy(20));
            let mut before = Duration::from_millis(10);
            while let Some(delay) = backoff.next(&random, None) {
                assert!(delay >= Duration::from_millis(10), "{delay:?}");
                assert!(delay <= (before * 3).min(Duration::from_millis(200)), "{delay:?}");
                before = delay;
            }
        }
    }

    #[test]
    fn the_last_attempt_is_followed_by_none() {
        let mut backoff = Backoff::new(policy(3));
        let random = SeededRandom::new(1);
        let waits = std::iter::from_fn(|| backoff.next(&random, None)).count();
        assert_eq!(waits, 2);
    }

    #[test]
    fn what_the_store_asks_for_is_waited_but_never_beyond_the_longest_wait() {
        let random = SeededRandom::new(1);
        let ask = |millis| {
            Backoff::new(policy(2)).next(&random, Some(Duration::from_millis(millis))).unwrap()
        };
        assert_eq!(ask(150), Duration::from_millis(150));
        assert_eq!(ask(9000), Duration::from_millis(200));
    }
}
