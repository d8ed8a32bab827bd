//! JSON, as far as it is written here.

use std::fmt::Write;

/// An object that is being written.
#[derive(Debug)]
pub(super) struct Object(String);

impl Object {
    pub(super) fn new() -> Self {
        Self("{".into())
    }

    /// Adds a name with any value that is JSON already.
    pub(super) fn raw(mut self, name: &str, value: &str) -> Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push_str(&text(name));
        self.0.push(':');
        self.0.push_str(value);
        self
    }

    pub(super) fn number(self, name: &str, value: u64) -> Self {
        self.raw(name, &value.to_string())
    }

    pub(super) fn text(self, name: &str, value: &str) -> Self {
        self.raw(name, &text(value))
    }

    pub(super) fn is(self, name: &str, value: bool) -> Self {
        self.raw(name, if value { "true" } else { "false" })
    }

    /// Adds an object, or `null`.
    pub(super) fn object(self, name: &str, value: Option<Self>) -> Self {
        self.raw(name, &value.map_or_else(|| "null".into(), Self::end))
    }

    pub(super) fn array(self, name: &str, values: impl IntoIterator<Item = Self>) -> Self {
        let values: Vec<String> = values.into_iter().map(Self::end).collect();
        self.raw(name, &format!("[{}]", values.join(",")))
    }

    pub(super) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// A string with its quotes.
fn text(value: &str) -> String {
    let mut json = String::with_capacity(value.len() + 2);
    json.push('"');
    for character in value.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            control if control < ' ' => {
                // Writing to a string cannot fail.
                let _ = write!(json, "\\u{:04x}", u32::from(control));
            }
            other => json.push(other),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::Object;

    #[test]
    fn what_is_special_in_json_is_escaped() {
        let json = Object::new().text("a\"b", "\\\n\u{1}é").number("n", u64::MAX);
        let json = json.object("o", None).array("l", [Object::new().is("y", true)]).end();
        let expected = "{\"a\\\"b\":\"\\\\\\n\\u0001é\",\"n\":18446744073709551615,\"o\":null,\
                        \"l\":[{\"y\":true}]}";
        assert_eq!(json, expected);
    }
}
