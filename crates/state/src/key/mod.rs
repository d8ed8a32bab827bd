//! Keys: their bytes in the order of the keys.
