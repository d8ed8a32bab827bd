//! Values that are their own bytes.

/// A plain value: its bytes are the value, so that a slice of them is spilled and loaded without a
/// step between.
///
/// Numbers are plain, and arrays of what is plain. A type of one's own that derives
/// [`Pod`](bytemuck::Pod) adds a name, which it changes when the meaning of its bytes changes:
///
/// ```text
/// #[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
/// #[repr(C)]
/// struct Point { x: f32, y: f32 }
///
/// impl forebay_pool::Plain for Point {
///     const NAME: &'static str = "point/1";
/// }
/// ```
pub trait Plain: bytemuck::Pod + Send + Sync {
    /// Stands in the fingerprint of blobs of such values.
    const NAME: &'static str;
}

macro_rules! numbers {
    ($($number:ty),*) => { $(
        impl Plain for $number {
            const NAME: &'static str = stringify!($number);
        }
    )* };
}

numbers!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64);

/// It has the name of its elements; the size of the whole array stands beside it.
impl<P: Plain, const N: usize> Plain for [P; N] {
    const NAME: &'static str = P::NAME;
}
