//! Record batches of Arrow.

use arrow_array::{Array, RecordBatch};
use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use arrow_ipc::writer::StreamWriter;
use forebay_store::{Error, Result};

use super::blob_codec::{BlobCodec, Sink, Source};
use crate::object::Object;

/// Record batches as Arrow's IPC stream, which any of its implementations reads.
///
/// What is read is not copied: the columns of a loaded batch are parts of the bytes that the device
/// gave. Writing makes the whole batch's bytes beside it, which are not counted in the pool's budget.
#[derive(Clone, Copy, Debug, Default)]
pub struct ArrowIpc;

/// It weighs what it shows: what a part of a larger batch shares with it is counted by the larger one.
impl Object for RecordBatch {
    const NAME: &'static str = "record batch";
    const CODEC: &'static dyn BlobCodec<Self> = &ArrowIpc;

    fn heap_bytes(&self) -> usize {
        let shown = |column: &dyn Array| {
            let shown = column.to_data().get_slice_memory_size();
            shown.unwrap_or_else(|_| column.get_buffer_memory_size())
        };
        self.columns().iter().map(|column| shown(column) + size_of_val(column)).sum()
    }
}

impl BlobCodec<RecordBatch> for ArrowIpc {
    fn id(&self) -> u16 {
        5
    }

    fn name(&self) -> &'static str {
        "arrow-ipc"
    }

    fn encode(&self, value: &RecordBatch, out: &mut dyn Sink) -> Result<()> {
        let written = StreamWriter::try_new(out, &value.schema()).and_then(|mut writer| {
            writer.write(value)?;
            writer.finish()
        });
        written.map_err(|error| Error::refused("write the batch as Arrow IPC").with_source(error))
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<RecordBatch>) -> Result<RecordBatch> {
        let bytes = from.whole()?;
        let length = bytes.len();
        let mut rest = Buffer::from_vec(bytes.into_words()).slice_with_length(0, length);
        let mut decoder = StreamDecoder::new();
        let mut found = None;
        while !rest.is_empty() {
            let batch = decoder.decode(&mut rest).map_err(|error| {
                Error::corrupt("stored bytes are no Arrow IPC stream").with_source(error)
            })?;
            if batch.is_some() && found.is_some() {
                return Err(Error::corrupt("a stored stream has more than one record batch"));
            }
            found = found.or(batch);
        }
        found.ok_or_else(|| Error::corrupt("a stored stream has no record batch"))
    }
}
