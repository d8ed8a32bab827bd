//! The file `FORMAT`, which says how the directory was written.
//!
//! Four lines of text: `forebay directory store`, `version 1`, `key codec NAME`,
//! `value codec NAME`. It is written when the directory is first opened, and compared ever after.

use forebay_store::{Error, Result};

const TITLE: &str = "forebay directory store";

/// What the file says for these codecs.
pub(crate) fn text(key_codec: &str, value_codec: &str) -> String {
    format!("{TITLE}\nversion 1\nkey codec {key_codec}\nvalue codec {value_codec}\n")
}

/// Compares what the file says with what it should say.
pub(crate) fn check(found: &[u8], key_codec: &str, value_codec: &str) -> Result<()> {
    let found = String::from_utf8_lossy(found);
    let mut lines = found.lines();
    if lines.next() != Some(TITLE) {
        return Err(Error::invalid("its file FORMAT is not of a directory store"));
    }
    let expected = text(key_codec, value_codec);
    for expected in expected.lines().skip(1) {
        let line = lines.next().unwrap_or_default();
        if line != expected {
            let message = format!("its file FORMAT says \"{line}\" where \"{expected}\" is needed");
            return Err(Error::invalid(message));
        }
    }
    Ok(())
}
