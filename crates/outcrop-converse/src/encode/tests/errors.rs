//! What the service could not take is an error, with its code, its place and what to do.

use outcrop_core::{ErrorKind, ModelRequest, RawJson, ResponseFormat, Stage, ToolSpec};

use super::encoded;
use crate::encode::encode_request;
use crate::options::EncodeOptions;

const HI: &str = r#""messages":[{"role":"user","content":"hi"}]"#;

fn check(params: &str, code: &str, path: &str) {
    let error = encoded(params).unwrap_err();
    assert_eq!((error.kind(), error.stage()), (ErrorKind::InvalidRequest, Stage::Building), "{params}");
    assert_eq!((error.code(), error.path()), (Some(code), Some(path)), "{params}: {error}");
    assert!(!error.is_retryable());
    if code != "MissingModel" {
        assert_eq!(error.model(), Some("m"));
    }
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
}

#[test]
fn requests_that_lack_something() {
    check(r#"{"messages":[{"role":"user","content":"secret"}]}"#, "MissingModel", "model");
    check(&format!(r#"{{"model":"",{HI}}}"#), "MissingModel", "model");
    check(r#"{"model":"m"}"#, "InvalidRequest", "messages");
    check(r#"{"model":"m","messages":[]}"#, "InvalidRequest", "messages");
}

#[test]
fn parameters_below_what_the_service_takes() {
    for (members, path) in [
        (r#""max_tokens":0"#, "max_tokens"),
        (r#""max_tokens":-1"#, "max_tokens"),
        (r#""max_tokens":2147483648"#, "max_tokens"),
        (r#""max_tokens":12345678901234567890"#, "max_tokens"),
        (r#""temperature":-0.1"#, "temperature"),
        (r#""top_p":-1"#, "top_p"),
        (r#""top_p":1.01"#, "top_p"),
    ] {
        check(&format!(r#"{{"model":"m",{HI},{members}}}"#), "InvalidParameter", path);
    }
    for members in [
        r#""max_tokens":1"#,
        r#""max_tokens":2147483647"#,
        r#""temperature":0"#,
        r#""temperature":1.0"#,
        r#""top_p":0.0"#,
        r#""top_p":1"#,
    ] {
        encoded(&format!(r#"{{"model":"m",{HI},{members}}}"#)).unwrap();
    }
}

#[test]
fn tools_that_the_service_would_refuse() {
    let tool = |name: &str, parameters: &str| {
        format!(r#"{{"type":"function","function":{{"name":"{name}","parameters":{parameters}}}}}"#)
    };
    for (tools, code, path) in [
        (format!("{},{}", tool("f", "{}"), tool("f", "{}")), "DuplicateTool", "tools[1]"),
        (tool("f", r#"{"type":"string"}"#), "InvalidTool", "tools[0].parameters.type"),
        (tool("f", r#"{"type":["string","null"]}"#), "InvalidTool", "tools[0].parameters.type"),
        (tool("f", r#"{"properties":[]}"#), "InvalidTool", "tools[0].parameters.properties"),
        (tool("f", r#"{"properties":null}"#), "InvalidTool", "tools[0].parameters.properties"),
        (tool("f", r#"{"properties":{"a":{},"b":7}}"#), "InvalidTool", "tools[0].parameters.properties.b"),
        (tool("f", r#"{"properties":{"b":"secret"}}"#), "InvalidTool", "tools[0].parameters.properties.b"),
        (tool("f", r##"{"properties":{"a":{"$ref":"#/$defs/A"}}}"##), "InvalidTool", "tools[0].parameters"),
        (
            tool("f", r##"{"properties":{"a":{"$ref":"https://a.example/b"}}}"##),
            "InvalidTool",
            "tools[0].parameters",
        ),
        (tool("f", r#"{"type":"object","type":"object"}"#), "InvalidTool", "tools[0].parameters"),
    ] {
        check(&format!(r#"{{"model":"m",{HI},"tools":[{tools}]}}"#), code, path);
    }
    let own = tool("__structured_output", "{}");
    check(
        &format!(r#"{{"model":"m",{HI},"tools":[{own}],"response_format":{{}}}}"#),
        "DuplicateTool",
        "tools",
    );
    encoded(&format!(r#"{{"model":"m",{HI},"tools":[{own}]}}"#)).unwrap();
    let nameless = ModelRequest::builder("m").user("hi").tool(ToolSpec::without_input("")).build();
    let error = encode_request(&nameless, &EncodeOptions::default()).unwrap_err();
    assert_eq!((error.code(), error.path()), (Some("InvalidTool"), Some("tools[0]")));
    let listed = ModelRequest::builder("m")
        .user("hi")
        .tool(ToolSpec::function("f", RawJson::parse("[]").unwrap()))
        .build();
    let error = encode_request(&listed, &EncodeOptions::default()).unwrap_err();
    assert_eq!((error.code(), error.path()), (Some("InvalidTool"), Some("tools[0].parameters")));
}

#[test]
fn schemas_of_answers_that_are_none() {
    for (format, path) in [
        (r##"{"properties":{"a":{"$ref":"#/$defs/A"}}}"##, "response_format"),
        (r##"{"$ref":"https://a.example/b"}"##, "response_format"),
        (r##"{"type":"object","properties":[]}"##, "response_format.properties"),
        (r##"{"type":"object","properties":{"a":7}}"##, "response_format.properties.a"),
        (r##"{"type":"json_schema","json_schema":{"schema":[]}}"##, "response_format"),
        (r##"{"type":"json_schema","json_schema":{"schema":"secret"}}"##, "response_format"),
        (r##"{"type":"json_schema","json_schema":{"schema":{"a":1,"a":2}}}"##, "response_format"),
    ] {
        check(&format!(r#"{{"model":"m",{HI},"response_format":{format}}}"#), "InvalidSchema", path);
    }
    let deep = format!(r#"{{"properties":{{"a":{{"x":{}{}}}}}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    check(&format!(r#"{{"model":"m",{HI},"response_format":{deep}}}"#), "InvalidSchema", "response_format");
}

#[test]
fn media_that_the_service_would_refuse() {
    let image = |url: &str| format!(r#"{{"image_url":"{url}"}}"#);
    let video = |uri: &str| format!(r#"{{"type":"video","data_uri":"{uri}"}}"#);
    let audio = |uri: &str| format!(r#"{{"type":"audio","data_uri":"{uri}"}}"#);
    let document = |uri: &str| format!(r#"{{"type":"document","name":"n","data_uri":"{uri}"}}"#);
    for (part, code) in [
        (image("data:image/png;base64,"), "InvalidImage"),
        (image("data:image/png;base64,a"), "InvalidImage"),
        (image("data:image/png;base64,a*b="), "InvalidImage"),
        (image("data:image/png,aGk="), "InvalidImage"),
        (image("data:image/png;base64"), "InvalidImage"),
        (image("ftp://a.example/b.png"), "InvalidImage"),
        (image("b.png"), "InvalidImage"),
        (image("data:image/svg+xml;base64,aGk="), "UnsupportedImageFormat"),
        (image("data:image/bmp;base64,aGk="), "UnsupportedImageFormat"),
        (image("data:;base64,aGk="), "UnsupportedImageFormat"),
        (image("s3://b/c.tiff"), "UnsupportedImageFormat"),
        (image("s3://b/c"), "UnsupportedImageFormat"),
        (image("https://a.example/secret.png"), "RemoteMediaNotAllowed"),
        (image("HTTP://a.example/b.png"), "RemoteMediaNotAllowed"),
        (r#"{"type":"image"}"#.to_owned(), "InvalidImage"),
        (video("data:video/mp4;base64,*"), "InvalidVideo"),
        (video("data:video/avi;base64,aGk="), "UnsupportedVideoFormat"),
        (r#"{"type":"video","video_url":"https://a.example/b.mp4"}"#.to_owned(), "RemoteMediaNotAllowed"),
        (r#"{"type":"video","video_url":"s3://b/c.avi"}"#.to_owned(), "UnsupportedVideoFormat"),
        (r#"{"type":"video"}"#.to_owned(), "InvalidVideo"),
        (audio("data:audio/wav;base64,*"), "InvalidAudio"),
        (audio("data:audio/midi;base64,aGk="), "UnsupportedAudioFormat"),
        (r#"{"type":"audio","audio_url":"https://a.example/b.wav"}"#.to_owned(), "RemoteMediaNotAllowed"),
        (document("data:application/pdf;base64,*"), "InvalidDocument"),
        (document("data:application/zip;base64,aGk="), "UnsupportedDocumentFormat"),
        (
            r#"{"type":"document","name":"n","document_url":"https://a.example/b.pdf"}"#.to_owned(),
            "RemoteMediaNotAllowed",
        ),
        (
            r#"{"type":"document","name":"n","document_url":"s3://b/c.zip"}"#.to_owned(),
            "UnsupportedDocumentFormat",
        ),
        (r#"{"type":"document","name":"n"}"#.to_owned(), "InvalidDocument"),
    ] {
        let messages = |content: &str| {
            format!(r#"{{"model":"m","messages":[{{"role":"user","content":["a",{content}]}}]}}"#)
        };
        check(&messages(&part), code, "messages[0].content[1]");
    }
}

#[test]
fn media_within_a_tools_result_have_their_place_too() {
    let params = r#"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f"}}]},{"role":"tool","tool_call_id":"1","content":["o",{"image_url":"data:image/bmp;base64,aGk="}]}],"tools":[{"type":"function","function":{"name":"f"}}]}"#;
    check(params, "UnsupportedImageFormat", "messages[2].content[0].content[1]");
}

#[test]
fn errors_say_what_to_do() {
    for (params, hint) in [
        (format!("{{{HI}}}"), "set `model` to a model id"),
        (r#"{"model":"m","messages":[{"role":"user","content":[{"image_url":"https://a.example/b.png"}]}]}"#.to_owned(), "send a data URI or an s3:// URL"),
        (r#"{"model":"m","messages":[{"role":"user","content":[{"image_url":"s3://b/c.bmp"}]}]}"#.to_owned(), "convert it to one of png, jpeg, gif, webp"),
    ] {
        let error = encoded(&params).unwrap_err();
        assert!(error.hint().is_some_and(|found| found.starts_with(hint)), "{:?}", error.hint());
    }
}

#[test]
fn a_format_of_the_options_goes_before_that_of_the_request() {
    let schema = |text: &str| ResponseFormat::schema(RawJson::parse(text).unwrap());
    let request = ModelRequest::builder("m")
        .user("hi")
        .response_format(schema(r#"{"title":"of the request"}"#))
        .build();
    let options =
        EncodeOptions::default().with_response_format(schema(r#"{"properties":{"of_the_options":{}}}"#));
    let encoded = encode_request(&request, &options).unwrap();
    assert!(super::body(&encoded).contains("of_the_options"));
    let bad = EncodeOptions::default().with_response_format(schema("[]"));
    assert_eq!(encode_request(&request, &bad).unwrap_err().code(), Some("InvalidSchema"));
}
