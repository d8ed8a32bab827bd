//! Bytes as they are printed: as text if they are text, else in hexadecimal.

use super::inspect::hex;
use super::json::Object;

/// As much of what is long is printed.
const SHORT: usize = 64;

/// Bytes as they are printed.
pub(super) struct Shown<'a> {
    pub(super) bytes: &'a [u8],
    /// The same, if it can be read.
    pub(super) text: Option<&'a str>,
    pub(super) is_whole: bool,
}

impl<'a> Shown<'a> {
    pub(super) fn of(record: &'a [u8], is_full: bool) -> Self {
        if is_full || record.len() <= SHORT {
            return Self { bytes: record, text: readable(record), is_whole: true };
        }
        let bytes = &record[..SHORT];
        // A character may have been cut in two.
        let cut = match std::str::from_utf8(bytes) {
            Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
            _ => bytes,
        };
        Self { bytes, text: readable(cut), is_whole: false }
    }

    /// The same for people.
    pub(super) fn line(&self) -> String {
        let bytes = match self.text {
            Some(text) => format!("\"{}\"", text.escape_debug()),
            None => hex(self.bytes),
        };
        if self.is_whole { bytes } else { bytes + "..." }
    }

    /// The same for programs.
    pub(super) fn json(&self, json: Object) -> Object {
        let json = match self.text {
            Some(text) => json.text("text", text),
            None => json.text("hex", &hex(self.bytes)),
        };
        json.is("whole", self.is_whole)
    }
}

/// The text that these bytes are. Control characters are no text, but for those that part lines and columns.
fn readable(bytes: &[u8]) -> Option<&str> {
    let is_strange = |each: char| each.is_control() && !matches!(each, '\n' | '\r' | '\t');
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains(is_strange))
}

#[cfg(test)]
mod tests {
    use super::Shown;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let record = format!("{}é and more", "x".repeat(63));
        let shown = Shown::of(record.as_bytes(), false);
        assert_eq!(shown.text, Some("x".repeat(63).as_str()));
        assert!(!shown.is_whole);
        assert_eq!(Shown::of(record.as_bytes(), true).text, Some(record.as_str()));
    }

    #[test]
    fn bytes_and_controls_are_no_text() {
        for record in [&b"\xFF\xFE"[..], b"a\x1b[2J", b"\0"] {
            assert_eq!(Shown::of(record, false).text, None, "{record:?}");
        }
        assert_eq!(Shown::of(b"a\tb\n", false).text, Some("a\tb\n"));
    }
}
