//! Bytes that are Base64 in JSON, converted only on request.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::{Blob, BlobError, from_str};

fn text(text: &str) -> Blob {
    Blob::from_base64(text)
}

#[test]
fn blob_keeps_its_form_without_conversion() {
    let of_bytes = Blob::from_bytes(b"hi".to_vec());
    assert_eq!(of_bytes.base64(), "aGk=");
    assert_eq!(of_bytes.bytes().unwrap(), Bytes::from_static(b"hi"));
    // Text is borrowed and bytes are shared, so nothing is converted.
    assert!(matches!(text("aGk=").base64(), std::borrow::Cow::Borrowed("aGk=")));
    let shared = Bytes::from_static(b"some bytes");
    assert_eq!(Blob::from(shared.clone()).bytes().unwrap().as_ptr(), shared.as_ptr());
}

#[test]
fn invalid_base64_is_kept_and_fails_only_on_decoding() {
    for broken in ["a", "aGk", "a*b=", "aGk=x", "=", "====", "aG\nk=", "Grüße", "_-_-", "a=b=", "aGk==="] {
        let json = serde_json::to_string(broken).unwrap();
        let blob: Blob = from_str(&json).unwrap();
        assert_eq!(blob.base64(), broken);
        assert_eq!(serde_json::to_string(&blob).unwrap(), json);
        if broken != "aGk" {
            let error = blob.bytes().unwrap_err();
            assert!(error.to_string().starts_with("not Base64: "), "{error}");
        }
    }
}

#[test]
fn missing_padding_and_trailing_bits_are_accepted() {
    for (given, expected) in
        [("aGk", "hi"), ("aGk=", "hi"), ("aA", "h"), ("aA==", "h"), ("aB==", "h"), ("", "")]
    {
        assert_eq!(text(given).bytes().unwrap(), expected, "{given}");
    }
}

#[test]
fn head_decodes_only_the_first_bytes() {
    for (blob, expected) in [
        (Blob::from_bytes(b"0123456789abcdef".to_vec()), &b"0123456789ab"[..]),
        (Blob::from_bytes(b"0123".to_vec()), b"0123"),
        (text(&BASE64_STANDARD.encode("0123456789abcdef")), b"0123456789ab"),
        (text(&BASE64_STANDARD_NO_PAD.encode("0123456789a")), b"0123456789a"),
        (text("aGk="), b"hi"),
        (text("aGk"), b"hi"),
        (text(""), b""),
        (text("MDEyMzQ1Njc4OWFi not Base64 from here on"), b"0123456789ab"),
        (text("MDEy*zQ1"), b"012"),
        (text("not Base64"), b""),
        (text("MDEyM"), b"012"),
    ] {
        assert_eq!(blob.head::<12>(), expected, "{}", blob.base64());
    }
    assert_eq!(text("MDEyMzQ1").head::<1>(), b"0");
    assert_eq!(text("MDEyMzQ1").head::<0>(), b"");
}

#[test]
fn length_counts_decoded_bytes() {
    for (given, bytes) in
        [("", 0), ("aA==", 1), ("aA", 1), ("aGk=", 2), ("aGk", 2), ("MDEy", 3), ("MDEyMw==", 4)]
    {
        assert_eq!(text(given).len(), bytes, "{given}");
        assert_eq!(text(given).is_empty(), bytes == 0, "{given}");
    }
    assert_eq!(Blob::from_bytes(vec![0; 7]).len(), 7);
    assert!(Blob::from_bytes(Vec::new()).is_empty());
}

#[test]
fn canonical_text_has_the_standard_alphabet_and_padding_and_no_white_space() {
    for (given, expected) in [
        ("aGk=", "aGk="),
        ("aGk", "aGk="),
        ("aA", "aA=="),
        (" aG\r\nk\t= ", "aGk="),
        ("MDEy\nMzQ1\n", "MDEyMzQ1"),
        ("", ""),
        (" \n", ""),
        ("aB==", "aB=="),
        ("+/+/", "+/+/"),
        ("_-_-", "/+/+"),
        ("-_A", "+/A="),
    ] {
        assert_eq!(text(given).canonical().unwrap().base64(), expected, "{given:?}");
    }
    let bytes = Blob::from_bytes(b"hi".to_vec());
    assert_eq!(bytes.canonical().unwrap(), bytes);
}

