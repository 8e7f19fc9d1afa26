//! Digests of records.

/// Returns the 64-bit FNV-1a hash of some bytes.
pub(crate) fn fnv(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Returns the digest of the lines of a record, as it is stored.
pub(crate) fn digest(lines: &[String]) -> String {
    format!("{:016x}", fnv(lines.join("\n").as_bytes()))
}
