//! Cuts bytes into chunks.

use crate::random::Random;

/// Cuts bytes at random positions.
pub(crate) fn cut<'a>(bytes: &'a [u8], random: &mut Random) -> Vec<&'a [u8]> {
    let mut positions: Vec<usize> = (0..random.below(8)).map(|_| random.position(bytes.len())).collect();
    positions.extend([0, bytes.len()]);
    positions.sort_unstable();
    positions.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect()
}

/// Cuts bytes one by one.
pub(crate) fn single(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.chunks(1).collect()
}
