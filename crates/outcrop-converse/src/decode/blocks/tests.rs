//! Tests of the conversion of blocks.

use crate::decode::tests::{blocks_as_json, body_with_blocks, decode};

#[test]
fn each_block_becomes_its_unified_block() {
    for (wire, expected) in [
        (r#"{"text":" a\n"}"#, r#"{"type":"text","text":" a\n"}"#),
        (r#"{"text":"a"},{"text":"b"}"#, r#"{"type":"text","text":"a"},{"type":"text","text":"b"}"#),
        (r#"{"text":""},{"text":"b"}"#, r#"{"type":"text","text":"b"}"#),
        ("", r#"{"type":"text","text":""}"#),
        (r#"{"text":""}"#, r#"{"type":"text","text":""}"#),
        (
            r#"{"image":{"format":"png","source":{"bytes":"aGk="}}}"#,
            r#"{"type":"image","image_url":null,"data_uri":"data:image/png;base64,aGk="}"#,
        ),
        (
            r#"{"image":{"format":"png","source":{"s3Location":{"uri":"s3://b/c.png","bucketOwner":"123456789012"}}}}"#,
            r#"{"type":"image","extra":{"bucket_owner":"123456789012"},"image_url":"s3://b/c.png","data_uri":null}"#,
        ),
        (
            r#"{"video":{"format":"mp4","source":{"bytes":"aGk="}}}"#,
            r#"{"type":"video","video_url":null,"data_uri":"data:video/mp4;base64,aGk="}"#,
        ),
        (
            r#"{"audio":{"format":"x-aac","source":{"bytes":"aGk="}}}"#,
            r#"{"type":"audio","audio_url":null,"data_uri":"data:audio/x-aac;base64,aGk=","transcript":null}"#,
        ),
        (
            r#"{"toolUse":{"toolUseId":"t","name":"f","input":{"b": 1.0, "a": 12345678901234567890123}}}"#,
            r#"{"type":"tool_call","id":"t","name":"f","arguments":"{\"b\": 1.0, \"a\": 12345678901234567890123}"}"#,
        ),
        (
            r#"{"toolUse":{"toolUseId":"t","name":"f"}}"#,
            r#"{"type":"tool_call","id":"t","name":"f","arguments":"{}"}"#,
        ),
        (
            r#"{"toolUse":{"toolUseId":"t","name":"f","input":{},"type":"server_tool_use"}}"#,
            r#"{"type":"tool_call","id":"t","name":"f","arguments":"{}","kind":"server_tool_use"}"#,
        ),
        (
            r#"{"toolResult":{"toolUseId":"t","content":[{"text":"out"}],"status":"error","type":"some_kind"}}"#,
            r#"{"type":"tool_result","tool_call_id":"t","output":"out","status":"error","kind":"some_kind"}"#,
        ),
        (
            r#"{"toolResult":{"toolUseId":"t","content":[{"json":{"a":1.0}},{"text":"b"}]}}"#,
            r#"{"type":"tool_result","tool_call_id":"t","output":"{\"a\":1.0} b","content":[{"type":"json","json":{"a":1.0}},{"type":"text","text":"b"}]}"#,
        ),
        (
            r#"{"reasoningContent":{"reasoningText":{"text":" hm\n","signature":"s"}}}"#,
            r#"{"type":"reasoning","extra":{"model":"m"},"reasoning":" hm\n","signature":"s"}"#,
        ),
        (
            r#"{"reasoningContent":{"reasoningText":{"text":"hm"}}}"#,
            r#"{"type":"reasoning","reasoning":"hm"}"#,
        ),
        // Some models send only the signature (M29).
        (
            r#"{"reasoningContent":{"reasoningText":{"text":"","signature":"s"}}}"#,
            r#"{"type":"reasoning","extra":{"model":"m"},"reasoning":"","signature":"s"}"#,
        ),
        (
            r#"{"reasoningContent":{"redactedContent":"aGk="}},{"reasoningContent":{"redactedContent":"aG8="}}"#,
            r#"{"type":"reasoning","extra":{"model":"m"},"reasoning":"","redacted_content":"aGk="},{"type":"reasoning","extra":{"model":"m"},"reasoning":"","redacted_content":"aG8="}"#,
        ),
    ] {
        assert_eq!(blocks_as_json(wire), expected, "{wire}");
    }
}

#[test]
fn members_without_a_unified_field_are_kept_in_extra() {
    for (wire, unified) in [
        (
            r#"{"toolUse":{"toolUseId":"t","name":"f","input":{"a":1.0},"new":1.0}}"#,
            r#""id":"t","name":"f","arguments":"{\"a\":1.0}"}"#,
        ),
        (r#"{"reasoningContent":{"reasoningText":{"signature":"s"}}}"#, r#""reasoning":"","signature":"s"}"#),
        (
            r#"{"image":{"format":"png","source":{"bytes":""},"error":{"message":"no"}}}"#,
            r#""image_url":null,"data_uri":"data:image/png;base64,"}"#,
        ),
        (
            r#"{"image":{"format":"heic","source":{"bytes":"aGk="}}}"#,
            r#""image_url":null,"data_uri":"data:image/heic;base64,aGk="}"#,
        ),
        (
            r#"{"image":{"format":"png","source":{"s3Location":{"uri":"s3://b/c"}}}}"#,
            r#""image_url":"s3://b/c","data_uri":null}"#,
        ),
    ] {
        let original = serde_json::to_string(wire).unwrap();
        let model = if wire.contains("signature") { r#","model":"m""# } else { "" };
        let expected = format!(r#""extra":{{"converse":{original}{model}}},{unified}"#);
        let found = blocks_as_json(wire);
        assert!(found.ends_with(&expected), "{found}, not {expected}");
    }
}

#[test]
fn cited_text_becomes_text_and_one_citation_per_source() {
    // Every member of a citation may be absent, and cited text may come in several blocks (L129, M72).
    let locations = [
        r#"{"web":{"url":"https://a.example","domain":"a.example"}}"#,
        r#"{"documentChar":{"documentIndex":0,"start":1,"end":2}}"#,
        r#"{"documentPage":{"documentIndex":0,"start":1,"end":2}}"#,
        r#"{"documentChunk":{"documentIndex":0,"start":1,"end":2}}"#,
        r#"{"searchResultLocation":{"searchResultIndex":0,"start":1,"end":2}}"#,
        r#"{"new":{"at":1.0}}"#,
    ];
    for location in locations {
        let url = if location.contains("web") { "https://a.example" } else { "" };
        let wire = format!(
            r#"{{"citationsContent":{{"content":[{{"text":"cited text"}}],"citations":[{{"title":"T","source":"S","sourceContent":[{{"text":"passage"}}],"location":{location}}}]}}}}"#
        );
        let expected = format!(
            r#"{{"type":"text","text":"cited text","cited_by":1}},{{"type":"citation","url":"{url}","title":"T","snippet":"passage","relevance_score":null,"source":"S","location":{location}}}"#
        );
        assert_eq!(blocks_as_json(&wire), expected, "{location}");
    }
    for (wire, text, sources) in [
        (r#"{"citationsContent":{"content":[{"text":"a"},{"text":"b"}],"citations":[{},{}]}}"#, "ab", 2),
        (r#"{"citationsContent":{"content":[{"text":"a"}],"citations":[]}}"#, "a", 0),
        (r#"{"citationsContent":{"content":[{"text":"a"}]}}"#, "a", 0),
        (r#"{"citationsContent":{"citations":[{"title":"T"}]}}"#, "", 1),
        (r#"{"citationsContent":{"content":[{"text":""}]}}"#, "", 0),
        (r#"{"citationsContent":{}}"#, "", 0),
        (
            r#"{"text":"see "},{"citationsContent":{"content":[{"text":"a"}],"citations":[{}]}},{"text":"."}"#,
            "see a.",
            1,
        ),
    ] {
        let response = decode(&body_with_blocks(wire)).unwrap();
        assert_eq!(response.text(), text, "{wire}");
        assert_eq!(response.messages[0].citations().count(), sources, "{wire}");
    }
}

#[test]
fn passages_of_a_source_become_one_snippet() {
    let wire = r#"{"citationsContent":{"content":[{"text":"w"}],"citations":[{"sourceContent":[{"text":"a"},{"new":1},{"text":"b"}]}]}}"#;
    let response = decode(&body_with_blocks(wire)).unwrap();
    assert_eq!(
        response.messages[0].citations().next().map(|citation| citation.snippet.as_str()),
        Some("a b")
    );
}

#[test]
fn blocks_without_a_unified_type_are_generic_with_all_members() {
    for (wire, block_type, member) in [
        (r#"{"guardContent":{"text":{"text":"a"}}}"#, "unknown", "guardContent"),
        (r#"{"document":{"name":"n","source":{"text":"a"}}}"#, "unknown", "document"),
        (r#"{"cachePoint":{"type":"default"}}"#, "unknown", "cachePoint"),
        (r#"{"searchResult":{"source":"s","title":"t","content":[]}}"#, "unknown", "searchResult"),
        (r#"{"toolAddition":{"tool":{"name":"f"}}}"#, "unknown", "toolAddition"),
        (r#"{"hologram":{"b":1.0,"a":null}}"#, "unknown", "hologram"),
        (r#"{"type":"hologram","depth":1.0}"#, "hologram", "depth"),
        (r#"{"reasoningContent":{"new":1.0}}"#, "unknown", "reasoningContent"),
        (r#"{"image":{"format":"png","source":{"new":1.0}}}"#, "unknown", "image"),
        (r#"{"citationsContent":{"content":[{"new":1.0}]}}"#, "unknown", "citationsContent"),
        (r#"{"citationsContent":{"new":1.0}}"#, "unknown", "citationsContent"),
    ] {
        let response = decode(&body_with_blocks(wire)).unwrap();
        let block = response.messages[0].content[0].as_generic().unwrap_or_else(|| panic!("{wire}"));
        assert_eq!(block.block_type(), block_type, "{wire}");
        let value = block.get(member).unwrap_or_else(|| panic!("{wire}: {block:?}"));
        assert!(wire.contains(value.as_str()), "{wire}");
        assert_eq!(
            block.extra.get("provider").and_then(outcrop_core::RawJson::as_string).as_deref(),
            Some("bedrock")
        );
    }
}

#[test]
fn content_of_a_tool_result_becomes_blocks() {
    let wire = r#"{"toolResult":{"toolUseId":"t","content":[
        {"image":{"format":"png","source":{"bytes":"aGk="}}},
        {"document":{"format":"csv","name":"n","source":{"bytes":"aGk="},"context":"c","citations":{"enabled":true}}},
        {"document":{"name":"n","source":{"text":"cited text"}}},
        {"document":{"name":"n","source":{"content":[{"text":"a"},{"text":"b"}]}}},
        {"document":{"format":"pdf","name":"n","source":{"s3Location":{"uri":"s3://b/c.pdf"}}}},
        {"video":{"format":"mp4","source":{"s3Location":{"uri":"s3://b/c.mp4"}}}},
        {"searchResult":{"source":"s","title":"t","content":[]}},
        {"hologram":1.0}]}}"#;
    let response = decode(&body_with_blocks(wire)).unwrap();
    let text = serde_json::to_string(&response.messages[0].content[0]).unwrap();
    for part in [
        r#"{"type":"image","extra":{},"image_url":null,"data_uri":"data:image/png;base64,aGk=","detail":null}"#,
        r#"{"type":"document","extra":{},"name":"n","document_url":null,"data_uri":"data:text/csv;base64,aGk=","context":"c","citations":true}"#,
        r#"{"type":"document","extra":{},"name":"n","document_url":null,"data_uri":null,"text":"cited text"}"#,
        r#"{"type":"document","extra":{},"name":"n","document_url":null,"data_uri":null,"chunks":["a","b"]}"#,
        r#"{"type":"document","extra":{},"name":"n","document_url":"s3://b/c.pdf","data_uri":null}"#,
        r#"{"type":"video","extra":{},"video_url":"s3://b/c.mp4","data_uri":null}"#,
        r#""searchResult":{"source":"s","title":"t","content":[]}"#,
        r#""hologram":1.0"#,
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(text.contains(r#""output":"""#), "{text}");
}
