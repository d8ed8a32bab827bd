//! Settings that must fit each other.

use super::{ConfigError, Resolved};

/// Refuses a configuration whose parts contradict each other.
pub(super) fn check(resolved: &Resolved) -> Result<(), ConfigError> {
    let config = &resolved.config;
    let has_password = config.password.is_some() || config.password_file.is_some();
    match config.listen {
        Some(address) if !address.ip().is_loopback() && !has_password => {
            let reason = "not a loopback address: others could reach it, so set a password first";
            return Err(resolved.wrong("listen", reason));
        }
        None if config.socket.is_none() => {
            return Err(resolved.wrong("listen", "without an address there must be a socket"));
        }
        _ => {}
    }
    if config.password.is_some() && config.password_file.is_some() {
        return Err(
            resolved.wrong("password-file", "there is a password already; give one of both")
        );
    }
    if config.dirty_bytes.is_some_and(|bytes| bytes > config.memory / 2) {
        return Err(resolved.wrong("dirty-bytes", "must not be more than half of memory"));
    }
    if config.retry_delay_min > config.retry_delay_max {
        return Err(resolved.wrong("retry-delay-min", "must not be more than retry-delay-max"));
    }
    if config.value_bytes > config.command_bytes {
        return Err(resolved.wrong("value-bytes", "must not be more than command-bytes"));
    }
    if config.command_bytes > config.input_bytes {
        return Err(resolved.wrong("command-bytes", "must not be more than input-bytes"));
    }
    Ok(())
}
