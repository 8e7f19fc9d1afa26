//! Tests of media that the model does not support.

use outcrop_core::ModelRequest;

use crate::encode::encode_request;
use crate::encode::tests::body;
use crate::options::EncodeOptions;
use crate::rule::{Rule, Rules};

const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

#[test]
fn media_in_s3_are_an_error_for_models_without_s3_support() {
    // Claude does not read from S3. It is not known for an unknown model (L57).
    const NOVA: &str = "us.amazon.nova-lite-v1:0";
    const HIDDEN: &str = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/ab12cd34ef56";
    for part in [
        r#"{"type":"image_url","image_url":{"url":"s3://b/c.png"}}"#,
        r#"{"type":"file","file":{"file_id":"s3://b/c.pdf"}}"#,
    ] {
        let request = |model: &str| {
            let params =
                format!(r#"{{"model":"{model}","messages":[{{"role":"user","content":["a",{part}]}}]}}"#);
            ModelRequest::from_json(&params).unwrap()
        };
        for options in [EncodeOptions::ag2(), EncodeOptions::converse()] {
            let error = encode_request(&request(CLAUDE), &options).unwrap_err();
            assert_eq!(
                (error.code(), error.path()),
                (Some("S3MediaNotTaken"), Some("messages[0].content[1]"))
            );
            assert!(error.hint().is_some());
            for model in [NOVA, HIDDEN] {
                encode_request(&request(model), &options).unwrap();
            }
        }
        encode_request(&request(CLAUDE), &EncodeOptions::verbatim()).unwrap();
    }
}

#[test]
fn unsupported_media_are_an_error_in_the_current_message_and_text_in_earlier_ones() {
    // An error in the message that the model must answer, a text in earlier ones, which cannot be changed anymore (L58).
    const MICRO: &str = "us.amazon.nova-micro-v1:0";
    const VIDEO: &str = r#"{"type":"video_url","video_url":{"url":"data:video/mp4;base64,aGk="}}"#;
    const IMAGE: &str = r#"{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}"#;
    const IN_S3: &str = r#"{"type":"image_url","image_url":{"url":"s3://b/c.png"}}"#;
    const TOOLS: &str = r#""tools":[{"type":"function","function":{"name":"f"}}]"#;
    const AUDIO: &str = r#"{"type":"input_audio","input_audio":{"data":"aGk=","format":"wav"}}"#;
    for (model, part, code, text) in [
        (CLAUDE, AUDIO, "MediaNotTaken", "[audio left out: this model takes none]"),
        (CLAUDE, VIDEO, "MediaNotTaken", "[video left out: this model takes none]"),
        (MICRO, IMAGE, "MediaNotTaken", "[image left out: this model takes none]"),
        (CLAUDE, IN_S3, "S3MediaNotTaken", "[image left out: this model takes none from S3]"),
    ] {
        let with_media = format!(r#"{{"role":"user","content":["a",{part}]}}"#);
        let answer = r#"{"role":"assistant","content":"b"}"#;
        let call = r#"{"role":"assistant","tool_calls":[{"id":"x","function":{"name":"f"}}]}"#;
        let result = format!(r#"{{"role":"tool","tool_call_id":"x","content":["c",{part}]}}"#);
        let question = r#"{"role":"user","content":"d"}"#;
        let instruction = r#"{"role":"system","content":"e"}"#;
        let empty = r#"{"role":"user","content":[]}"#;
        for options in [EncodeOptions::ag2(), EncodeOptions::converse()] {
            if part == AUDIO && options == EncodeOptions::ag2() {
                // AG2 drops audio, and sends the request without it.
                continue;
            }
            let encode = |options: &EncodeOptions, messages: &[&str]| {
                let messages = messages.join(",");
                let params = format!(r#"{{"model":"{model}",{TOOLS},"messages":[{messages}]}}"#);
                encode_request(&ModelRequest::from_json(&params).unwrap(), options)
            };
            for (messages, path) in [
                (vec![with_media.as_str()], "messages[0].content[1]"),
                (vec![question, answer, with_media.as_str()], "messages[2].content[1]"),
                (vec![question, with_media.as_str()], "messages[1].content[1]"),
                (vec![with_media.as_str(), instruction, empty], "messages[0].content[1]"),
            ] {
                let error = encode(&options, &messages).unwrap_err();
                let found = (error.code(), error.path(), error.hint().is_some());
                assert_eq!(found, (Some(code), Some(path), true));
            }
            for (messages, path) in [
                (vec![with_media.as_str(), answer, question], "messages[0].content[1]"),
                // A request that failed, the beginning of a response, and a late result.
                (vec![with_media.as_str(), question], "messages[0].content[1]"),
                (vec![with_media.as_str(), answer], "messages[0].content[1]"),
                (vec![question, call, with_media.as_str(), result.as_str()], "messages[2].content[1]"),
                (vec![question, call, result.as_str()], "messages[2].content[0].content[1]"),
            ] {
                let is_late = messages.len() == 4;
                if is_late && options == EncodeOptions::ag2()
                    || part == AUDIO && messages.contains(&result.as_str())
                {
                    continue;
                }
                let encoded = encode(&options, &messages).unwrap();
                let notes = encoded.notes.iter().filter(|note| note.rule == "media.support");
                let paths: Vec<_> = notes.map(|note| note.path.as_str()).collect();
                let in_result = is_late.then_some("messages[3].content[0].content[1]");
                assert_eq!(paths, std::iter::once(path).chain(in_result).collect::<Vec<_>>());
                assert!(body(&encoded).contains(&format!(r#"{{"text":"{text}"}}"#)), "{}", body(&encoded));
            }
            let disabled =
                EncodeOptions { rules: Rules::all().without(Rule::MediaSupport), ..options.clone() };
            assert!(!body(&encode(&disabled, &[&with_media]).unwrap()).contains(text));
        }
    }
}
