//! CRC-32C: a published polynomial that any tool can check.

use crc_fast::CrcAlgorithm;

/// The CRC-32C of some bytes.
pub fn checksum(bytes: &[u8]) -> u32 {
    // The library returns every width in 64 bits; of these 32 are used.
    u32::try_from(crc_fast::checksum(CrcAlgorithm::Crc32Iscsi, bytes)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::checksum;

    #[test]
    fn it_is_the_published_polynomial() {
        assert_eq!(checksum(b"123456789"), 0xE306_9283);
    }
}
