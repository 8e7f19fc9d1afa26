//! A hash of text that is the same on every machine and in every version.

/// The digits of a hash: letters and numbers that every pattern of the service allows.
const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";

/// Returns the hash of a text as this many digits, at most twelve. Another `salt` gives another hash.
///
/// FNV-1a with the finalizer of splitmix64. It protects no secret, so it need not be strong, but it must not change: the
/// standard library's hasher may change from one version to the next, which would break cached prefixes (M18).
pub(super) fn digits(text: &str, salt: u64, length: usize) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ salt;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    let digit = |place: usize| {
        let index = usize::try_from((hash >> (5 * place)) & 31).unwrap_or_default();
        DIGITS.get(index).map_or('0', |digit| char::from(*digit))
    };
    (0..length.min(12)).map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn digits_of_known_texts_never_change() {
        assert_eq!(digits("fs.read file", 0, 8), "s29p8ead");
        assert_eq!(digits("", 0, 9), "r4qbrk6tl");
        assert_ne!(digits("a", 0, 8), digits("a", 1, 8));
    }
}
