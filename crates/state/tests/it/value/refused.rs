//! What cannot be written is refused.

use forebay_state::value::{Dictionary, write_value};
use forebay_store::ErrorKind;
use serde::ser::{Error, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

/// A list that is shorter than it says.
pub(crate) struct Liar;

impl Serialize for Liar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(3))?;
        list.serialize_element("one")?;
        list.end()
    }
}

struct Odd;

impl Serialize for Odd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_key("one")?;
        map.end()
    }
}

struct Unwilling;

impl Serialize for Unwilling {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("it does not want to"))
    }
}

fn refused<T: Serialize>(value: &T, why: &str) {
    let error = write_value(value, &mut Dictionary::new(), &mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains(why), "{error}");
}

#[test]
fn a_value_that_breaks_its_promise_or_refuses_is_refused() {
    refused(&Liar, "not as long");
    refused(&Odd, "without a value");
    refused(&(1, Unwilling), "does not want to");
}
