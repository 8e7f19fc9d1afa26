//! Errors of requests that the service would reject in any form. Those of a single part are tested with its module.

use super::{assert_invalid, encode};

const HI: &str = r#""messages":[{"role":"user","content":"hi"}]"#;

#[test]
fn missing_model_or_message_is_an_error() {
    assert_invalid(r#"{"messages":[{"role":"user","content":"secret"}]}"#, "MissingModel", "model");
    assert_invalid(&format!(r#"{{"model":"",{HI}}}"#), "MissingModel", "model");
    assert_invalid(r#"{"model":"m"}"#, "InvalidRequest", "messages");
    assert_invalid(r#"{"model":"m","messages":[]}"#, "InvalidRequest", "messages");
}

#[test]
fn errors_have_a_hint() {
    for (params, hint) in [
        (format!("{{{HI}}}"), "set `model` to a model id"),
        (r#"{"model":"m","messages":[{"role":"user","content":[{"image_url":"https://a.example/b.png"}]}]}"#.to_owned(), "send a data URI or an s3:// URL"),
        (r#"{"model":"m","messages":[{"role":"user","content":[{"image_url":"s3://b/c.bmp"}]}]}"#.to_owned(), "convert it to one of png, jpeg, gif, webp"),
    ] {
        let error = encode(&params).unwrap_err();
        assert!(error.hint().is_some_and(|found| found.starts_with(hint)), "{:?}", error.hint());
    }
}