#[test]
fn alphabet_check_accepts_exactly_base64_bytes() {
    for byte in 0..=u8::MAX {
        // At the start of a block, at its end and after it.
        for index in [0, 63, 64] {
            let mut given = "A".repeat(68).into_bytes();
            given[index] = byte;
            let is_base64 = byte.is_ascii_alphanumeric() || b"+/".contains(&byte);
            let Ok(given) = String::from_utf8(given) else { continue };
            let is_kept = text(&given).canonical().is_ok_and(|blob| blob.base64() == given);
            assert_eq!(is_kept, is_base64, "{byte} at {index}");
        }
    }
}

#[test]
fn invalid_base64_has_no_canonical_form() {
    for broken in [
        "a",
        "aGkaG",
        "aG*k",
        "aGk=aGk=",
        "=",
        "==",
        "====",
        "a===",
        "a=bc",
        "Grüße",
        "aGk\u{a0}",
        "aGk\u{3000}",
    ] {
        let error: BlobError = text(broken).canonical().unwrap_err();
        assert!(error.to_string().starts_with("not Base64: "), "{broken}: {error}");
        assert!(!error.to_string().contains(broken) || broken.len() < 3, "{broken}: {error}");
    }
}

#[test]
fn blobs_with_equal_base64_are_equal() {
    assert_eq!(Blob::from_bytes(b"hi".to_vec()), text("aGk="));
    assert_eq!(text("aGk="), Blob::from(b"hi".to_vec()));
    assert_ne!(text("aGk"), text("aGk="));
    assert_ne!(Blob::from_bytes(b"hi".to_vec()), Blob::from_bytes(b"ho".to_vec()));
    assert_eq!(Blob::from_bytes(Vec::new()), text(""));
}

#[test]
fn debug_shows_only_the_length() {
    assert_eq!(format!("{:?}", text("c2VjcmV0")), "<6 bytes>");
    assert_eq!(format!("{:?}", Blob::from_bytes(b"secret".to_vec())), "<6 bytes>");
}

#[test]
fn json_that_is_not_a_string_is_rejected() {
    for json in ["1", "null", "[1]", "{}"] {
        assert!(from_str::<Blob>(json).is_err(), "{json}");
    }
}

proptest! {
    #[test]
    fn any_bytes_equal_their_base64_blob(bytes in vec(any::<u8>(), 0..200)) {
        let of_bytes = Blob::from_bytes(bytes.clone());
        let of_text = Blob::from_base64(BASE64_STANDARD.encode(&bytes));
        prop_assert_eq!(&of_bytes, &of_text);
        prop_assert_eq!(of_text.bytes().unwrap(), bytes.clone());
        prop_assert_eq!((of_bytes.len(), of_bytes.is_empty()), (of_text.len(), of_text.is_empty()));
        prop_assert_eq!(of_bytes.head::<12>(), of_text.head::<12>());
        prop_assert_eq!(serde_json::to_string(&of_bytes).unwrap(), serde_json::to_string(&of_text).unwrap());
        prop_assert_eq!(of_text.canonical().unwrap().bytes().unwrap(), bytes);
    }

    #[test]
    fn any_text_is_kept_and_consistent(given in any::<String>()) {
        let blob = text(&given);
        prop_assert_eq!(blob.base64(), given.as_str());
        let head = blob.head::<12>();
        prop_assert!(head.len() <= 12);
        if let Ok(bytes) = blob.bytes() {
            prop_assert_eq!(bytes.len(), blob.len());
            prop_assert_eq!(&head, &bytes[..bytes.len().min(12)]);
        }
        if let Ok(canonical) = blob.canonical() {
            prop_assert_eq!(canonical.canonical().unwrap(), canonical.clone());
            prop_assert!(canonical.bytes().is_ok());
        }
    }

    #[test]
    fn near_base64_is_canonical_exactly_if_it_decodes(given in "[A-Za-z0-9+/]{0,9}[ \n]{0,2}={0,3}[A-Z*]{0,1}") {
        let bare: String = given.split_whitespace().collect();
        let decoded = text(&bare).bytes();
        match text(&given).canonical() {
            Ok(canonical) => {
                prop_assert_eq!(canonical.bytes(), decoded);
                prop_assert_eq!(canonical.base64().len() % 4, 0);
            }
            Err(_) => prop_assert!(decoded.is_err()),
        }
    }
}
