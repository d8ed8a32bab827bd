//! Compressed blobs.

use forebay_store::{ErrorKind, Postcard, Result};
use proptest::prelude::*;

use super::rig::Blobs;
use crate::blob::{Head, read_head};
use crate::codec::{BlobCodec, Lz4, Sink, Source};
use crate::object::Object;

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Log(Vec<String>);

impl Object for Log {
    const NAME: &'static str = "log";
    const CODEC: &'static dyn BlobCodec<Self> = &Lz4(Postcard);

    fn heap_bytes(&self) -> usize {
        0
    }
}

/// The same type, as an earlier program wrote it.
#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct PlainLog(Vec<String>);

impl Object for PlainLog {
    const NAME: &'static str = "log";
    const CODEC: &'static dyn BlobCodec<Self> = &Postcard;

    fn heap_bytes(&self) -> usize {
        0
    }
}

/// Bytes that are put and taken in steps of so many. Some steps stand for a codec that does it wrongly.
#[derive(Clone, Debug, PartialEq)]
struct Stepped(Vec<u8>, usize);

struct Steps;

const TAKES_LESS: usize = 7_777;
const TAKES_MORE: usize = 7_778;
const HIDES_FAILURES: usize = 7_779;
const PUTS_LESS: usize = 7_780;
const PUTS_MORE: usize = 7_781;
const ASKS_ON: usize = 7_782;

impl BlobCodec<Stepped> for Steps {
    fn id(&self) -> u16 {
        1002
    }

    fn name(&self) -> &'static str {
        "steps"
    }

    fn length(&self, value: &Stepped) -> Option<u64> {
        let length = value.0.len() as u64 + 8;
        match value.1 {
            PUTS_LESS => Some(length + 1),
            PUTS_MORE => Some(length - 1),
            _ => None,
        }
    }

    fn encode(&self, value: &Stepped, out: &mut dyn Sink) -> Result<()> {
        out.put(&(value.1 as u64).to_le_bytes())?;
        value.0.chunks(value.1).try_for_each(|step| out.put(step))
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<Stepped>) -> Result<Stepped> {
        let mut step = [0; 8];
        from.fill(&mut step)?;
        let step = usize::try_from(u64::from_le_bytes(step)).unwrap();
        let length = usize::try_from(from.length()).unwrap() - 8;
        let length = match step {
            TAKES_LESS => length - 1,
            TAKES_MORE => length + 1,
            _ => length,
        };
        let mut bytes = vec![0; length];
        let filled = bytes.chunks_mut(step).try_for_each(|part| from.fill(part));
        if step != HIDES_FAILURES {
            filled?;
        }
        if step == ASKS_ON {
            // It does not look at what becomes of it.
            let _ = from.fill(&mut [0]);
        }
        Ok(Stepped(bytes, step))
    }
}

impl Object for Stepped {
    const NAME: &'static str = "stepped";
    const CODEC: &'static dyn BlobCodec<Self> = &Lz4(Steps);

    fn heap_bytes(&self) -> usize {
        0
    }
}

fn log(lines: usize) -> Log {
    Log((0..lines).map(|n| format!("line {} of many", n % 7)).collect())
}

/// Bytes that no compressor makes shorter.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        state.to_le_bytes()[7]
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn what_repeats_itself_becomes_shorter_and_comes_back() {
    let blobs = Blobs::new();
    for lines in [0, 1, 10, 60_000] {
        let written = blobs.write(&log(lines)).unwrap();
        assert_eq!(written.head.compression, 1);
        assert_eq!(blobs.read::<Log>(written).unwrap(), log(lines));
        if lines > 1 {
            assert!(written.head.stored * 3 < written.head.raw * 2, "{:?}", written.head);
        }
    }
}

#[test]
fn what_cannot_become_shorter_grows_by_four_bytes_a_block() {
    let blobs = Blobs::new();
    let value = Stepped(noise(400_000), 1000);
    let written = blobs.write(&value).unwrap();
    assert_eq!(written.head.stored, written.head.raw + 4 * 4);
    assert_eq!(blobs.read::<Stepped>(written).unwrap(), value);
}

