//! Tuples: their components, one after the other; only the last one may be the last.

use forebay_store::Result;

use super::{Key, KeyBytes, KeyReader, Place, PrefixOf, Shape, Tail};

/// One alone is written as what it is.
impl<A: Key> Key for (A,) {
    type Tail = A::Tail;
    const SHAPE: Shape = A::SHAPE;

    fn encode(&self, place: Place, out: &mut KeyBytes) {
        self.0.encode(place, out);
    }

    fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
        Ok((A::decode(bytes, place)?,))
    }
}

macro_rules! tail {
    ($one:ident) => { <$one as Key>::Tail };
    ($one:ident $($more:ident)+) => { <<$one as Key>::Tail as Tail>::And<tail!($($more)+)> };
}

macro_rules! tuple {
    ($($inner:ident $at:tt),+; $last:ident $last_at:tt) => {
        impl<$($inner: Key,)+ $last: Key> Key for ($($inner,)+ $last) {
            type Tail = tail!($($inner)+ $last);
            const SHAPE: Shape = Shape::Tuple { parts: &[$($inner::SHAPE,)+ $last::SHAPE] };

            fn encode(&self, place: Place, out: &mut KeyBytes) {
                $(self.$at.encode(Place::Inner, out);)+
                self.$last_at.encode(place, out);
            }

            fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
                Ok(($($inner::decode(bytes, Place::Inner)?,)+ $last::decode(bytes, place)?))
            }
        }
    };
}

tuple!(A 0; B 1);
tuple!(A 0, B 1; C 2);
tuple!(A 0, B 1, C 2; D 3);
tuple!(A 0, B 1, C 2, D 3; E 4);
tuple!(A 0, B 1, C 2, D 3, E 4; F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5; G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6; H 7);

/// The components in parentheses are what tuples with one or more of the others begin with.
macro_rules! prefix {
    (@one ($($have:ident $at:tt),+) [$($more:ident)+]) => {
        impl<$($have: Key,)+ $($more: Key,)+> PrefixOf<($($have,)+ $($more,)+)> for ($($have,)+) {
            fn with_prefix<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
                let mut bytes = KeyBytes::new();
                $(self.$at.encode(Place::Inner, &mut bytes);)+
                read(bytes.as_bytes())
            }
        }
    };
    ($have:tt $more:tt) => { prefix!(@one $have $more); };
    ($have:tt [$($more:ident)+] $next:ident $($rest:ident)*) => {
        prefix!(@one $have [$($more)+]);
        prefix!($have [$($more)+ $next] $($rest)*);
    };
}

prefix!((A 0) [B] C D E F G H);
prefix!((A 0, B 1) [C] D E F G H);
prefix!((A 0, B 1, C 2) [D] E F G H);
prefix!((A 0, B 1, C 2, D 3) [E] F G H);
prefix!((A 0, B 1, C 2, D 3, E 4) [F] G H);
prefix!((A 0, B 1, C 2, D 3, E 4, F 5) [G] H);
prefix!((A 0, B 1, C 2, D 3, E 4, F 5, G 6) [H]);
