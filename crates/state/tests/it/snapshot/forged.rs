//! Blocks with right checksums that say something wrong: a defect of a writer is damage, too.

use super::forge::{
    Claim, ENTRIES, FOOTER, Forge, HEAD, LAYOUTS, LONG, REST, encoded, footer, head_bytes,
};
use super::rig::{damage, head, read, written};
use forebay_state::snapshot::{BLOCK_MAX, Compression, Writer};

#[test]
fn the_page_is_enough_to_write_a_snapshot() {
    let users = [("alice", "!"), ("bob", "")];
    let forged = Forge::new().entries(1, &users).end(&[[1, 2, 15, 1], [2, 0, 0, 0]]);
    let entries = users.map(|(key, value)| (key.into(), value.into()));
    let content = [(1, entries.into()), (2, [].into())].into();
    assert_eq!(read(&forged).unwrap().0, content);
    assert_eq!(forged, written(&content, Compression::None));
}

/// What reading says of a snapshot whose first table is 1, with one block of entries.
fn told(forge: Forge) -> String {
    let bytes = forge.end(&[[1, 2, 8, 1]]);
    damage(&bytes).what.into_owned()
}

#[test]
fn keys_out_of_order_are_damage() {
    for keys in [["b", "a"], ["a", "a"], ["ab", "a"], ["a", ""]] {
        let told = told(Forge::new().entries(1, &keys.map(|key| (key, "!"))));
        assert_eq!(told, "its keys are not in order", "{keys:?}");
    }
}

#[test]
fn keys_out_of_order_from_block_to_block_are_damage() {
    for (first, second) in [("b", "a"), ("a", "a"), ("a", "")] {
        let forge = Forge::new().entries(1, &[(first, "")]).entries(1, &[(second, "")]);
        assert_eq!(told(forge), "its keys are not behind those of the block before");
    }
    // Each table begins anew.
    let forge = Forge::new().entries(1, &[("b", "")]).entries(2, &[("a", "")]);
    read(&forge.end(&[[1, 1, 4, 1], [2, 1, 4, 1]])).unwrap();
}

#[test]
fn tables_out_of_order_are_damage() {
    let forge = Forge::new().entries(2, &[("a", "")]).entries(1, &[("a", "")]);
    assert_eq!(told(forge), "its table is not behind the one before");
    let forge = Forge::new().entries(1, &[("a", "")]).entries(2, &[("a", "")]);
    assert_eq!(told(forge.entries(1, &[("b", "")])), "its table is not behind the one before");
}

#[test]
fn a_block_has_as_many_entries_as_it_says() {
    let payload = encoded(&[("a", "!"), ("b", "!")]);
    for (count, expected) in [
        (0, "it has no entries"),
        (1, "there are bytes behind its entries"),
        (3, "an entry goes beyond its end"),
        (u32::MAX, "an entry goes beyond its end"),
    ] {
        assert_eq!(told(Forge::new().block(Claim::of(ENTRIES, 1, count), &payload)), expected);
    }
    for cut in 1..payload.len() {
        let forge = Forge::new().block(Claim::of(ENTRIES, 1, 2), &payload[..cut]);
        assert_eq!(told(forge), "an entry goes beyond its end", "{cut}");
    }
}

#[test]
fn lengths_that_are_not_there_are_damage() {
    let wrong: [&[u8]; 4] = [
        &[1, 1, b'a', 0],
        &[0, 5, b'a', 0],
        &[0, 1, b'a', 9],
        &[0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, b'a', 0],
    ];
    for payload in wrong {
        let forge = Forge::new().block(Claim::of(ENTRIES, 1, 1), payload);
        assert_eq!(told(forge), "an entry goes beyond its end", "{payload:?}");
    }
    let mut long = vec![0, 0x83, 0x80, 0x04];
    long.resize(4 + (64 << 10) + 3, 7);
    long.push(0);
    let forge = Forge::new().block(Claim::of(ENTRIES, 1, 1), &long);
    assert_eq!(told(forge), "a key is longer than a key may be");
}

