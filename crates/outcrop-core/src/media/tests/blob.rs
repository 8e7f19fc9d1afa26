//! Bytes that are Base64 in JSON, converted only when the other form is asked for.

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
fn a_blob_is_held_the_way_it_came() {
    let of_bytes = Blob::from_bytes(b"hi".to_vec());
    assert_eq!(of_bytes.base64(), "aGk=");
    assert_eq!(of_bytes.bytes().unwrap(), Bytes::from_static(b"hi"));
    // The text of a text is borrowed, the bytes of bytes are shared: nothing is converted.
    assert!(matches!(text("aGk=").base64(), std::borrow::Cow::Borrowed("aGk=")));
    let shared = Bytes::from_static(b"some bytes");
    assert_eq!(Blob::from(shared.clone()).bytes().unwrap().as_ptr(), shared.as_ptr());
}

#[test]
fn what_is_no_base64_is_kept_and_told_when_bytes_are_asked_for() {
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
fn padding_may_be_left_out_and_bits_may_trail() {
    for (given, expected) in
        [("aGk", "hi"), ("aGk=", "hi"), ("aA", "h"), ("aA==", "h"), ("aB==", "h"), ("", "")]
    {
        assert_eq!(text(given).bytes().unwrap(), expected, "{given}");
    }
}

#[test]
fn the_head_is_found_without_the_rest() {
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
fn the_length_is_that_of_the_bytes() {
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
fn the_canonical_text_has_padding_and_no_white_space() {
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
    ] {
        assert_eq!(text(given).canonical().unwrap().base64(), expected, "{given:?}");
    }
    let bytes = Blob::from_bytes(b"hi".to_vec());
    assert_eq!(bytes.canonical().unwrap(), bytes);
}

#[test]
fn each_byte_is_of_the_alphabet_or_not() {
    for byte in 0..=u8::MAX {
        // Each at the start of a block, at its end, and after it.
        for place in [0, 63, 64] {
            let mut given = "A".repeat(68).into_bytes();
            given[place] = byte;
            let is_base64 = byte.is_ascii_alphanumeric() || b"+/".contains(&byte);
            let Ok(given) = String::from_utf8(given) else { continue };
            let kept = text(&given).canonical().is_ok_and(|blob| blob.base64() == given);
            assert_eq!(kept, is_base64, "{byte} at {place}");
        }
    }
}

#[test]
fn what_cannot_be_made_canonical_is_an_error() {
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
        "_-_-",
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
fn blobs_are_equal_when_their_texts_are() {
    assert_eq!(Blob::from_bytes(b"hi".to_vec()), text("aGk="));
    assert_eq!(text("aGk="), Blob::from(b"hi".to_vec()));
    assert_ne!(text("aGk"), text("aGk="));
    assert_ne!(Blob::from_bytes(b"hi".to_vec()), Blob::from_bytes(b"ho".to_vec()));
    assert_eq!(Blob::from_bytes(Vec::new()), text(""));
}

#[test]
fn debug_shows_the_length_only() {
    assert_eq!(format!("{:?}", text("c2VjcmV0")), "<6 bytes>");
    assert_eq!(format!("{:?}", Blob::from_bytes(b"secret".to_vec())), "<6 bytes>");
}

#[test]
fn only_a_string_is_a_blob() {
    for json in ["1", "null", "[1]", "{}"] {
        assert!(from_str::<Blob>(json).is_err(), "{json}");
    }
}

proptest! {
    #[test]
    fn bytes_and_text_are_two_forms_of_one_blob(bytes in vec(any::<u8>(), 0..200)) {
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
    fn any_text_is_kept_and_every_question_about_it_answered(given in any::<String>()) {
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
    fn nearly_base64_is_canonical_exactly_when_it_can_be_decoded(given in "[A-Za-z0-9+/]{0,9}[ \n]{0,2}={0,3}[A-Z*]{0,1}") {
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
