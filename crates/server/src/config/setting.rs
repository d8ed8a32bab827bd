//! One setting: its name, what it may be and what it means.

use std::time::Duration;

use super::units::{format_duration, format_size, parse_count, parse_duration, parse_size};
use super::{Config, table};

/// One row of the table of settings.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name: the flag without dashes, the key of the file.
    pub key: &'static str,
    /// The default as one would write it; empty if there is none.
    pub default: &'static str,
    /// What it means: one or a few sentences.
    pub about: &'static str,
    /// Whether its value must not be repeated in messages.
    pub is_secret: bool,
    /// What values it takes, and where they go.
    pub kind: Kind,
}

/// What values a setting takes.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the fields are the limits and the place of the value")]
pub enum Kind {
    /// A number of bytes.
    Size { min: u64, max: u64, set: fn(&mut Config, u64) },
    /// A time.
    Duration { min: Duration, max: Duration, set: fn(&mut Config, Duration) },
    /// A number of things.
    Count { unit: &'static str, min: u64, max: u64, set: fn(&mut Config, usize) },
    /// One of some words.
    Choice { of: &'static [&'static str], set: fn(&mut Config, &str) },
    /// Anything that `set` accepts.
    Text {
        takes: &'static str,
        limit: &'static str,
        set: fn(&mut Config, &str) -> Result<(), String>,
    },
}

impl Setting {
    /// Its name in the environment.
    pub fn environment(&self) -> String {
        format!("{}{}", table::ENVIRONMENT_PREFIX, self.key.to_ascii_uppercase().replace('-', "_"))
    }

    /// Its value in a usage line.
    pub fn value_name(&self) -> &'static str {
        match self.kind {
            Kind::Size { .. } => "SIZE",
            Kind::Duration { .. } => "DURATION",
            Kind::Count { .. } => "NUMBER",
            Kind::Choice { .. } => "CHOICE",
            Kind::Text { .. } => "TEXT",
        }
    }

    /// What a value is made of, unit included.
    pub fn takes(&self) -> String {
        match self.kind {
            Kind::Size { .. } => "bytes, or with kib, mib, gib".into(),
            Kind::Duration { .. } => "a time in ms, s, m, h".into(),
            Kind::Count { unit, .. } => format!("a number of {unit}"),
            Kind::Choice { of, .. } => format!("`{}`", of.join("` or `")),
            Kind::Text { takes, .. } => takes.into(),
        }
    }

    /// Between what a value must lie.
    pub fn limit(&self) -> String {
        match self.kind {
            Kind::Size { min, max, .. } => {
                format!("{} to {}", format_size(min), format_size(max))
            }
            Kind::Duration { min, max, .. } => {
                format!("{} to {}", format_duration(min), format_duration(max))
            }
            Kind::Count { min, max, .. } => format!("{min} to {max}"),
            Kind::Choice { .. } => "these words".into(),
            Kind::Text { limit, .. } => limit.into(),
        }
    }

    /// Puts a value into `config`, or says why not.
    pub(super) fn set(&self, config: &mut Config, text: &str) -> Result<(), String> {
        match self.kind {
            Kind::Size { min, max, set } => {
                let value = parse_size(text)?;
                self.within(min <= value && value <= max)?;
                set(config, value);
            }
            Kind::Duration { min, max, set } => {
                let value = parse_duration(text)?;
                self.within(min <= value && value <= max)?;
                set(config, value);
            }
            Kind::Count { min, max, set, .. } => {
                let value = parse_count(text)?;
                self.within(min <= value && value <= max)?;
                set(config, usize::try_from(value).map_err(|_| "too large for this machine")?);
            }
            Kind::Choice { of, set } => {
                if !of.contains(&text) {
                    return Err(format!("must be {}", of.join(" or ")));
                }
                set(config, text);
            }
            Kind::Text { set, .. } => set(config, text)?,
        }
        Ok(())
    }

    fn within(&self, is_within: bool) -> Result<(), String> {
        is_within.then_some(()).ok_or_else(|| format!("out of its limits: {}", self.limit()))
    }
}
