//! What a table is asked with has the bytes of the key that it finds.

use std::sync::Arc;

use bytes::Bytes;
use forebay_state::key::{Key, Place, Seek};
use proptest::prelude::*;

use super::claims::bytes_of;
use super::keys;

fn finds<K: Key>(sought: &(impl Seek<K> + ?Sized), key: &K) -> bool {
    sought.with_bytes(|sought| sought == bytes_of(key, Place::Last))
}

proptest! {
    #[test]
    fn a_text_is_sought_by_what_it_borrows_as(text in keys::text()) {
        prop_assert!(finds(text.as_str(), &text));
        prop_assert!(finds(text.as_str(), &Box::<str>::from(text.as_str())));
        prop_assert!(finds(text.as_str(), &Arc::<str>::from(text.as_str())));
    }

    #[test]
    fn bytes_are_sought_by_what_they_borrow_as(bytes in keys::bytes()) {
        prop_assert!(finds(&bytes[..], &bytes));
        prop_assert!(finds(&bytes[..], &Arc::<[u8]>::from(&bytes[..])));
        prop_assert!(finds(&bytes[..], &Bytes::copy_from_slice(&bytes)));
    }

    #[test]
    fn a_key_is_sought_by_itself(key in (keys::text(), any::<u64>())) {
        prop_assert!(finds(&key, &key));
        prop_assert!(finds(&key.0, &key.0));
        prop_assert!(finds(&key.1, &key.1));
    }
}
