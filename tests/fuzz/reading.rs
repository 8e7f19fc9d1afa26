//! Bytes read piece by piece.

use crate::random::Random;

/// The bytes cut at random places.
pub(crate) fn cut<'a>(bytes: &'a [u8], random: &mut Random) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = (0..random.below(8)).map(|_| random.place(bytes.len())).collect();
    places.extend([0, bytes.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect()
}

/// The bytes one by one.
pub(crate) fn single(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.chunks(1).collect()
}
