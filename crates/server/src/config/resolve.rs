//! From the four places to one configuration.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Config, ConfigError, Origin, Secret, Setting, check, file, table};

/// What was given, place by place.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Flags: key and value.
    pub flags: Vec<(String, String)>,
    /// The environment: name and value. Names without our prefix are passed over.
    pub environment: Vec<(String, String)>,
    /// The file: its path and text.
    pub file: Option<(PathBuf, String)>,
}

/// A configuration, and where its parts came from.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The settings.
    pub config: Config,
    /// Names in the environment that look like ours and are not. They are no error, because
    /// container runtimes make such names up for a service that is called like us.
    pub strangers: Vec<String>,
    origins: BTreeMap<&'static str, Given>,
}

#[derive(Clone, Debug, Default)]
struct Given {
    value: String,
    origin: Origin,
}

impl Sources {
    /// Reads the file that is named by `flag`, or else by the environment.
    pub fn read_file(&mut self, flag: Option<&str>) -> Result<(), ConfigError> {
        let named = self.environment.iter().find(|(name, _)| name == table::CONFIG_ENVIRONMENT);
        let path = flag.or(named.map(|(_, value)| value.as_str())).map(PathBuf::from);
        if let Some(path) = path {
            let text = file::read(&path)?;
            self.file = Some((path, text));
        }
        Ok(())
    }

    /// The configuration that all places together make. Reads nothing.
    pub fn resolve(&self) -> Result<Resolved, ConfigError> {
        let mut resolved =
            Resolved { config: Config::blank(), strangers: Vec::new(), origins: BTreeMap::new() };
        for setting in table::settings() {
            if !setting.default.is_empty() {
                resolved.set(setting, setting.default, Origin::Default)?;
            }
        }
        if let Some((path, text)) = &self.file {
            resolved.take_file(path, text)?;
        }
        for (name, value) in &self.environment {
            resolved.take_environment(name, value)?;
        }
        for (key, value) in &self.flags {
            let origin = Origin::Flag(format!("--{key}"));
            resolved.take(key, value, origin)?;
        }
        check::check(&resolved)?;
        Ok(resolved)
    }
}

impl Resolved {
    /// Reads the password from its file, if it is to come from there.
    pub fn read_password(&mut self) -> Result<(), ConfigError> {
        if let Some(path) = &self.config.password_file {
            let text = file::read(path)?;
            let password = Secret::new(text.trim_end_matches(['\r', '\n']));
            if password.is_empty() {
                return Err(self.wrong("password-file", "the file is empty"));
            }
            self.config.password = Some(password);
        }
        Ok(())
    }

    /// Every setting as it was given, without the secret ones.
    pub fn given(&self) -> BTreeMap<&'static str, String> {
        let is_open = |key: &str| table::find(key).is_some_and(|setting| !setting.is_secret);
        let open = self.origins.iter().filter(|(key, _)| is_open(key));
        open.map(|(key, given)| (*key, given.value.clone())).collect()
    }

    /// The error that the value of `key` is wrong.
    pub(super) fn wrong(&self, key: &'static str, reason: impl Into<String>) -> ConfigError {
        let given = self.origins.get(key).cloned().unwrap_or_default();
        let is_secret = table::find(key).is_some_and(|setting| setting.is_secret);
        ConfigError::Value {
            key,
            value: (!is_secret).then_some(given.value),
            origin: given.origin,
            reason: reason.into(),
        }
    }

    fn take_file(&mut self, path: &Path, text: &str) -> Result<(), ConfigError> {
        for (key, value, origin) in file::parse(path, text)? {
            self.take(&key, &value, origin)?;
        }
        Ok(())
    }

    fn take_environment(&mut self, name: &str, value: &str) -> Result<(), ConfigError> {
        if !name.starts_with(table::ENVIRONMENT_PREFIX) || name == table::CONFIG_ENVIRONMENT {
            return Ok(());
        }
        let setting = table::settings().find(|setting| setting.environment() == name);
        let Some(setting) = setting else {
            self.strangers.push(name.into());
            return Ok(());
        };
        self.set(setting, value, Origin::Environment(name.into()))
    }

    fn take(&mut self, key: &str, value: &str, origin: Origin) -> Result<(), ConfigError> {
        match table::find(key) {
            Some(setting) => self.set(setting, value, origin),
            None => Err(ConfigError::UnknownKey { key: key.into(), origin }),
        }
    }

    fn set(&mut self, setting: &Setting, value: &str, origin: Origin) -> Result<(), ConfigError> {
        let given = Given { value: value.into(), origin };
        self.origins.insert(setting.key, given);
        setting.set(&mut self.config, value).map_err(|reason| self.wrong(setting.key, reason))
    }
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;
