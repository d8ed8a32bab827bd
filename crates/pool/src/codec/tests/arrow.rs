//! Record batches.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float32Type;
use arrow_array::{ArrayRef, Float32Array, RecordBatch, StringArray};
use forebay_store::ErrorKind;

use super::rig::{Blobs, Given};
use crate::codec::{ArrowIpc, BlobCodec};
use crate::object::Object;

fn batch(rows: u16) -> RecordBatch {
    let numbers = (0..rows).map(|n| (n % 3 > 0).then_some(f32::from(n)));
    let numbers: Float32Array = numbers.collect();
    let names = StringArray::from_iter_values((0..rows).map(|n| format!("name {n}")));
    let columns: [(&str, ArrayRef); 2] = [("n", Arc::new(numbers)), ("name", Arc::new(names))];
    RecordBatch::try_from_iter(columns).unwrap()
}

#[test]
fn a_record_batch_comes_back() {
    let blobs = Blobs::new();
    for rows in [0, 1, 3000] {
        let written = blobs.write(&batch(rows)).unwrap();
        assert_eq!(written.head.codec, 5);
        assert_eq!(blobs.read::<RecordBatch>(written).unwrap(), batch(rows));
    }
}

#[test]
fn a_part_of_a_batch_comes_back_and_weighs_its_part() {
    let blobs = Blobs::new();
    let part = batch(3000).slice(7, 10);
    assert!(part.heap_bytes() < 1000, "{}", part.heap_bytes());
    let written = blobs.write(&part).unwrap();
    assert!(written.head.stored < 2000, "{}", written.head.stored);
    assert_eq!(blobs.read::<RecordBatch>(written).unwrap(), part);
}

#[test]
fn a_loaded_batch_is_parts_of_the_bytes_that_were_read() {
    let blobs = Blobs::new();
    let written = blobs.write(&batch(3000)).unwrap();
    let read: RecordBatch = blobs.read(written).unwrap();
    let numbers = read.column(0).as_primitive::<Float32Type>().values().inner().clone();
    let names = read.column(1).as_string::<i32>().values().clone();
    let begin = |buffer: &arrow_buffer::Buffer| buffer.data_ptr();
    assert_eq!(begin(&numbers), begin(&names), "they are parts of one allocation");
    let weight = read.heap_bytes() as u64;
    assert!(weight * 10 > written.head.stored * 9 && weight < written.head.stored * 11 / 10);
}

#[test]
fn bytes_that_are_no_stream_are_damage() {
    for bytes in [Vec::new(), vec![1; 7], vec![0xff; 4096]] {
        let error = BlobCodec::<RecordBatch>::decode(&ArrowIpc, &mut Given(bytes), None);
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Corrupt);
    }
}
