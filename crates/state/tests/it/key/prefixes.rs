//! What begins with a prefix has bytes that begin with its bytes, and nothing else has.

use forebay_state::key::{Key, Place, PrefixOf};
use proptest::prelude::*;

use super::claims::bytes_of;
use super::keys;

fn begins<K: Key, P: PrefixOf<K> + ?Sized>(key: &K, prefix: &P) -> bool {
    prefix.with_prefix(|prefix| bytes_of(key, Place::Last).starts_with(prefix))
}

proptest! {
    #[test]
    fn a_text_begins_with_a_text_as_its_bytes_do(key in keys::text(), prefix in keys::text()) {
        prop_assert_eq!(begins(&key, prefix.as_str()), key.starts_with(&prefix));
        let longer = format!("{prefix}{key}");
        prop_assert!(begins(&longer, prefix.as_str()));
    }

    #[test]
    fn bytes_begin_with_bytes(key in keys::bytes(), prefix in keys::bytes()) {
        prop_assert_eq!(begins(&key, &prefix[..]), key.starts_with(&prefix));
    }

    #[test]
    fn a_tuple_begins_with_its_first_component(
        key in (keys::text(), keys::text()),
        prefix in (keys::text(),),
    ) {
        prop_assert_eq!(begins(&key, &prefix), key.0 == prefix.0);
        prop_assert!(begins(&key, &(key.0.clone(),)));
    }

    #[test]
    fn a_tuple_begins_with_its_first_components(
        key in (prop::option::of(keys::text()), 0..3_u8, keys::bytes(), keys::text()),
        prefix in (prop::option::of(keys::text()), 0..3_u8),
    ) {
        prop_assert_eq!(begins(&key, &prefix), (&key.0, key.1) == (&prefix.0, prefix.1));
        let longer = (prefix.0.clone(), prefix.1, key.2.clone(), key.3.clone());
        prop_assert!(begins(&longer, &prefix));
        prop_assert!(begins(&key, &(key.0.clone(), key.1, key.2.clone())));
    }
}
