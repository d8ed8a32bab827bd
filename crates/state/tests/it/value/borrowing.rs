//! What a type borrows stays where it is.

use forebay_state::value::{Drift, read_value};
use serde::{Deserialize, Serialize};

use super::rig::written;

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Borrowed<'a> {
    name: &'a str,
    #[serde(borrow)]
    raw: Raw<'a>,
}

#[derive(PartialEq, Debug, Deserialize)]
struct Raw<'a>(&'a [u8]);

impl Serialize for Raw<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

#[test]
fn text_and_bytes_are_read_in_place() {
    let value = Borrowed { name: "a name", raw: Raw(&[0, 1, 255]) };
    let (bytes, dictionary) = written(&value);
    let read: Borrowed<'_> = read_value(&bytes, &dictionary, &mut Drift::new()).unwrap();
    assert_eq!(read, value);
    assert!(bytes.as_ptr_range().contains(&read.name.as_ptr()));
    assert!(bytes.as_ptr_range().contains(&read.raw.0.as_ptr()));
}

#[test]
fn a_list_of_bytes_and_a_byte_string_are_read_as_each_other() {
    let (list, dictionary) = written(&vec![1_u8, 2, 3]);
    let raw: Raw<'_> = read_value(&list, &dictionary, &mut Drift::new()).unwrap();
    assert_eq!(raw, Raw(&[1, 2, 3]));
    let (string, dictionary) = written(&Raw(&[1, 2, 3]));
    let list: Vec<u64> = read_value(&string, &dictionary, &mut Drift::new()).unwrap();
    assert_eq!(list, [1, 2, 3]);
}
