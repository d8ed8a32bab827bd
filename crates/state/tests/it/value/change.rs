//! A type that changed reads what its former self wrote.

use forebay_state::value::{Drift, Gone, read_value};
use forebay_store::ErrorKind;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::rig::{read_as, written};

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
struct Old {
    id: u32,
    name: String,
    mail: Option<String>,
    scores: Vec<i16>,
    address: OldAddress,
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
struct OldAddress {
    street: String,
    zip: u16,
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct New {
    address: NewAddress,
    #[serde(default)]
    tags: Vec<String>,
    name: Option<String>,
    phone: Option<String>,
    scores: Vec<f64>,
    id: u64,
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct NewAddress {
    #[serde(alias = "zip")]
    code: u32,
    #[serde(default = "somewhere")]
    country: String,
    street: String,
}

fn somewhere() -> String {
    "XX".into()
}

fn old() -> impl Strategy<Value = Old> {
    let address = (".{0,8}", any::<u16>()).prop_map(|(street, zip)| OldAddress { street, zip });
    let scores = proptest::collection::vec(any::<i16>(), 0..5);
    (any::<u32>(), ".{0,80}", proptest::option::of(".{0,8}"), scores, address)
        .prop_map(|(id, name, mail, scores, address)| Old { id, name, mail, scores, address })
}

proptest! {
    #[test]
    fn order_new_fields_and_wider_types_need_no_migration(old in old()) {
        let (bytes, dictionary) = written(&old);
        let mut drift = Drift::new();
        let new: New = read_value(&bytes, &dictionary, &mut drift).unwrap();
        let address =
            NewAddress { code: old.address.zip.into(), country: somewhere(), street: old.address.street };
        let scores = old.scores.into_iter().map(f64::from).collect();
        let id = old.id.into();
        let expected = New { address, tags: vec![], name: Some(old.name), phone: None, scores, id };
        prop_assert_eq!(new, expected);
        let gone = Gone { name: "Old".into(), variant: String::new(), field: "mail".into() };
        prop_assert_eq!(drift.gone().collect::<Vec<_>>(), [&gone]);
    }
}

#[test]
fn new_fields_alone_are_no_drift() {
    let (bytes, dictionary) = written(&OldAddress { street: "S".into(), zip: 1 });
    let mut drift = Drift::new();
    read_value::<NewAddress>(&bytes, &dictionary, &mut drift).unwrap();
    assert!(drift.is_empty());
}

#[derive(Deserialize, PartialEq, Debug)]
enum Event {
    Moved { to: u8 },
}

#[test]
fn gone_fields_are_noticed_in_variants_and_deep_inside() {
    mod older {
        #[derive(serde::Serialize)]
        pub(super) enum Event {
            Moved { from: super::Old, to: u8, by: Option<String> },
        }
    }
    let address = OldAddress { street: "S".into(), zip: 1 };
    let from = Old { id: 1, name: "n".into(), mail: None, scores: vec![], address };
    let (bytes, dictionary) = written(&[older::Event::Moved { from, to: 3, by: None }]);
    let mut drift = Drift::new();
    let read: [Event; 1] = read_value(&bytes, &dictionary, &mut drift).unwrap();
    assert_eq!(read, [Event::Moved { to: 3 }]);
    let fields: Vec<_> = drift.gone().map(|gone| (&*gone.variant, &*gone.field)).collect();
    assert_eq!(fields, [("Moved", "by"), ("Moved", "from")]);
    let mut other = Drift::new();
    other.merge(drift);
    assert_eq!(other.gone().count(), 2);
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only what is missing matters")]
struct Strict {
    street: String,
}

#[test]
fn a_strict_type_leaves_the_judgement_to_the_drift() {
    let (bytes, dictionary) = written(&OldAddress { street: "S".into(), zip: 1 });
    let mut drift = Drift::new();
    read_value::<Strict>(&bytes, &dictionary, &mut drift).unwrap();
    assert_eq!(drift.gone().count(), 1);
}

#[test]
fn a_value_of_another_shape_is_invalid_and_says_what_is_wrong() {
    let address = OldAddress { street: "S".into(), zip: 1 };
    let error = read_as::<New>(&address).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("missing field"), "{error}");
    for error in [
        read_as::<u8>(&"text").unwrap_err(),
        read_as::<u8>(&300).unwrap_err(),
        read_as::<(u8, u8)>(&(1, 2, 3)).unwrap_err(),
        read_as::<(u16, u16)>(&(1, 2, 300)).unwrap_err(),
        read_as::<OldAddress>(&Some(Some(()))).unwrap_err(),
        read_as::<Event>(&address).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    }
}

#[test]
fn what_becomes_optional_is_read() {
    assert_eq!(read_as::<Option<u8>>(&5_u8).unwrap(), Some(5));
    assert_eq!(read_as::<Vec<Option<u8>>>(&vec![5_u8, 6]).unwrap(), [Some(5), Some(6)]);
    assert_eq!(read_as::<Option<Vec<u32>>>(&vec![5_u8]).unwrap(), Some(vec![5]));
}
