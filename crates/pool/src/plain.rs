//! Values that are their own bytes.

/// A plain value: its bytes are the value, so that a slice of them is spilled and loaded without a
/// step between.
pub trait Plain: bytemuck::Pod + Send + Sync {
    /// Stands in the fingerprint of blobs of such values.
    const NAME: &'static str;
}
