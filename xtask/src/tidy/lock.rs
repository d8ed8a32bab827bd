//! What `Cargo.lock` says about who brings whom.

use std::collections::{BTreeMap, BTreeSet};

/// What is built for browsers only. The lock file does not say for which machine something is.
const FOR_BROWSERS: &[&str] = &["wasm-bindgen-futures"];

/// The packages of the lock file and what each depends on, by name.
#[derive(Debug, Default)]
pub(crate) struct Lock(BTreeMap<String, BTreeSet<String>>);

impl Lock {
    /// Reads a lock file.
    pub(crate) fn parse(text: &str) -> Self {
        let mut lock = Self::default();
        let mut package = String::new();
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("name = ") {
                name.trim_matches('"').clone_into(&mut package);
                lock.0.entry(package.clone()).or_default();
            } else if let Some(entry) = line.strip_prefix(" \"") {
                let name = entry.split([' ', '"']).next().unwrap_or(entry);
                lock.0.entry(package.clone()).or_default().insert(name.to_owned());
            }
        }
        lock
    }

    /// Whether `package` is `wanted` or brings it, directly or through others, to any machine of ours.
    pub(crate) fn brings(&self, package: &str, wanted: &str) -> bool {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![package];
        while let Some(name) = waiting.pop() {
            if name == wanted {
                return true;
            }
            if !FOR_BROWSERS.contains(&name) && seen.insert(name) {
                waiting.extend(self.0.get(name).into_iter().flatten().map(String::as_str));
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_brings_whom_is_followed_through_others() {
        let lock = Lock::parse(
            "[[package]]\nname = \"a\"\ndependencies = [\n \"b\",\n]\n\n\
             [[package]]\nname = \"b\"\ndependencies = [\n \"c 1.0.0\",\n \"a\",\n]\n",
        );
        assert!(lock.brings("a", "c"));
        assert!(!lock.brings("a", "d"));
    }

    #[test]
    fn what_is_for_browsers_brings_nothing() {
        let lock = Lock::parse(
            "[[package]]\nname = \"a\"\ndependencies = [\n \"wasm-bindgen-futures\",\n]\n\n\
             [[package]]\nname = \"wasm-bindgen-futures\"\ndependencies = [\n \"tokio\",\n]\n",
        );
        assert!(!lock.brings("a", "tokio"));
    }
}
