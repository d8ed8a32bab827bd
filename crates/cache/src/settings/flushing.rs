//! The settings of what goes to the store, and when.

use forebay_store::{Error, Result};

use super::numbers::Settings;

impl Settings {
    pub(super) fn check_flushing(&self) -> Result<()> {
        Self::at_least_one(&[
            ("flushes_in_flight_max", self.flushes_in_flight_max),
            ("batch_ops_max", self.batch_ops_max),
        ])?;
        if self.batch_bytes_max.as_bytes() == 0 {
            return Err(Error::invalid("settings.batch_bytes_max is 0; it must be at least 1"));
        }
        if self.retry_delay_min.is_zero() || self.retry_delay_min > self.retry_delay_max {
            let message = "settings.retry_delay_min must be above zero and at most retry_delay_max";
            return Err(Error::invalid(message));
        }
        Ok(())
    }
}
