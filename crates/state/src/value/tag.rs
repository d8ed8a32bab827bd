//! The first byte of every value, and what it promises.

pub(super) const NONE: u8 = 0x00;
pub(super) const FALSE: u8 = 0x01;
pub(super) const TRUE: u8 = 0x02;
pub(super) const NUMBER: u8 = 0x03;
pub(super) const NEGATIVE: u8 = 0x04;
pub(super) const WIDE: u8 = 0x05;
pub(super) const WIDE_NEGATIVE: u8 = 0x06;
pub(super) const SINGLE: u8 = 0x07;
pub(super) const DOUBLE: u8 = 0x08;
pub(super) const CHARACTER: u8 = 0x09;
pub(super) const TEXT: u8 = 0x0A;
pub(super) const BYTES: u8 = 0x0B;
pub(super) const SOME: u8 = 0x0C;
pub(super) const LIST: u8 = 0x0D;
pub(super) const LIST_TO_END: u8 = 0x0E;
pub(super) const MAP: u8 = 0x0F;
pub(super) const LAYOUT: u8 = 0x10;
pub(super) const MAP_TO_END: u8 = 0x11;
pub(super) const PACKED: u8 = 0x12;

/// Numbers, lengths of text and layouts below 64 are in the tag itself.
pub(super) const NEAR: u8 = 64;
pub(super) const NEAR_NUMBER: u8 = 0x20;
pub(super) const LAST_NEAR_NUMBER: u8 = NEAR_NUMBER + NEAR - 1;
pub(super) const NEAR_TEXT: u8 = 0x60;
pub(super) const LAST_NEAR_TEXT: u8 = NEAR_TEXT + NEAR - 1;
pub(super) const NEAR_LAYOUT: u8 = 0xA0;
pub(super) const LAST_NEAR_LAYOUT: u8 = NEAR_LAYOUT + NEAR - 1;

pub(super) const END: u8 = 0xFF;

/// The tag of a number, length or layout that is near enough to be in it.
pub(super) fn near(first: u8, number: u64) -> Option<u8> {
    (number < u64::from(NEAR)).then(|| first + (number & 0x3F) as u8)
}
