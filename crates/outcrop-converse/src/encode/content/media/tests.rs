//! Tests of images, videos and audio.

use outcrop_core::{AudioContent, Blob, DataUri, ImageContent, ModelRequest};

use crate::encode::content::tests::encode_block;
use crate::encode::encode_request;
use crate::encode::tests::{assert_invalid, body, encode, notes};
use crate::options::EncodeOptions;

/// Encodes an image. Returns the block as JSON, and the notes.
fn image(uri: &str) -> (String, Vec<String>) {
    encode_block("m", ImageContent::from_data_uri(DataUri::from(uri)))
}

#[test]
fn image_bytes_are_sent_as_canonical_base64() {
    for (uri, format, bytes) in [
        ("data:image/png;base64,aGk=", "png", "aGk="),
        ("data:image/PNG;base64,aGk", "png", "aGk="),
        ("DATA:image/jpg;name=a;BASE64,aG\\nk=", "jpeg", "aGk="),
        ("data:image/webp;base64, aGk= ", "webp", "aGk="),
    ] {
        let expected = format!(r#"{{"image":{{"format":"{format}","source":{{"bytes":"{bytes}"}}}}}}"#);
        assert_eq!(image(&uri.replace("\\n", "\n")), (expected, vec![]), "{uri}");
    }
    let expected = r#"{"image":{"format":"gif","source":{"bytes":"aGk="}}}"#;
    assert_eq!(encode_block("m", ImageContent::from_bytes("image/gif", b"hi".to_vec())).0, expected);
}

#[test]
fn format_of_an_image_comes_from_its_bytes() {
    // The service rejects an image whose format is not that of its bytes (L51).
    const JPEG: &str = "/9j/4AAQSkZJRg==";
    const PNG: &str = "iVBORw0KGgoAAAA=";
    for (label, bytes, format, changed) in [
        ("image/png", JPEG, "jpeg", true),
        ("image/jpeg", PNG, "png", true),
        ("image/jpeg", JPEG, "jpeg", false),
        // Bytes of no known kind do not change the label.
        ("image/png", "aGk=", "png", false),
    ] {
        let (block, notes) = image(&format!("data:{label};base64,{bytes}"));
        assert_eq!(block, format!(r#"{{"image":{{"format":"{format}","source":{{"bytes":"{bytes}"}}}}}}"#));
        assert_eq!(
            notes,
            if changed { vec!["messages[0].content[1] [image.format]"] } else { vec![] },
            "{label}"
        );
    }
    let jpeg = Blob::from_base64(JPEG).bytes().unwrap();
    let (block, notes) = encode_block("m", ImageContent::from_bytes("image/png", jpeg));
    assert!(block.contains("jpeg") && notes.len() == 1, "{block}");
}

#[test]
fn data_uri_is_preferred_to_url() {
    let mut image = ImageContent::from_url("https://a.example/b.png");
    image.data_uri = Some(DataUri::from("data:image/png;base64,aGk="));
    assert_eq!(encode_block("m", image).0, r#"{"image":{"format":"png","source":{"bytes":"aGk="}}}"#);
}

#[test]
fn audio_is_dropped_if_unsupported_or_empty() {
    let audio = || AudioContent::from_bytes("audio/x-wav", b"hi".to_vec());
    let expected = r#"{"audio":{"format":"wav","source":{"bytes":"aGk="}}}"#.to_owned();
    assert_eq!(encode_block("mistral.voxtral-mini-3b-2507", audio()), (expected, vec![]));
    let s3 = r#"{"audio":{"format":"mp3","source":{"s3Location":{"uri":"s3://b/c.mp3"}}}}"#.to_owned();
    assert_eq!(encode_block("m", AudioContent::from_url("s3://b/c.mp3")), (s3, vec![]));
    let dropped = (String::new(), vec!["messages[0].content[1] [content.audio]".to_owned()]);
    assert_eq!(encode_block("us.amazon.nova-lite-v1:0", audio()), dropped);
    assert_eq!(encode_block("m", AudioContent::from_bytes("audio/wav", Vec::new())), dropped);
}

#[test]
fn audio_in_a_tool_result_becomes_text() {
    for rest in ["", r#","o""#] {
        let params = format!(
            r#"{{"model":"m","messages":[{{"role":"user","content":"a"}},{{"role":"assistant","tool_calls":[{{"id":"1","function":{{"name":"f"}}}}]}},{{"role":"tool","tool_call_id":"1","content":[{{"type":"input_audio","input_audio":{{"data":"aGk=","format":"wav"}}}}{rest}]}}],"tools":[{{"type":"function","function":{{"name":"f"}}}}]}}"#
        );
        for options in [EncodeOptions::ag2(), EncodeOptions::converse()] {
            let encoded = encode_request(&ModelRequest::from_json(&params).unwrap(), &options).unwrap();
            let body = body(&encoded);
            assert!(
                body.contains(r#""content":[{"text":"[audio left out: a tool's result takes none]"}"#),
                "{body}"
            );
            assert!(!body.contains("aGk="), "{body}");
        }
    }
}

#[test]
fn media_of_a_tool_result_stay_inside_it() {
    let params = r#"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f"}}]},{"role":"tool","tool_call_id":"1","content":["o",{"image_url":"data:image/png;base64,aGk="},{"file":{"filename":"a.csv","file_data":"data:text/csv;base64,aGk="}},{"type":"video","video_url":"s3://b/c.mp4"},{"b":1.0},{"type":"json","json":[1.0]}]}],"tools":[{"type":"function","function":{"name":"f"}}]}"#;
    let encoded = encode(params).unwrap();
    // JSON other than an object becomes text (L34, L37, M73).
    let expected = r#"{"toolResult":{"toolUseId":"1","content":[{"text":"o"},{"image":{"format":"png","source":{"bytes":"aGk="}}},{"document":{"format":"csv","name":"a","source":{"bytes":"aGk="}}},{"video":{"format":"mp4","source":{"s3Location":{"uri":"s3://b/c.mp4"}}}},{"json":{"b": 1.0}},{"text":"[1.0]"}]}}"#;
    assert!(body(&encoded).contains(expected), "{}", body(&encoded));
    assert_eq!(notes(&encoded), Vec::<String>::new());
}

#[test]
fn invalid_media_are_errors() {
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
        // The bytes are HEIC, HEIF, HTML, PDF and SVG.
        (image("data:image/png;base64,AAAAIGZ0eXBoZWljAAAAAG1pZjEAAAAA"), "UnsupportedImageFormat"),
        (image("data:image/png;base64,AAAAIGZ0eXBoZWlmAAAAAG1pZjEAAAAA"), "UnsupportedImageFormat"),
        (image("data:image/png;base64,PCFkb2N0eXBlIGh0bWw+"), "UnsupportedImageFormat"),
        (image("data:image/jpeg;base64,JVBERi0xLjQK"), "UnsupportedImageFormat"),
        (image("data:image/webp;base64,PHN2Zz4="), "UnsupportedImageFormat"),
        (image("s3://b/c.tiff"), "UnsupportedImageFormat"),
        (image("s3://b/c"), "UnsupportedImageFormat"),
        (image("https://a.example/secret.png"), "RemoteMediaNotAllowed"),
        (image("HTTP://a.example/b.png"), "RemoteMediaNotAllowed"),
        (r#"{"type":"image"}"#.to_owned(), "InvalidImage"),
        (video("data:video/mp4;base64,*"), "InvalidVideo"),
        (video("data:video/mp4;base64,JVBERi0xLjQK"), "UnsupportedVideoFormat"),
        (video("data:video/avi;base64,aGk="), "UnsupportedVideoFormat"),
        (r#"{"type":"video","video_url":"https://a.example/b.mp4"}"#.to_owned(), "RemoteMediaNotAllowed"),
        (r#"{"type":"video","video_url":"s3://b/c.avi"}"#.to_owned(), "UnsupportedVideoFormat"),
        (r#"{"type":"video"}"#.to_owned(), "InvalidVideo"),
        (audio("data:audio/wav;base64,*"), "InvalidAudio"),
        (audio("data:audio/wav;base64,PGh0bWw+"), "UnsupportedAudioFormat"),
        (audio("data:audio/midi;base64,aGk="), "UnsupportedAudioFormat"),
        (r#"{"type":"audio","audio_url":"https://a.example/b.wav"}"#.to_owned(), "RemoteMediaNotAllowed"),
        (document("data:application/pdf;base64,*"), "InvalidDocument"),
        (document("data:application/pdf;base64,iVBORw0KGgo="), "UnsupportedDocumentFormat"),
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
        assert_invalid(&messages(&part), code, "messages[0].content[1]");
    }
}

#[test]
fn invalid_media_in_a_tool_result_have_their_path() {
    let params = r#"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f"}}]},{"role":"tool","tool_call_id":"1","content":["o",{"image_url":"data:image/bmp;base64,aGk="}]}],"tools":[{"type":"function","function":{"name":"f"}}]}"#;
    assert_invalid(params, "UnsupportedImageFormat", "messages[2].content[0].content[1]");
    let heic = params.replace("image/bmp;base64,aGk=", "image/png;base64,AAAAIGZ0eXBoZWljAAAAAA==");
    assert_invalid(&heic, "UnsupportedImageFormat", "messages[2].content[0].content[1]");
}
