//! One line of memory.
//!
//! These facts make it sound:
//!
//! 1. **Nobody sees whether it was done.** The instruction is a hint: it changes neither memory nor a register, and a program
//!    that reads or writes the same place meanwhile sees what it would have seen (Intel's manual, volume 2, and AMD's,
//!    volume 3, at `PREFETCHh`).
//! 2. **Any address may be given.** One that is not mapped, or not the program's, is passed over; nothing is raised.
//! 3. **The processor has it.** It is part of SSE, and each processor of `x86_64` has that.

/// Has the processor fetch the line of memory in which this begins, if it has none of it, and returns at once.
#[inline]
pub fn fetch<T>(what: &T) {
    fetch_at(std::ptr::from_ref(what));
}

/// The same of any address, whatever is there.
#[inline]
pub(crate) fn fetch_at<T>(address: *const T) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: it does nothing that anybody sees, whatever the address is, and each processor has it (1, 2, 3).
        #[expect(unsafe_code, reason = "the facts at the head of the file")]
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(address.cast());
        }
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = address;
}

#[cfg(test)]
mod tests {
    use super::{fetch, fetch_at};
    use std::ptr;

    #[test]
    fn what_is_fetched_is_as_it_was_and_any_address_may_be() {
        let mut place = 7_u64;
        fetch(&place);
        place += 1;
        for address in [0, 1, 4096, usize::MAX / 2, usize::MAX] {
            fetch_at(ptr::without_provenance::<u64>(address));
        }
        assert_eq!(place, 8);
    }
}