#[test]
fn pieces_of_values_that_do_not_fit_are_damage() {
    let begin = [0, 1, b'a', 0x81, 0x80, 0x10];
    let (full, one) = (vec![1; BLOCK_MAX], [1]);
    let long = || Forge::new().block(Claim::of(LONG, 1, 1), &begin);
    let rest = Claim::of(REST, 1, 0);
    let whole = long().block(rest, &full).block(rest, &one);
    let bytes = (BLOCK_MAX + 1 + begin.len()) as u64;
    let mut counted = footer(0, &[]);
    counted[17] = 1;
    counted.extend_from_slice(&[1, 1]);
    counted.extend_from_slice(&[0x87, 0x80, 0x10, 3]);
    assert_eq!(bytes, 0x4_0007);
    assert_eq!(read(&whole.end_with(&counted, 1)).unwrap().1.entries(), 1);

    let next = "it is not the next piece of the value";
    assert_eq!(told(long()), next, "the footer comes too early");
    assert_eq!(told(long().block(rest, &one)), next, "a piece that is not full");
    assert_eq!(told(long().block(rest, &full).block(rest, &[1, 1])), next, "too long");
    assert_eq!(told(long().block(Claim::of(REST, 2, 0), &full)), next, "of another table");
    assert_eq!(told(long().block(Claim::of(REST, 1, 1), &full)), next, "it counts as an entry");
    assert_eq!(told(long().entries(1, &[("b", "")])), next);
    let alone = Forge::new().block(rest, &one);
    assert_eq!(told(alone), "a piece of a value without its begin");
    for begin in [&[1, 0, 5][..], &[0, 1, b'a', 0], &[0, 1, b'a', 5, 9], &[0, 9, b'a', 5], &[]] {
        let forge = Forge::new().block(Claim::of(LONG, 1, 1), begin);
        assert_eq!(told(forge), "it is not the begin of an entry", "{begin:?}");
    }
    assert_eq!(
        told(Forge::new().block(Claim::of(LONG, 1, 2), &begin)),
        "it is not the begin of an entry"
    );
}

#[test]
fn a_footer_that_counts_otherwise_is_damage() {
    let forge = || Forge::new().entries(1, &[("a", "!"), ("b", "!")]);
    let right = [1, 2, 10, 1];
    read(&forge().end(&[right])).unwrap();
    let otherwise = "it counts something else than what was there";
    for at in 0..4 {
        for by in [1, 255] {
            let mut wrong = right;
            wrong[at] = wrong[at].wrapping_add(by) % 128;
            assert_eq!(damage(&forge().end(&[wrong])).what, otherwise, "{wrong:?}");
        }
    }
    let tables: [&[[u8; 4]]; 5] = [
        &[],
        &[right, right],
        &[right, [2, 1, 1, 1]],
        &[right, [0, 0, 0, 0]],
        &[right, [1, 0, 0, 0]],
    ];
    for tables in tables {
        assert_eq!(damage(&forge().end(tables)).what, otherwise, "{tables:?}");
    }
    assert_eq!(damage(&forge().end_with(&footer(1, &[right]), 1)).what, otherwise, "layouts");
    assert_eq!(damage(&forge().end_with(&footer(0, &[right]), 2)).what, otherwise, "its count");
    for at in [0, 8] {
        let mut other = footer(0, &[right]);
        other[at] ^= 1;
        let damage = damage(&forge().end_with(&other, 1));
        assert_eq!(damage.what, "it is the footer of another snapshot");
    }
    let whole = footer(0, &[right]);
    for cut in 0..whole.len() {
        assert_eq!(damage(&forge().end_with(&whole[..cut], 1)).what, "it is no footer", "{cut}");
    }
    let longer = [whole.as_slice(), &[0]].concat();
    assert_eq!(damage(&forge().end_with(&longer, 1)).what, "it is no footer");
}

