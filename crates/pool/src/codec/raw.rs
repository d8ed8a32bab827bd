//! Plain values as they are in memory.

use forebay_store::{Error, Raw, Result};

use super::aligned::try_zeroed_vec;
use super::blob_codec::{BlobCodec, Sink, Source};
use crate::plain::Plain;

const ID: u16 = 1;
const NAME: &str = "raw";

impl<P: Plain> BlobCodec<Vec<P>> for Raw {
    fn id(&self) -> u16 {
        ID
    }

    fn name(&self) -> &'static str {
        NAME
    }

    fn layout(&self) -> (u32, u32) {
        layout_of::<P>()
    }

    fn length(&self, value: &Vec<P>) -> Option<u64> {
        Some(size_of_val::<[P]>(value) as u64)
    }

    fn encode(&self, value: &Vec<P>, out: &mut dyn Sink) -> Result<()> {
        out.put(bytemuck::cast_slice(value))
    }

    /// The bytes are read into the place where they stay.
    fn decode(&self, from: &mut dyn Source, _scrap: Option<Vec<P>>) -> Result<Vec<P>> {
        let length = count::<P>(from.length())?;
        let mut values = try_zeroed_vec(length)?;
        from.fill(bytemuck::cast_slice_mut(&mut values))?;
        Ok(values)
    }
}

impl<P: Plain> BlobCodec<Box<[P]>> for Raw {
    fn id(&self) -> u16 {
        ID
    }

    fn name(&self) -> &'static str {
        NAME
    }

    fn layout(&self) -> (u32, u32) {
        layout_of::<P>()
    }

    fn length(&self, value: &Box<[P]>) -> Option<u64> {
        Some(size_of_val::<[P]>(value) as u64)
    }

    fn encode(&self, value: &Box<[P]>, out: &mut dyn Sink) -> Result<()> {
        out.put(bytemuck::cast_slice(value))
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<Box<[P]>>) -> Result<Box<[P]>> {
        let values: Vec<P> = BlobCodec::<Vec<P>>::decode(self, from, None)?;
        Ok(values.into_boxed_slice())
    }
}

impl<P: Plain, const N: usize> BlobCodec<[P; N]> for Raw {
    fn id(&self) -> u16 {
        ID
    }

    fn name(&self) -> &'static str {
        NAME
    }

    fn layout(&self) -> (u32, u32) {
        layout_of::<[P; N]>()
    }

    fn length(&self, value: &[P; N]) -> Option<u64> {
        Some(size_of_val(value) as u64)
    }

    fn encode(&self, value: &[P; N], out: &mut dyn Sink) -> Result<()> {
        out.put(bytemuck::cast_slice(value))
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<[P; N]>) -> Result<[P; N]> {
        let mut values = [P::zeroed(); N];
        from.fill(bytemuck::cast_slice_mut(&mut values))?;
        Ok(values)
    }
}

fn layout_of<P>() -> (u32, u32) {
    const {
        assert!(size_of::<P>() > 0, "values without bytes could not be counted again");
        assert!(size_of::<P>() <= u32::MAX as usize, "an element has less than 4 GiB");
    }
    (narrow(size_of::<P>()), narrow(align_of::<P>()))
}

fn narrow(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// How many values so many bytes are.
fn count<P>(length: u64) -> Result<usize> {
    let size = size_of::<P>() as u64;
    if !length.is_multiple_of(size) {
        let message = format!("{length} bytes are no whole number of values of {size} bytes");
        return Err(Error::corrupt(message));
    }
    usize::try_from(length / size)
        .map_err(|_| Error::refused("a value is longer than this machine has addresses"))
}
