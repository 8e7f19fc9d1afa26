//! Parts of every form: their members decide, whatever their `type`.

use super::messages;

/// Parses a part. Returns the JSON of its blocks, and the notes.
fn part(text: &str) -> (String, Vec<String>) {
    let (read, notes) = messages(&format!(r#"[{{"role":"user","content":["first",{text}]}}]"#)).unwrap();
    let blocks: Vec<_> =
        read[0].content[1..].iter().map(|block| serde_json::to_string(block).unwrap()).collect();
    (blocks.join(",").replace(r#""extra":{},"#, ""), notes)
}

#[test]
fn parts_become_blocks() {
    for (text, expected) in [
        (r#"{"type":"text","text":"a"}"#, r#"{"type":"text","text":"a"}"#),
        (r#"{"text":"a"}"#, r#"{"type":"text","text":"a"}"#),
        (r#"{"type":"input_text","text":""}"#, r#"{"type":"text","text":""}"#),
        (r#""a""#, r#"{"type":"text","text":"a"}"#),
        (
            r#"{"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"1h"}}"#,
            r#"{"type":"text","text":"a"},{"type":"cache_point","ttl":"1h"}"#,
        ),
        (
            r#"{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk=","detail":"high"}}"#,
            r#"{"type":"image","image_url":null,"data_uri":"data:image/png;base64,aGk=","detail":"high"}"#,
        ),
        (
            r#"{"type":"image_url","image_url":{"url":"https://a.example/b.png"}}"#,
            r#"{"type":"image","image_url":"https://a.example/b.png","data_uri":null,"detail":null}"#,
        ),
        (
            r#"{"type":"image_url","image_url":"s3://b/c.png"}"#,
            r#"{"type":"image","image_url":"s3://b/c.png","data_uri":null,"detail":null}"#,
        ),
        (
            r#"{"image_url":{"url":"s3://b/c.png","new":null}}"#,
            r#"{"type":"image","image_url":"s3://b/c.png","data_uri":null,"detail":null}"#,
        ),
        (
            r#"{"type":"image_url","image_url":{"url":"s3://b/c.png"},"cache_control":{}}"#,
            r#"{"type":"image","image_url":"s3://b/c.png","data_uri":null,"detail":null},{"type":"cache_point","extra":{}}"#,
        ),
        (
            r#"{"type":"input_audio","input_audio":{"data":"aGk=","format":"wav"}}"#,
            r#"{"type":"audio","audio_url":null,"data_uri":"data:audio/wav;base64,aGk=","transcript":null}"#,
        ),
        (
            r#"{"type":"input_audio","input_audio":{}}"#,
            r#"{"type":"audio","audio_url":null,"data_uri":"data:audio/;base64,","transcript":null}"#,
        ),
        (
            r#"{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,aGk="}}"#,
            r#"{"type":"document","name":"a.pdf","document_url":null,"data_uri":"data:application/pdf;base64,aGk="}"#,
        ),
        (
            r#"{"type":"file","file":{"file_id":"s3://b/a.pdf"}}"#,
            r#"{"type":"document","name":"","document_url":"s3://b/a.pdf","data_uri":null}"#,
        ),
        (r#"{"type":"cache_point"}"#, r#"{"type":"cache_point","extra":{}}"#),
        (
            r#"{"type":"reasoning","reasoning":"hm","signature":"s"}"#,
            r#"{"type":"reasoning","reasoning":"hm","summary":null,"signature":"s"}"#,
        ),
        (r#"{"type":"json","json":{"b":1.0}}"#, r#"{"type":"json","json":{"b":1.0}}"#),
        (
            r#"{"type":"video","video_url":"s3://b/a.mp4"}"#,
            r#"{"type":"video","video_url":"s3://b/a.mp4","data_uri":null}"#,
        ),
        (
            r#"{"type":"video_url","video_url":{"url":"s3://b/a.mp4"}}"#,
            r#"{"type":"video","video_url":"s3://b/a.mp4","data_uri":null}"#,
        ),
        (
            r#"{"type":"video_url","video_url":"data:video/mp4;base64,aGk="}"#,
            r#"{"type":"video","video_url":null,"data_uri":"data:video/mp4;base64,aGk="}"#,
        ),
        (
            r#"{"type":"image","data_uri":"data:image/png;base64,aGk="}"#,
            r#"{"type":"image","image_url":null,"data_uri":"data:image/png;base64,aGk=","detail":null}"#,
        ),
        (r#"{"type":"mood","value":1.0}"#, r#"{"type":"mood","value":1.0}"#),
        (r#"{"cachePoint":{"type":"default"}}"#, r#"{"type":"unknown","cachePoint":{"type":"default"}}"#),
        ("{}", r#"{"type":"unknown","extra":{}}"#),
    ] {
        assert_eq!(part(text), (expected.to_owned(), vec![]), "{text}");
    }
}

#[test]
fn members_take_precedence_over_the_type() {
    for (text, expected) in [
        (r#"{"type":"image_url","text":"a"}"#, r#"{"type":"text","text":"a"}"#),
        (r#"{"type":"reasoning","text":"a"}"#, r#"{"type":"reasoning","reasoning":"a","summary":null}"#),
    ] {
        assert_eq!(part(text), (expected.to_owned(), vec![]), "{text}");
    }
    let both = r#"{"type":"text","text":"a","image_url":"s3://b/c.png"}"#;
    let note = "messages[0].content[1].image_url [messages.member]".to_owned();
    assert_eq!(part(both), (r#"{"type":"text","text":"a"}"#.to_owned(), vec![note]));
}

#[test]
fn unread_members_of_a_part_are_noted() {
    for (text, path) in [
        (r#"{"image_url":{"url":"s3://b/c.png","detail":"closely"}}"#, "image_url.detail"),
        (r#"{"type":"text","text":"a","new":1}"#, "new"),
        (r#"{"type":"file","file":{"file_data":"data:a/b;base64,aGk=","new":1}}"#, "file.new"),
        (r#"{"type":"text","text":"a","cache_control":{"new":1}}"#, "cache_control.new"),
    ] {
        assert_eq!(part(text).1, [format!("messages[0].content[1].{path} [messages.member]")], "{text}");
    }
}

#[test]
fn lone_surrogates_are_replaced_with_a_note() {
    let (block, notes) = part(r#"{"type":"text","text":"half \ud800."}"#);
    assert_eq!(block, "{\"type\":\"text\",\"text\":\"half \u{fffd}.\"}");
    assert_eq!(notes, ["messages[0].content[1].text [text.surrogate]"]);
}

#[test]
fn parts_without_content_are_dropped_with_a_note() {
    for text in [
        "null",
        "7",
        "true",
        "[]",
        r#"["a"]"#,
        r#"{"type":"text","text":null}"#,
        r#"{"type":"text","text":7}"#,
        r#"{"type":"text","text":["a"]}"#,
    ] {
        assert_eq!(
            part(text),
            (String::new(), vec!["messages[0].content[1] [content.part]".to_owned()]),
            "{text}"
        );
    }
}

#[test]
fn image_without_url_is_an_error() {
    for image in ["null", "{}", r#""""#, r#"{"url":""}"#, r#"{"url":null}"#, r#"{"url":7}"#, "7", "[]"] {
        let text =
            format!(r#"[{{"role":"user","content":["a",{{"type":"image_url","image_url":{image}}}]}}]"#);
        let error = messages(&text).unwrap_err();
        assert_eq!(error.code(), Some("InvalidImage"), "{image}");
        assert_eq!(error.path(), Some("messages[0].content[1].image_url"), "{image}");
    }
}

#[test]
fn video_without_url_is_an_error() {
    for video in [
        r#""video_url":null"#,
        r#""video_url":{}"#,
        r#""video_url":"""#,
        r#""video_url":{"url":""}"#,
        r#""video_url":7"#,
        r#""url":"s3://b/c.mp4""#,
    ] {
        let text = format!(r#"[{{"role":"user","content":["a",{{"type":"video_url",{video}}}]}}]"#);
        let error = messages(&text).unwrap_err();
        assert_eq!(error.code(), Some("InvalidVideo"), "{video}");
        assert_eq!(error.path(), Some("messages[0].content[1].video_url"), "{video}");
    }
}

#[test]
fn single_object_as_content_is_one_part() {
    let (read, _) = messages(r#"[{"role":"user","content":{"image_url":"s3://b/c.png"}}]"#).unwrap();
    assert_eq!(read[0].content[0].block_type(), "image");
    let error = messages(r#"[{"role":"user","content":{"image_url":""}}]"#).unwrap_err();
    assert_eq!(error.path(), Some("messages[0].content[0].image_url"));
}
