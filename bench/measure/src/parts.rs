//! Parts that can be asked for alone.

/// Those that are wanted: all, unless some are named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts(Option<Vec<String>>);

impl Parts {
    /// Reads names with a comma between them.
    ///
    /// # Errors
    ///
    /// A sentence about one that is not known.
    pub fn parse(given: &str, known: &[&str]) -> Result<Self, String> {
        let parts: Vec<String> = given.split(',').map(str::to_owned).collect();
        match parts.iter().find(|part| !known.contains(&part.as_str())) {
            Some(unknown) => Err(format!("what is {unknown:?}?")),
            None => Ok(Self(Some(parts))),
        }
    }

    /// Whether this one is wanted.
    pub fn wants(&self, part: &str) -> bool {
        self.0.as_ref().is_none_or(|parts| parts.iter().any(|one| one == part))
    }
}

#[cfg(test)]
mod tests {
    use super::Parts;

    #[test]
    fn what_is_not_named_is_whole_and_what_is_not_known_is_refused() {
        assert!(Parts::default().wants("hit"));
        let parts = Parts::parse("put,hit", &["hit", "put", "mix"]).unwrap();
        assert!(parts.wants("hit") && parts.wants("put") && !parts.wants("mix"));
        assert!(Parts::parse("hit,reading", &["hit"]).unwrap_err().contains("reading"));
    }
}
