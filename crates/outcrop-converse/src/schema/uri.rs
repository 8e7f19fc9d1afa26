//! The little of URIs that references need: joining with a base, and percent-encoding.

/// Resolves a reference against a base URI, without a fragment. See <https://www.rfc-editor.org/rfc/rfc3986#section-5.2>.
pub(super) fn join(base: &str, reference: &str) -> String {
    if has_scheme(reference) || base.is_empty() {
        return reference.to_owned();
    }
    let (scheme, rest) = match base.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}:"), rest),
        None => (String::new(), base),
    };
    let (authority, path) = if scheme.is_empty() {
        (String::new(), rest)
    } else {
        let end = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
        (format!("//{authority}"), path)
    };
    if reference.starts_with("//") {
        return format!("{scheme}{reference}");
    }
    let path = if reference.starts_with('/') {
        reference.to_owned()
    } else {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let is_absolute = path.starts_with('/') || !authority.is_empty();
        format!("{folder}{}{reference}", if folder.is_empty() && !is_absolute { "" } else { "/" })
    };
    format!("{scheme}{authority}{}", without_dots(&path))
}

fn has_scheme(reference: &str) -> bool {
    let is_scheme_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    reference.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_scheme_char)
    })
}

/// Resolves the segments `.` and `..` of a path.
fn without_dots(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." if segments.last().is_some_and(|last| !last.is_empty()) => drop(segments.pop()),
            ".." => {}
            segment => segments.push(segment),
        }
    }
    segments.join("/")
}

/// Decodes percent-encoded bytes. An invalid sequence stays as it is.
pub(super) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        match (*byte, after) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(hex_digit(*high) << 4 | hex_digit(*low));
                rest = after;
            }
            _ => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex_digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        _ => (byte | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::{join, percent_decoded};

    #[test]
    fn reference_is_joined_with_its_base() {
        for (base, reference, expected) in [
            ("", "a.json", "a.json"),
            ("a.json", "b.json", "b.json"),
            ("https://a.example/x/y.json", "z.json", "https://a.example/x/z.json"),
            ("https://a.example/x/y.json", "/z.json", "https://a.example/z.json"),
            ("https://a.example/x/y.json", "../z.json", "https://a.example/z.json"),
            ("https://a.example/x/y.json", "./z.json", "https://a.example/x/z.json"),
            ("https://a.example", "z.json", "https://a.example/z.json"),
            ("https://a.example/x", "//b.example/z", "https://b.example/z"),
            ("https://a.example/x", "urn:uuid:1", "urn:uuid:1"),
            ("urn:x:y", "https://b.example/z", "https://b.example/z"),
            ("x/y.json", "z.json", "x/z.json"),
        ] {
            assert_eq!(join(base, reference), expected, "{base} {reference}");
        }
    }

    #[test]
    fn percent_encoding_is_decoded_unless_invalid() {
        for (text, expected) in [
            ("a", "a"),
            ("L%3CU%3e", "L<U>"),
            ("%C3%A9", "é"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%", "%"),
        ] {
            assert_eq!(percent_decoded(text), expected);
        }
    }
}
