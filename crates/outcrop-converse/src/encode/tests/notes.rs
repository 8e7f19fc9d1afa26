//! Notes: each change has one, and in strict mode the first one is an error.

use outcrop_core::{ModelRequest, NoteAction};

use super::{encode, notes};
use crate::encode::encode_request;
use crate::options::EncodeOptions;

/// Parameters without the model, the notes, and their action.
const CHANGES: &[(&str, &[&str], NoteAction)] = &[
    (
        r#""messages":[{"role":"user","content":["a"," \n"]}]"#,
        &["messages[0].content[1] [content.blank]"],
        NoteAction::Dropped,
    ),
    (
        r#""messages":[{"role":"system","content":["a",""]},{"role":"user","content":"a"}]"#,
        &["messages[0].content[1] [content.blank]"],
        NoteAction::Dropped,
    ),
    (
        r#""messages":[{"role":"user","name":"Ann","content":["a","b"]}]"#,
        &["messages[0].name [messages.name]"],
        NoteAction::Dropped,
    ),
    (
        r#""messages":[{"role":"user","content":"a"},{"role":"assistant"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]"#,
        &["messages[1] [messages.empty]"],
        NoteAction::Dropped,
    ),
    (
        r#""messages":[{"role":"user","content":["a",{"type":"mood"}]}]"#,
        &["messages[0].content[1] [content.kind]"],
        NoteAction::Dropped,
    ),
    (
        r#""messages":[{"role":"user","content":["a",{"type":"citation","url":"u","title":"t","snippet":"s"}]}]"#,
        &["messages[0].content[1] [content.kind]"],
        NoteAction::Dropped,
    ),
    (
        r#""messages":[{"role":"user","content":["a",7]}]"#,
        &["messages[0].content[1] [content.part]"],
        NoteAction::Dropped,
    ),
    (
        r#""messages":[{"role":"user","content":["a",{"input_audio":{"data":"","format":"wav"}}]}]"#,
        &["messages[0].content[1] [content.audio]"],
        NoteAction::Dropped,
    ),
    (
        r#""messages":[{"role":"user","content":["a",{"image_url":"data:image/png;base64,/9j/4AAQ"}]}]"#,
        &["messages[0].content[1] [image.format]"],
        NoteAction::Changed,
    ),
    (
        r#""messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}]"#,
        &["messages[1] [turns.alternate]"],
        NoteAction::Added,
    ),
    (
        r#""messages":[{"role":"system","content":"a"}]"#,
        &["messages[1] [turns.alternate]"],
        NoteAction::Added,
    ),
    (
        r#""messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"system","content":"s"},{"role":"user","content":"c"}]"#,
        &["messages[2] [system.hoist]"],
        NoteAction::Moved,
    ),
    (
        r#""messages":[{"role":"system","content":["s",{"image_url":"s3://b/c.png"}]},{"role":"user","content":"a"}]"#,
        &["messages[0].content[1] [system.content]"],
        NoteAction::Dropped,
    ),
    (
        r#""messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"[1]"}}]},{"role":"tool","tool_call_id":"1","content":"o"}],"tools":[{"type":"function","function":{"name":"f"}}]"#,
        &["messages[1].content[0] [tool_use.input]"],
        NoteAction::Changed,
    ),
    (
        r#""messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f"}}]},{"role":"tool","tool_call_id":"1","content":["o",{"type":"reasoning","reasoning":"r"}]}],"tools":[{"type":"function","function":{"name":"f"}}]"#,
        &["messages[2].content[0].content[1] [tool_result.kind]"],
        NoteAction::Dropped,
    ),
    (
        r#""messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f"}}]},{"role":"tool","tool_call_id":"1","content":[{"type":"input_audio","input_audio":{"data":"aGk=","format":"wav"}}]}],"tools":[{"type":"function","function":{"name":"f"}}]"#,
        &["messages[2].content[0].content[0] [tool_result.kind]"],
        NoteAction::Changed,
    ),
    (
        r#""messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f"}}]},{"role":"user","content":"b"}]"#,
        &["messages[1] [tool_use.without_tools]"],
        NoteAction::Changed,
    ),
    (
        r#""messages":[{"role":"tool","tool_call_id":"1","content":"o"}]"#,
        &["messages[0].content[0] [tool_result.without_tools]"],
        NoteAction::Changed,
    ),
    (
        r#""messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"title":"T","type":"object","properties":{},"additionalProperties":false}}}]"#,
        &["tools[0].parameters.additionalProperties [tools.schema]"],
        NoteAction::Dropped,
    ),
    (
        r#""messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"none""#,
        &["tools [tools.none]"],
        NoteAction::Dropped,
    ),
    (
        r#""messages":[{"role":"user","content":"a"}],"tools":[{"type":"web_search"}]"#,
        &["tools[0] [tools.type]"],
        NoteAction::Dropped,
    ),
    (
        r#""messages":[{"role":"user","content":"a"}],"temperature":1.5"#,
        &["temperature [params.temperature]"],
        NoteAction::Changed,
    ),
    (
        r#""messages":[{"role":"user","content":"a"}],"max_tokens":"5""#,
        &["max_tokens [params.type]"],
        NoteAction::Dropped,
    ),
    (
        r#""messages":[{"role":"user","content":"a"}],"top_k":5,"k":6,"seed":7"#,
        &["top_k [params.model_field]", "k [params.model_field]", "seed [params.model_field]"],
        NoteAction::Moved,
    ),
    (r#""messages":[{"role":"user","content":"a"}],"k":"5""#, &["k [params.unknown]"], NoteAction::Dropped),
    (
        r#""messages":[{"role":"user","content":"a"}],"n":2,"logit_bias":{}"#,
        &["n [params.unknown]", "logit_bias [params.unknown]"],
        NoteAction::Dropped,
    ),
    (
        r#""messages":[{"role":"user","content":"a"}],"stream":true"#,
        &["stream [params.unknown]"],
        NoteAction::Dropped,
    ),
    (
        r#""messages":[{"role":"user","content":"a"}],"additional_model_request_fields":{"timeout":5,"a":1}"#,
        &["additional_model_request_fields.timeout [params.reserved]"],
        NoteAction::Dropped,
    ),
];

#[test]
fn each_change_has_a_note_with_rule_and_path() {
    for (members, expected, action) in CHANGES {
        let encoded = encode(&format!(r#"{{"model":"m",{members}}}"#)).unwrap();
        assert_eq!(notes(&encoded), *expected, "{members}");
        for note in &encoded.notes {
            assert_eq!(note.action, *action, "{members}: {note}");
            assert!(!note.message.is_empty() && !note.message.ends_with('.'), "{note}");
        }
    }
}

#[test]
fn first_change_is_an_error_in_strict_mode() {
    for (members, expected, _) in CHANGES {
        let request = ModelRequest::from_json(&format!(r#"{{"model":"m",{members}}}"#)).unwrap();
        let error = encode_request(&request, &EncodeOptions::ag2().strict()).unwrap_err();
        assert_eq!(error.code(), Some("StrictMode"), "{members}");
        let path = expected[0].split(' ').next();
        assert_eq!(error.path(), path, "{members}");
        assert!(error.hint().is_some());
        assert_eq!(error.model(), Some("m"));
    }
    let request = ModelRequest::builder("m").user("hi").max_tokens(5).build();
    assert!(encode_request(&request, &EncodeOptions::ag2().strict()).unwrap().notes.is_empty());
}