#[test]
fn compressed_and_plain_blobs_of_a_type_are_read_by_both() {
    let blobs = Blobs::new();
    let written = blobs.write(&PlainLog(log(100).0)).unwrap();
    assert_eq!(blobs.read::<Log>(written).unwrap(), log(100));
    let written = blobs.write(&log(100)).unwrap();
    assert_eq!(blobs.read::<PlainLog>(written).unwrap().0, log(100).0);
}

#[test]
fn every_flipped_bit_of_a_compressed_blob_is_noticed() {
    let blobs = Blobs::new();
    let written = blobs.write(&log(3000)).unwrap();
    let bits = usize::try_from(written.place.length * 8).unwrap();
    for bit in (0..bits).step_by(7) {
        let flipped = blobs.flipped(written, bit);
        assert_eq!(blobs.read::<Log>(flipped).unwrap_err().kind(), ErrorKind::Corrupt);
    }
    blobs.read::<Log>(written).unwrap();
}

#[test]
fn blocks_that_lie_with_a_good_checksum_are_damage() {
    let blobs = Blobs::new();
    let written = blobs.write(&log(20_000)).unwrap();
    for (raw, first) in [
        (written.head.raw + 1, None),
        (written.head.raw - 1, None),
        (written.head.raw, Some(0)),
        (written.head.raw, Some(1)),
        (written.head.raw, Some(u32::MAX)),
        (written.head.raw, Some(131_072)),
        (written.head.raw, Some(131_073)),
    ] {
        let head = Head { raw, ..read_head(blobs.medium(), written.place).unwrap() };
        let forged = blobs.forged(written, head, first);
        let error = blobs.read::<Log>(forged).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{raw} {first:?}: {error}");
    }
}

#[test]
fn a_length_that_lies_by_one_is_noticed_though_the_codec_takes_any_bytes() {
    let blobs = Blobs::new();
    let written = blobs.write(&Stepped(vec![3; 1000], 100)).unwrap();
    let head = Head { raw: written.head.raw + 1, ..written.head };
    let forged = blobs.forged(written, head, None);
    assert_eq!(blobs.read::<Stepped>(forged).unwrap_err().kind(), ErrorKind::Corrupt);

    let written = blobs.write(&Stepped(noise(1000), 100)).unwrap();
    for length in [1007, 1009, 0, i32::MAX.cast_unsigned()] {
        let forged = blobs.forged(written, written.head, Some(length | 1 << 31));
        assert_eq!(blobs.read::<Stepped>(forged).unwrap_err().kind(), ErrorKind::Corrupt);
    }
}

#[test]
fn a_codec_that_takes_too_much_or_too_little_or_hides_failures_gives_no_value() {
    let blobs = Blobs::new();
    for step in [TAKES_LESS, TAKES_MORE, ASKS_ON] {
        let written = blobs.write(&Stepped(noise(200_000), step)).unwrap();
        assert_eq!(blobs.read::<Stepped>(written).unwrap_err().kind(), ErrorKind::Corrupt);
    }
    let written = blobs.write(&Stepped(noise(200_000), HIDES_FAILURES)).unwrap();
    assert_eq!(blobs.read::<Stepped>(written).unwrap().0.len(), 200_000);
    // The second block lies: it is not LZ4, and not as long as it should be.
    let forged = blobs.forged_at(written, 4 + 131_072, 7);
    assert_eq!(blobs.read::<Stepped>(forged).unwrap_err().kind(), ErrorKind::Corrupt);
}

#[test]
fn a_codec_that_breaks_its_promise_of_a_length_is_refused() {
    let blobs = Blobs::new();
    for (step, what) in [(PUTS_LESS, "put less"), (PUTS_MORE, "put more")] {
        let error = blobs.write(&Stepped(noise(200_000), step)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(error.to_string().ends_with(what), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_length_in_any_steps_comes_back(
        length in prop_oneof![0_usize..300, 131_060_usize..131_080, 262_130_usize..262_160],
        step in prop_oneof![1_usize..50, 4000_usize..5000, 131_000_usize..140_000, Just(300_000)],
        is_noise in any::<bool>(),
    ) {
        let blobs = Blobs::new();
        let bytes = if is_noise { noise(length) } else { vec![3; length] };
        let value = Stepped(bytes, step);
        let written = blobs.write(&value).unwrap();
        assert_eq!(blobs.read::<Stepped>(written).unwrap(), value);
    }
}
