//! How much memory this process has, as the system counts it.

/// The most that it has had, since its beginning or the last [`forget_peak`], in bytes.
pub fn peak() -> Option<u64> {
    field("VmHWM:")
}

/// What it has now, in bytes.
pub fn resident() -> Option<u64> {
    field("VmRSS:")
}

/// What the system could still give to a process, in bytes.
pub fn available() -> Option<u64> {
    told("/proc/meminfo", "MemAvailable:")
}

/// Has the system begin anew with the peak: it is what the process has now. Says whether it did.
#[expect(
    clippy::disallowed_methods,
    reason = "this is no file of a store's, but a switch of the system"
)]
pub fn forget_peak() -> bool {
    std::fs::write("/proc/self/clear_refs", "5").is_ok()
}

fn field(name: &str) -> Option<u64> {
    told("/proc/self/status", name)
}

fn told(file: &str, name: &str) -> Option<u64> {
    let told = std::fs::read_to_string(file).ok()?;
    let line = told.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_never_below_what_there_is() {
        let (Some(now), Some(most)) = (resident(), peak()) else { return };
        assert!(most >= now, "{most} is the most, but {now} is there");
    }

    #[test]
    fn a_small_process_has_room() {
        if resident().is_none() {
            return;
        }
        assert!(available().is_some_and(|free| free > 0), "{:?} bytes are free", available());
    }

    #[test]
    fn a_field_that_is_not_there_is_none() {
        assert_eq!(field("VmNothing:"), None);
    }
}
