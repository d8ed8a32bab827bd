//! Which layout a struct of this program has, by where its names lie in memory.
//!
//! Names are `'static`, so two of one address and length are one name, for ever. The reverse need not
//! hold: the same name at another address is compared by content once, and then remembered too.

use std::collections::HashMap;
use std::ops::Range;
use std::ptr;

use foldhash::fast::FixedState;

use super::dictionary::LAYOUTS_OF_ONE_MAX;
use super::layout::LayoutKind;

/// The names that a serializer is given at the beginning of a struct or a variant.
#[derive(Clone, Copy, Debug)]
pub(super) struct TypeName {
    pub(super) name: &'static str,
    /// Nothing for a struct.
    pub(super) variant: &'static str,
}

impl TypeName {
    fn address(self) -> (usize, usize) {
        (self.name.as_ptr().addr(), self.variant.as_ptr().addr())
    }

    /// One of the quick places, by bits of the addresses in which names differ.
    #[inline]
    fn quick(self) -> usize {
        let (name, variant) = self.address();
        let mixed = (name ^ variant.rotate_left(7)).wrapping_mul(0x9E37_79B1);
        (mixed >> 16) % QUICK
    }

    #[inline]
    fn is(self, other: Self) -> bool {
        ptr::eq(self.name, other.name) && ptr::eq(self.variant, other.variant)
    }
}

/// How many types are found without hashing.
const QUICK: usize = 64;

/// What was written before, and the layout that it got.
#[derive(Debug)]
pub(super) struct Memo {
    known: Vec<Known>,
    /// The names of the fields of all of them, one layout behind the other: whoever writes fields goes along them.
    names: Vec<&'static str>,
    /// The layout that a type of this place had last; types that share a place displace each other.
    quick: [usize; QUICK],
    types: HashMap<(usize, usize), Type, FixedState>,
}

#[derive(Debug)]
struct Known {
    kind: LayoutKind,
    of: TypeName,
    /// Where the names of its fields are.
    names: Range<usize>,
    arity: usize,
    /// `None`: it is written without a layout.
    number: Option<u64>,
}

#[derive(Debug, Default)]
struct Type {
    /// The one that was used last is the best guess.
    last: usize,
    known: Vec<usize>,
}

impl Default for Memo {
    fn default() -> Self {
        let (known, names, types) = (Vec::new(), Vec::new(), HashMap::default());
        Self { known, names, quick: [0; QUICK], types }
    }
}

impl Memo {
    /// The layout that a value of this type most likely has: the last one, if it is as long.
    #[inline]
    pub(super) fn guess(&self, kind: LayoutKind, of: TypeName, arity: usize) -> Option<usize> {
        let quick = self.quick[of.quick()];
        let fits = |known: &Known| known.arity == arity && known.kind == kind && known.of.is(of);
        if self.known.get(quick).is_some_and(fits) {
            return Some(quick);
        }
        self.search(of, fits)
    }

    fn search(&self, of: TypeName, fits: impl Fn(&Known) -> bool) -> Option<usize> {
        let of_type = self.types.get(&of.address())?;
        if fits(&self.known[of_type.last]) {
            return Some(of_type.last);
        }
        of_type.known.iter().copied().find(|at| fits(&self.known[*at]))
    }

    /// The number of a known layout.
    #[inline]
    pub(super) fn number(&self, known: usize) -> Option<u64> {
        self.known[known].number
    }

    /// Where the names of the fields of a known layout are.
    #[inline]
    pub(super) fn names(&self, known: usize) -> Range<usize> {
        self.known[known].names.clone()
    }

    /// Whether the name in this place is this one.
    #[inline]
    pub(super) fn is_name(&self, at: usize, name: &'static str) -> bool {
        self.names.get(at).is_some_and(|expected| ptr::eq(*expected, name))
    }

    /// The fields of a known layout.
    pub(super) fn fields(&self, known: usize) -> &[&'static str] {
        &self.names[self.names(known)]
    }

    /// A known layout of this type that begins as `known` does up to `at`, and goes on with `field`; or
    /// ends there if there is no further field.
    #[cold]
    pub(super) fn turn(
        &self,
        known: usize,
        at: usize,
        field: Option<&'static str>,
    ) -> Option<usize> {
        let (Known { kind, of, .. }, fields) = (&self.known[known], self.fields(known));
        let fits = |other: &usize| {
            let (Known { kind: other_kind, of: other_of, .. }, others) =
                (&self.known[*other], self.fields(*other));
            other_kind == kind
                && other_of.is(*of)
                && others.get(..at).is_some_and(|begin| same(begin, &fields[..at]))
                && match (others.get(at), field) {
                    (Some(next), Some(field)) => ptr::eq(*next, field),
                    (next, field) => next.is_none() && field.is_none(),
                }
        };
        self.types.get(&of.address())?.known.iter().copied().find(fits)
    }

    /// The known layout of exactly these names.
    #[cold]
    pub(super) fn find(
        &self,
        kind: LayoutKind,
        of: TypeName,
        fields: &[&'static str],
    ) -> Option<usize> {
        let fits = |at: &usize| {
            let known = &self.known[*at];
            known.kind == kind && known.of.is(of) && same(self.fields(*at), fields)
        };
        self.types.get(&of.address())?.known.iter().copied().find(fits)
    }

    /// This one was used: the next value probably has it too.
    #[cold]
    pub(super) fn prefer(&mut self, known: usize) {
        let of = self.known[known].of;
        self.quick[of.quick()] = known;
        if let Some(of_type) = self.types.get_mut(&of.address()) {
            of_type.last = known;
        }
    }

    /// Whether nothing more is remembered of this type.
    pub(super) fn is_crowded(&self, of: TypeName) -> bool {
        self.types.get(&of.address()).is_some_and(|known| known.known.len() >= LAYOUTS_OF_ONE_MAX)
    }

    pub(super) fn remember(
        &mut self,
        kind: LayoutKind,
        of: TypeName,
        fields: &[&'static str],
        arity: usize,
        number: Option<u64>,
    ) {
        let at = self.known.len();
        let begin = self.names.len();
        self.names.extend_from_slice(fields);
        let of_type = self.types.entry(of.address()).or_default();
        of_type.last = at;
        of_type.known.push(at);
        self.quick[of.quick()] = at;
        let names = begin..self.names.len();
        self.known.push(Known { kind, of, names, arity, number });
    }
}

fn same(a: &[&'static str], b: &[&'static str]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| ptr::eq(*a, *b))
}
