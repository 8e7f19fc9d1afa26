//! Paths of requests.

/// A segment of a path, everything but unreserved characters encoded: an ARN is one segment (lessons L110, L112).
pub(crate) fn segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0').to_ascii_uppercase();
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::segment;

    #[test]
    fn colons_and_slashes_are_encoded() {
        assert_eq!(segment("anthropic.claude-v2:1"), "anthropic.claude-v2%3A1");
        let arn = "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.x";
        assert_eq!(segment(arn), "arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Feu.x");
        assert_eq!(segment("é"), "%C3%A9");
    }
}
