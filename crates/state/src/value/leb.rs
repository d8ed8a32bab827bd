//! Numbers in groups of seven bits, the lowest first, in as few bytes as it takes.

/// The most bytes that 64 bits take.
const LONGEST: usize = 10;

/// Appends `number`.
#[inline]
pub(crate) fn write(number: u64, out: &mut Vec<u8>) {
    if number < 0x80 {
        out.push((number & 0x7F) as u8);
    } else {
        write_long(number, out);
    }
}

/// One copy at the end is much faster than a push for each group.
fn write_long(mut number: u64, out: &mut Vec<u8>) {
    let mut groups = [0; LONGEST];
    let mut length = 0;
    for group in &mut groups {
        *group = (number & 0x7F) as u8 | 0x80;
        number >>= 7;
        length += 1;
        if number == 0 {
            *group &= 0x7F;
            break;
        }
    }
    out.extend_from_slice(&groups[..length]);
}

/// Tells the length of what stands behind the byte at `start`, to the end, in the place of that byte.
#[inline]
pub(crate) fn set_length(bytes: &mut Vec<u8>, start: usize) {
    let length = bytes.len() - start - 1;
    if let Ok(short @ ..0x80) = u8::try_from(length) {
        bytes[start] = short;
    } else {
        let mut written = Vec::with_capacity(LONGEST);
        write(length as u64, &mut written);
        bytes.splice(start..=start, written);
    }
}

/// Takes a number from the front of `rest`; `None` if there is none, or not in its shortest form.
#[inline]
pub(crate) fn read(rest: &mut &[u8]) -> Option<u64> {
    let (first, tail) = rest.split_first()?;
    if *first < 0x80 {
        *rest = tail;
        return Some(u64::from(*first));
    }
    read_long(rest)
}

fn read_long(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for (at, byte) in rest.iter().enumerate().take(LONGEST) {
        // The tenth group has one bit left to give.
        if at == LONGEST - 1 && *byte > 1 {
            return None;
        }
        number |= u64::from(byte & 0x7F) << (7 * at);
        if *byte < 0x80 {
            *rest = &rest[at + 1..];
            return (*byte > 0).then_some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_of_number_reads_as_written() {
        for bits in 0..64 {
            for number in [1 << bits, (1 << bits) - 1, u64::MAX >> bits] {
                let mut out = Vec::new();
                write(number, &mut out);
                let mut rest = out.as_slice();
                assert_eq!(read(&mut rest), Some(number));
                assert!(rest.is_empty());
            }
        }
    }

    #[test]
    fn a_length_set_afterwards_is_the_one_that_is_written_first() {
        for length in [0, 1, 127, 128, 16_383, 16_384] {
            let (mut first, mut afterwards) = (vec![7], vec![7, 0]);
            write(length as u64, &mut first);
            first.resize(first.len() + length, 9);
            afterwards.resize(2 + length, 9);
            set_length(&mut afterwards, 1);
            assert_eq!(afterwards, first);
        }
    }

    #[test]
    fn a_number_has_one_form() {
        let tails: [&[u8]; 3] = [&[0x80, 0x00], &[0xFF; 11], &[0x80]];
        for bytes in tails {
            assert_eq!(read(&mut &*bytes), None);
        }
        let over = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02];
        assert_eq!(read(&mut over.as_slice()), None, "more than 64 bits");
    }
}