#[test]
fn heads_and_footers_are_where_they_belong() {
    let right = [[1, 1, 4, 1]];
    let one = |forge: Forge| forge.entries(1, &[("a", "")]);
    let again = Forge::new().block(Claim::of(HEAD, 0, 0), &head_bytes(1, 1));
    assert_eq!(damage(&one(again).end(&right)).what, "another head");
    assert_eq!(damage(&one(Forge::empty()).end(&right)).at, 0);
    let twice = one(Forge::new()).block(Claim::of(FOOTER, 0, 1), &footer(0, &right));
    assert_eq!(damage(&twice.end(&right)).what, "the file does not end there");
    let unended = one(Forge::new()).bytes;
    assert_eq!(damage(&unended).what, "the file ends there");
    for claim in [Claim::of(HEAD, 1, 0), Claim::of(HEAD, 0, 1), Claim::of(FOOTER, 0, 0)] {
        let forge = Forge::empty().block(claim, &head_bytes(1, 1));
        assert_eq!(damage(&forge.end(&[])).at, 0);
    }
    let named = Forge::new().block(Claim::of(FOOTER, 1, 0), &footer(0, &[]));
    assert_eq!(damage(&named.bytes).what, "a table is named where there is none");
}

#[test]
fn layouts_that_do_not_fit_are_damage() {
    // Number 0, a struct `S` without fields.
    let layout = [0, 0, 1, b'S', 0];
    let good = Forge::new().block(Claim::of(LAYOUTS, 0, 1), &layout);
    read(&good.clone().end_with(&footer(1, &[]), 0)).unwrap();
    let again = good.block(Claim::of(LAYOUTS, 0, 1), &layout);
    assert_eq!(told(again), "it has not as many layouts as it says");
    for (count, layout) in [(0, &layout[..]), (2, &layout), (1, &layout[..4]), (1, &[1, 0, 0, 0])] {
        told(Forge::new().block(Claim::of(LAYOUTS, 0, count), layout));
    }
}

#[test]
fn a_block_longer_than_a_block_may_be_is_not_even_read() {
    let claims = [
        Claim {
            length: Some(u32::try_from(BLOCK_MAX).unwrap() + 1),
            compression: 1,
            ..Claim::of(ENTRIES, 1, 1)
        },
        Claim { length: Some(u32::MAX), compression: 0, ..Claim::of(LAYOUTS, 0, 1) },
        Claim { length: Some(3), ..Claim::of(ENTRIES, 1, 1) },
    ];
    for claim in claims {
        assert_eq!(
            told(Forge::new().block(claim, &[0, 1, b'a', 0])),
            "it is longer than a block may be"
        );
    }
    let shorter = Claim { length: Some(5), ..Claim::of(ENTRIES, 1, 1) };
    assert_eq!(
        told(Forge::new().block(shorter, &[0, 1, b'a', 0])),
        "it is stored shorter than it is"
    );
    let pressed = Claim { compression: 1, length: Some(90), ..Claim::of(LAYOUTS, 0, 1) };
    assert_eq!(told(Forge::new().block(pressed, &[0; 9])), "it is compressed");
    let unknown = [Claim { compression: 3, ..Claim::of(ENTRIES, 1, 1) }, Claim::of(6, 1, 1)];
    for claim in unknown {
        assert!(told(Forge::new().block(claim, &[0, 1, b'a', 0])).ends_with("is unknown"));
    }
}

#[test]
fn a_long_layout_has_a_block_that_is_longer_than_others() {
    use serde::ser::{Serialize, SerializeStruct, Serializer};
    struct Wide(&'static [&'static str]);
    impl Serialize for Wide {
        fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
            let mut all = s.serialize_struct("Wide", self.0.len())?;
            self.0.iter().try_for_each(|name| all.serialize_field(name, &1))?;
            all.end()
        }
    }
    let names: Vec<_> =
        (0..1000).map(|n| &*Box::leak(format!("{n:01000}").into_boxed_str())).collect();
    let mut writer = Writer::new(Vec::new(), &head(), Compression::None).unwrap();
    writer.table(1).unwrap();
    writer.put(b"a", &Wide(names.leak())).unwrap();
    let (bytes, totals) = writer.finish().unwrap();
    assert_eq!((totals.layouts, totals.blocks), (1, 4));
    read(&bytes).unwrap();
}
