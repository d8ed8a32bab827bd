//! What a value has elsewhere in memory.

use std::any::Any;
use std::sync::Arc;

use crate::line::fetch_at;

/// Has the processor fetch where a value's own memory begins, if it is of one of these: a string, a vector or a box of bytes, or
/// counted bytes or text, whose count comes first. Nothing is done for others.
///
/// The value itself is looked at, so it had best be there.
///
/// ```
/// let text = String::from("a text is somewhere else than its address and its length");
/// forebay_fetch::fetch_held(&text);
/// ```
#[inline]
pub fn fetch_held<T: Any>(value: &T) {
    if let Some(address) = held(value) {
        fetch_at(address);
    }
}

/// Where that is. The compiler knows the type, so nothing is asked when the program runs.
#[inline]
fn held(value: &dyn Any) -> Option<*const u8> {
    if let Some(text) = value.downcast_ref::<String>() {
        return Some(text.as_ptr());
    }
    if let Some(bytes) = value.downcast_ref::<Vec<u8>>() {
        return Some(bytes.as_ptr());
    }
    if let Some(bytes) = value.downcast_ref::<Box<[u8]>>() {
        return Some(bytes.as_ptr());
    }
    if let Some(bytes) = value.downcast_ref::<Arc<[u8]>>() {
        return Some(count_of(bytes.as_ptr()));
    }
    value.downcast_ref::<Arc<str>>().map(|text| count_of(text.as_ptr()))
}

/// The two counts of an `Arc` are before what it guards.
#[inline]
fn count_of(guarded: *const u8) -> *const u8 {
    guarded.wrapping_sub(2 * size_of::<usize>())
}

#[cfg(test)]
mod tests {
    use super::held;
    use std::sync::Arc;

    #[test]
    fn it_is_known_where_the_memory_of_text_and_of_bytes_begins() {
        let (text, bytes) = (String::from("text"), vec![1_u8, 2]);
        assert_eq!(held(&text), Some(text.as_ptr()));
        assert_eq!(held(&bytes), Some(bytes.as_ptr()));
        let boxed: Box<[u8]> = bytes.into();
        assert_eq!(held(&boxed), Some(boxed.as_ptr()));
        let (counted, told): (Arc<[u8]>, Arc<str>) = (Arc::from(&b"bytes"[..]), Arc::from("text"));
        assert_eq!(held(&counted), Some(counted.as_ptr().wrapping_sub(16)));
        assert_eq!(held(&told), Some(told.as_ptr().wrapping_sub(16)));
    }

    #[test]
    fn of_others_it_is_not() {
        assert_eq!(held(&7_u64), None);
        assert_eq!(held(&Arc::new(7_u64)), None);
    }
}
