//! `data:` URIs, split without regard to case and parameters (L50, L53).

use proptest::prelude::*;

use crate::{Blob, DataUri, Redacted, from_str};

#[test]
fn head_determines_media_type_and_encoding() {
    for (text, media_type, is_base64, payload) in [
        ("data:image/png;base64,aGk=", Some("image/png"), true, "aGk="),
        ("data:image/PNG;base64,aGk=", Some("image/png"), true, "aGk="),
        ("DATA:Image/Jpeg;BASE64,aGk=", Some("image/jpeg"), true, "aGk="),
        ("data:image/png;charset=x;name=a.png;base64,aGk=", Some("image/png"), true, "aGk="),
        ("data:image/png; base64,aGk=", Some("image/png"), true, "aGk="),
        ("data: image/png ;base64,aGk=", Some("image/png"), true, "aGk="),
        ("data:image/png,aGk=", Some("image/png"), false, "aGk="),
        ("data:image/png;base64=no,aGk=", Some("image/png"), false, "aGk="),
        ("data:;base64,aGk=", Some("text/plain"), true, "aGk="),
        ("data:,hello", Some("text/plain"), false, "hello"),
        ("data:,", Some("text/plain"), false, ""),
        ("data:image/png;base64,", Some("image/png"), true, ""),
        ("data:image/png;base64,a,b", Some("image/png"), true, "a,b"),
        ("data:image/svg+xml;utf8,<svg/>", Some("image/svg+xml"), false, "<svg/>"),
        ("data:image/png;base64", None, false, "data:image/png;base64"),
        ("data:", None, false, "data:"),
        ("data", None, false, "data"),
        ("d", None, false, "d"),
        ("", None, false, ""),
        ("dätä:image/png;base64,aGk=", None, false, "dätä:image/png;base64,aGk="),
        ("daté:,x", None, false, "daté:,x"),
        ("https://example.com/a,b", None, false, "https://example.com/a,b"),
        (" data:image/png;base64,aGk=", None, false, " data:image/png;base64,aGk="),
    ] {
        let uri = DataUri::from(text);
        assert_eq!(uri.media_type().as_deref(), media_type, "{text}");
        assert_eq!(uri.is_base64(), is_base64, "{text}");
        assert_eq!(uri.payload().base64(), payload, "{text}");
        assert_eq!(uri.to_string(), text);
        assert_eq!(serde_json::to_string(&uri).unwrap(), serde_json::to_string(text).unwrap());
    }
}

#[test]
fn scheme_determines_is_data_uri() {
    for (text, expected) in
        [("data:", true), ("Data:x", true), ("data", false), ("", false), ("édata:", false), ("datä:", false)]
    {
        assert_eq!(DataUri::is_data_uri(text), expected, "{text}");
    }
}

#[test]
fn new_uri_equals_its_parsed_text() {
    let of_bytes = DataUri::new("image/png", Blob::from_bytes(b"hi".to_vec()));
    assert_eq!(of_bytes.to_string(), "data:image/png;base64,aGk=");
    assert_eq!(of_bytes, DataUri::from("data:image/png;base64,aGk="));
    assert_eq!(of_bytes, from_str(r#""data:image\/png;base64,aGk=""#).unwrap());
    assert_ne!(of_bytes, DataUri::from("data:image/PNG;base64,aGk="));
}

#[test]
fn debug_hides_the_payload() {
    let uri = DataUri::from("data:image/png;base64,c2VjcmV0");
    assert_eq!(format!("{uri:?}"), "data:image/png;base64,<6 bytes>");
    assert_eq!(format!("{:?}", Redacted(&uri)), "data:image/png;base64,<6 bytes>");
    assert_eq!(format!("{:?}", DataUri::from("a secret address")), "<12 bytes>");
}

proptest! {
    #[test]
    fn any_text_round_trips_as_a_data_uri(text in prop_oneof![any::<String>(), "(?i)data:[a-z/;= é]{0,12},?[A-Za-z0-9+/=,]{0,12}"]) {
        let uri = DataUri::from(text.as_str());
        prop_assert_eq!(uri.to_string(), text.as_str());
        let json = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(serde_json::to_string(&uri).unwrap(), json.as_str());
        prop_assert_eq!(from_str::<DataUri>(&json).unwrap(), uri.clone());
        prop_assert!(uri.media_type().is_some() || !uri.is_base64());
        prop_assert_eq!(uri.media_type().is_some(), DataUri::is_data_uri(&text) && text.contains(','));
    }
}
