//! Settings from a TOML file.

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::{ConfigError, Origin};

/// The largest file that is read.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// The text of the file at `path`.
pub(super) fn read(path: &Path) -> Result<String, ConfigError> {
    let unreadable = |reason: String| ConfigError::Unreadable { path: path.to_path_buf(), reason };
    let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
    if size > FILE_BYTES_MAX {
        return Err(unreadable(format!("it is larger than {FILE_BYTES_MAX} bytes")));
    }
    std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))
}

/// The keys and values of a file: a flat list of strings, whole numbers and booleans.
pub(super) fn parse(path: &Path, text: &str) -> Result<Vec<(String, String, Origin)>, ConfigError> {
    let path = PathBuf::from(path);
    let table = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
        path: path.clone(),
        line: error.span().map_or(1, |span| line_of(text, span.start)),
        reason: error.message().to_string(),
    })?;
    let mut found = Vec::new();
    for (key, value) in table.into_inner() {
        let line = line_of(text, key.span().start);
        let key = key.into_inner().into_owned();
        let value = match value.into_inner() {
            DeValue::String(value) => value.into_owned(),
            DeValue::Integer(value) if value.radix() == 10 => value.as_str().to_string(),
            DeValue::Boolean(value) => value.to_string(),
            _ => {
                let reason = format!("the value of {key:?} must be a text or a whole number");
                return Err(ConfigError::Syntax { path, line, reason });
            }
        };
        found.push((key, value, Origin::File { path: path.clone(), line }));
    }
    Ok(found)
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}
