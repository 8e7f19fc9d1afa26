//! A hash of texts that is the same everywhere and for ever.

/// The alphabet of hashes: letters and digits that every pattern of the service takes.
const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";

/// A hash of a text in so many letters, at most twelve; `salt` makes another one of the same text.
///
/// FNV-1a with the finish of splitmix64: no secret is kept by it, so that it need not be strong, but it must not
/// change from one version to the next as the standard library's may (lesson M18).
pub(super) fn digits(text: &str, salt: u64, letters: usize) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ salt;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    let digit = |place: usize| {
        let at = usize::try_from((hash >> (5 * place)) & 31).unwrap_or_default();
        DIGITS.get(at).map_or('0', |digit| char::from(*digit))
    };
    (0..letters.min(12)).map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn hashes_do_not_change_from_version_to_version() {
        assert_eq!(digits("fs.read file", 0, 8), "s29p8ead");
        assert_eq!(digits("", 0, 9), "r4qbrk6tl");
        assert_ne!(digits("a", 0, 8), digits("a", 1, 8));
    }
}
