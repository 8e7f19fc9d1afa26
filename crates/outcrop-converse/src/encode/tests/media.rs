//! Images, sound, video and documents: bytes checked, labels believed less than bytes, names made fit.

use outcrop_core::{
    AudioContent, Blob, ContentBlock, DataUri, DocumentContent, ImageContent, ModelRequest, Role,
    UnifiedMessage,
};

use super::{body, notes};
use crate::encode::encode_request;
use crate::options::EncodeOptions;

/// A block of a user's message as Converse has it, and the notes.
fn sent(model: &str, block: impl Into<ContentBlock>) -> (String, Vec<String>) {
    let message = UnifiedMessage::new(Role::User, vec!["a".into(), block.into()]);
    let encoded =
        encode_request(&ModelRequest::builder(model).message(message).build(), &EncodeOptions::default())
            .unwrap();
    let body = body(&encoded);
    let (_, after) = body.split_once(r#"{"text":"a"}"#).unwrap();
    let block = after.strip_suffix("]}]}").unwrap();
    (block.trim_start_matches(',').to_owned(), notes(&encoded))
}

fn image(uri: &str) -> (String, Vec<String>) {
    sent("m", ImageContent::from_data_uri(DataUri::from(uri)))
}

#[test]
fn an_image_is_sent_by_its_bytes_in_canonical_base64() {
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
    assert_eq!(sent("m", ImageContent::from_bytes("image/gif", b"hi".to_vec())).0, expected);
}

#[test]
fn the_bytes_of_an_image_are_believed_more_than_its_label() {
    // L51
    const JPEG: &str = "/9j/4AAQSkZJRg==";
    const PNG: &str = "iVBORw0KGgoAAAA=";
    const PDF: &str = "JVBERi0xLjc=";
    for (label, bytes, format, changed) in [
        ("image/png", JPEG, "jpeg", true),
        ("image/jpeg", PNG, "png", true),
        ("image/jpeg", JPEG, "jpeg", false),
        // Bytes that show no image leave the label as it is.
        ("image/png", PDF, "png", false),
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
    let as_bytes = Blob::from_base64(JPEG).bytes().unwrap();
    let (block, notes) = sent("m", ImageContent::from_bytes("image/png", as_bytes));
    assert!(block.contains("jpeg") && notes.len() == 1, "{block}");
}

#[test]
fn the_data_uri_goes_before_the_address() {
    let mut image = ImageContent::from_url("https://a.example/b.png");
    image.data_uri = Some(DataUri::from("data:image/png;base64,aGk="));
    assert_eq!(sent("m", image).0, r#"{"image":{"format":"png","source":{"bytes":"aGk="}}}"#);
}

#[test]
fn sound_is_left_out_for_models_that_take_none_and_where_there_is_none() {
    let sound = || AudioContent::from_bytes("audio/x-wav", b"hi".to_vec());
    let expected = r#"{"audio":{"format":"wav","source":{"bytes":"aGk="}}}"#.to_owned();
    assert_eq!(sent("mistral.voxtral-mini-3b-2507", sound()), (expected, vec![]));
    let s3 = r#"{"audio":{"format":"mp3","source":{"s3Location":{"uri":"s3://b/c.mp3"}}}}"#.to_owned();
    assert_eq!(sent("m", AudioContent::from_url("s3://b/c.mp3")), (s3, vec![]));
    let left_out = (String::new(), vec!["messages[0].content[1] [content.audio]".to_owned()]);
    assert_eq!(sent("us.amazon.nova-lite-v1:0", sound()), left_out);
    assert_eq!(sent("m", AudioContent::from_bytes("audio/wav", Vec::new())), left_out);
}

#[test]
fn sound_in_a_tools_result_is_told_in_words() {
    for rest in ["", r#","o""#] {
        let params = format!(
            r#"{{"model":"m","messages":[{{"role":"user","content":"a"}},{{"role":"assistant","tool_calls":[{{"id":"1","function":{{"name":"f"}}}}]}},{{"role":"tool","tool_call_id":"1","content":[{{"type":"input_audio","input_audio":{{"data":"aGk=","format":"wav"}}}}{rest}]}}],"tools":[{{"type":"function","function":{{"name":"f"}}}}]}}"#
        );
        for options in [EncodeOptions::default(), EncodeOptions::converse()] {
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
fn a_document_has_one_source_and_a_name() {
    let plain = |source: &str| format!(r#"{{"document":{{"name":"n","source":{source}}}}}"#);
    let mut chunks = DocumentContent::new("n");
    chunks.chunks = Some(vec!["a".to_owned(), "b".to_owned()]);
    let mut cited = DocumentContent::from_text("n", "words");
    (cited.context, cited.citations) = (Some("about".to_owned()), Some(true));
    for (document, expected) in [
        (DocumentContent::from_text("n", "words"), plain(r#"{"text":"words"}"#)),
        (chunks, plain(r#"{"content":[{"text":"a"},{"text":"b"}]}"#)),
        (cited, r#"{"document":{"name":"n","source":{"text":"words"},"context":"about","citations":{"enabled":true}}}"#.to_owned()),
        (
            DocumentContent::from_bytes("n", "text/csv", b"hi".to_vec()),
            r#"{"document":{"format":"csv","name":"n","source":{"bytes":"aGk="}}}"#.to_owned(),
        ),
        (
            // The name tells the format where the media type does not.
            DocumentContent::from_bytes("n.docx", "application/octet-stream", b"hi".to_vec()),
            r#"{"document":{"format":"docx","name":"n","source":{"bytes":"aGk="}}}"#.to_owned(),
        ),
        (
            DocumentContent::from_url("n", "s3://b/c.MD"),
            r#"{"document":{"format":"md","name":"n","source":{"s3Location":{"uri":"s3://b/c.MD"}}}}"#.to_owned(),
        ),
    ] {
        assert_eq!(sent("m", document), (expected, vec![]));
    }
}

#[test]
fn names_of_documents_are_made_of_what_the_service_takes() {
    // L54
    for (given, expected) in [
        ("report.pdf", "report"),
        ("Report 2024.PDF", "Report 2024"),
        ("report.final.pdf", "report final"),
        ("Dr. Smith's letter", "Dr Smith s letter"),
        ("Section 3.1 overview", "Section 3 1 overview"),
        ("a#b", "a b"),
        ("a  b\tc\u{3000}d", "a b c d"),
        ("a-b(c)[d]_e", "a-b(c)[d]_e"),
        ("  a  ", "a"),
        ("Gr\u{fc}\u{df}e.txt", "Gr e"),
        ("\u{65e5}\u{672c}.pdf", "document"),
        (".pdf", "pdf"),
        ("", "document"),
        ("...", "document"),
    ] {
        let (block, _) = sent("m", DocumentContent::from_text(given, "words"));
        assert_eq!(
            block,
            format!(r#"{{"document":{{"name":"{expected}","source":{{"text":"words"}}}}}}"#),
            "{given}"
        );
    }
    let long = format!("{} {}", "a".repeat(199), "b".repeat(50));
    let (block, _) = sent("m", DocumentContent::from_text(long, "words"));
    assert!(block.contains(&format!(r#""name":"{}""#, "a".repeat(199))), "{block}");
}

#[test]
fn media_of_a_tools_result_go_within_it() {
    let params = r#"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f"}}]},{"role":"tool","tool_call_id":"1","content":["o",{"image_url":"data:image/png;base64,aGk="},{"file":{"filename":"a.csv","file_data":"data:text/csv;base64,aGk="}},{"type":"video","video_url":"s3://b/c.mp4"},{"b":1.0},{"type":"json","json":[1.0]}]}],"tools":[{"type":"function","function":{"name":"f"}}]}"#;
    let encoded = super::encoded(params).unwrap();
    // L34, L37: an array goes as its text.
    let expected = r#"{"toolResult":{"toolUseId":"1","content":[{"text":"o"},{"image":{"format":"png","source":{"bytes":"aGk="}}},{"document":{"format":"csv","name":"a","source":{"bytes":"aGk="}}},{"video":{"format":"mp4","source":{"s3Location":{"uri":"s3://b/c.mp4"}}}},{"json":{"b": 1.0}},{"text":"[1.0]"}]}}"#;
    assert!(body(&encoded).contains(expected), "{}", body(&encoded));
    assert_eq!(notes(&encoded), Vec::<String>::new());
}
