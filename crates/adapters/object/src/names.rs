//! Where the object of a key is.

use forebay_store::{Error, Result};
use object_store::path::Path;

/// Where the object of a key is: `PREFIX/HEX.o`, the key in hexadecimal digits, in folders of 240 if it is
/// long. Only the last part ends with `.o`, so that no folder is also an object.
#[derive(Debug)]
pub(crate) struct Names {
    prefix: Path,
}

impl Names {
    /// With some of the prefix, it fits into the 1,024 bytes that object storages take.
    const KEY_MAX: usize = 400;
    const PART: usize = 240;
    const END: &str = ".o";

    /// `Invalid` for a prefix that is no path.
    pub(crate) fn new(prefix: &str) -> Result<Self> {
        let invalid = |error| {
            Error::invalid(format!("`{prefix}` is no path of an object storage")).with_source(error)
        };
        Ok(Self { prefix: Path::parse(prefix).map_err(invalid)? })
    }

    pub(crate) fn prefix(&self) -> &Path {
        &self.prefix
    }

    /// `Refused` for a key that is too long.
    pub(crate) fn of(&self, key: &[u8]) -> Result<Path> {
        if key.len() > Self::KEY_MAX {
            let (length, most) = (key.len(), Self::KEY_MAX);
            let message = format!("the key is {length} bytes, and at most {most} are taken");
            return Err(Error::refused(message));
        }
        let halves = key.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let hex: String = halves.filter_map(|half| char::from_digit(half.into(), 16)).collect();
        let (mut path, mut rest) = (self.prefix.clone(), hex.as_str());
        while rest.len() > Self::PART {
            let (part, more) = rest.split_at(Self::PART);
            path = path.join(part);
            rest = more;
        }
        Ok(path.join(format!("{rest}{}", Self::END)))
    }

    /// The key of an object; `None` if it is somebody else's.
    pub(crate) fn key(&self, path: &Path) -> Option<Vec<u8>> {
        let parts = path.prefix_match(&self.prefix)?;
        let parts: Vec<String> = parts.map(|part| part.as_ref().to_owned()).collect();
        let hex = parts.concat();
        let key = decode(hex.strip_suffix(Self::END)?)?;
        (self.of(&key).ok()? == *path).then_some(key)
    }
}

fn decode(hex: &str) -> Option<Vec<u8>> {
    let digit = |digit: u8| char::from(digit).to_digit(16);
    let byte = |pair: &[u8]| u8::try_from(digit(pair[0])? << 4 | digit(*pair.get(1)?)?).ok();
    hex.as_bytes().chunks(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_which_key_it_is_of() {
        for prefix in ["", "a", "a/b"] {
            let names = Names::new(prefix).unwrap();
            for length in [0, 1, 119, 120, 121, 240, 241, 400] {
                let key: Vec<u8> = (0..=255).cycle().take(length).collect();
                let path = names.of(&key).unwrap();
                assert_eq!(names.key(&path), Some(key));
            }
            assert!(names.of(&[0; 401]).is_err());
        }
    }

    #[test]
    fn what_is_named_in_another_way_is_no_key() {
        let names = Names::new("a").unwrap();
        for other in
            ["b/00.o", "a/00", "a/0.o", "a/0g.o", "a/0A.o", "a/00/00.o", "a/readme", "00.o"]
        {
            assert_eq!(names.key(&Path::from(other)), None, "{other}");
        }
    }
}
