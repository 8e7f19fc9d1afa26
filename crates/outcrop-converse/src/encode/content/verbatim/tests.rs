//! Tests of replaying the blocks of a response, and of encoding a decoded request, unchanged.

mod edited;
mod replayed;
mod restored;
mod stored;

use outcrop_core::{
    ContentBlock, ModelError, ModelRequest, RawJson, Role, ToolSpec, UnifiedMessage, UnifiedResponse,
    replace_lone_surrogates,
};

use crate::context::{ResponseContext, ResponseMetadata};
use crate::decode::blocks::response_block;
use crate::decode::decode_response;
use crate::decode::lenient::parse_response;
use crate::encode::encode_request;
use crate::options::EncodeOptions;
use crate::tests::choices::Choices;
use crate::tests::json_text::{any_object, any_value, canonical, quoted};
use crate::tests::model::Generator;
use crate::wire;

/// Decodes a response with these blocks.
fn response(blocks: &[String]) -> UnifiedResponse {
    let body = format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{}]}}}},"stopReason":"tool_use"}}"#,
        blocks.join(",")
    );
    decode_response(&body.clone().into(), &ResponseContext::default(), ResponseMetadata::default())
        .unwrap_or_else(|error| panic!("{body}: {error}"))
}

/// Returns blocks as they are sent back: without `null` members, and known members in blocks of their own.
fn read(blocks: &[String]) -> String {
    let body = format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{}]}}}},"stopReason":"tool_use"}}"#,
        blocks.join(",")
    );
    let (response, _) = parse_response(&body.into()).unwrap();
    let Some(wire::ConverseOutput::Message(message)) = response.output else { panic!("no message") };
    serde_json::to_string(message.blocks()).unwrap()
}

/// Returns the assistant turn of the next request: the response as history, followed by results for its calls.
fn turn_of(messages: Vec<UnifiedMessage>) -> String {
    next_turn(messages).unwrap_or_else(|error| panic!("{error}"))
}

fn next_turn(messages: Vec<UnifiedMessage>) -> Result<String, ModelError> {
    let calls = messages.iter().flat_map(UnifiedMessage::tool_calls).filter(|call| !call.runs_on_server());
    let results: Vec<_> = calls.map(|call| UnifiedMessage::tool_result(call.id.as_str(), "out")).collect();
    let request = ModelRequest::builder("m").user("hi").messages(messages).messages(results).user("next");
    let request = request.tool(ToolSpec::without_input("f")).build();
    let encoded = encode_request(&request, &EncodeOptions::converse())?;
    let turns = encoded.body.messages.unwrap();
    Ok(turns
        .get(1)
        .map_or_else(String::new, |turn| RawJson::from_serialize(turn.blocks()).unwrap().as_str().to_owned()))
}

/// Returns an assistant message.
fn assistant(blocks: Vec<ContentBlock>) -> Vec<UnifiedMessage> {
    vec![UnifiedMessage::new(Role::Assistant, blocks)]
}

/// Returns canonical JSON without lone surrogates.
fn without_surrogates(text: &str) -> String {
    let replaced = replace_lone_surrogates(text).map_or_else(|| text.to_owned(), |replaced| replaced.text);
    canonical(&replaced)
}

/// Generates an unknown member, in one of four cases.
fn unknown_member(choices: &mut Choices<'_>) -> String {
    if choices.chance(25) { format!(r#","new":{}"#, any_value(choices, 2)) } else { String::new() }
}

/// Generates a block as the service sends it, or several that belong together. `number` makes ids unique.
fn blocks(choices: &mut Choices<'_>, number: usize) -> Vec<String> {
    let generate =
        |kind: &str, choices: &mut Choices<'_>| Generator { with_unknown: true }.value(kind, choices, 6);
    let more = unknown_member(choices);
    vec![match choices.below(14) {
        0 | 1 => format!(r#"{{"text":{}}}"#, quoted(&choices.non_blank_text())),
        2 | 3 => {
            let input = any_object(choices, 3);
            format!(r#"{{"toolUse":{{"toolUseId":"t{number}","name":"f","input":{input}{more}}}}}"#)
        }
        4 => {
            let (text, signature) = (quoted(&choices.text()), quoted(&choices.text()));
            let members = choices.pick(&["text,signature", "text", "signature,text"]);
            let members = members.split(',').filter(|name| !name.is_empty()).map(|name| match name {
                "text" => format!(r#""text":{text}"#),
                _ => format!(r#""signature":{signature}"#),
            });
            let members = members.collect::<Vec<_>>().join(",");
            let more = if members.is_empty() { more.trim_start_matches(',') } else { &more };
            format!(r#"{{"reasoningContent":{{"reasoningText":{{{members}{more}}}}}}}"#)
        }
        5 => r#"{"reasoningContent":{"redactedContent":"aGk="}}"#.to_owned(),
        6 => {
            let sources: Vec<_> = (0..choices.below(3)).map(|_| generate("Citation", choices)).collect();
            let text = quoted(&choices.non_blank_text());
            format!(
                r#"{{"citationsContent":{{"content":[{{"text":{text}}}],"citations":[{}]{more}}}}}"#,
                sources.join(",")
            )
        }
        7 => {
            format!(r#"{{"citationsContent":{}}}"#, generate("CitationsContentBlock", choices))
        }
        8 => {
            let (kind, format) =
                choices.pick(&["image png", "image heic", "video mp4", "audio wav"]).split_once(' ').unwrap();
            let source = choices.pick(&[
                r#"{"bytes":"aGk="}"#,
                r#"{"s3Location":{"uri":"s3://b/c"}}"#,
                r#"{"s3Location":{"uri":"s3://b/c.png","bucketOwner":"123456789012"}}"#,
                r#"{"s3Location":{"uri":"s3://b/c.png","new":1.0}}"#,
                r#"{"new":{"a":1.0}}"#,
            ]);
            let error = choices.pick(&["", r#","error":{"message":"no"}"#, r#","error":{"new":1.0}"#]);
            let error = if kind == "video" { "" } else { error };
            format!(r#"{{"{kind}":{{"format":"{format}","source":{source}{error}{more}}}}}"#)
        }
        9 => {
            let call = format!(
                r#"{{"toolUse":{{"toolUseId":"s{number}","name":"search","input":{},"type":"server_tool_use"{more}}}}}"#,
                any_object(choices, 2)
            );
            let content: Vec<_> =
                (0..choices.below(3)).map(|_| generate("ToolResultContentBlock", choices)).collect();
            let members =
                choices.pick(&["", r#","status":"success""#, r#","type":"search_result","status":"new""#]);
            let result = format!(
                r#"{{"toolResult":{{"toolUseId":"s{number}","content":[{}]{members}}}}}"#,
                content.join(",")
            );
            return vec![call, result];
        }
        10 => format!(r#"{{"document":{}}}"#, generate("DocumentBlock", choices)),
        11 => format!(r#"{{"searchResult":{}}}"#, generate("SearchResultBlock", choices)),
        12 => format!(r#"{{"text":"a","hologram":{}}}"#, any_value(choices, 2)),
        _ => hologram(choices),
    }]
}

/// Generates a block of an unknown kind.
fn hologram(choices: &mut Choices<'_>) -> String {
    let value = any_value(choices, 3);
    let more = choices.pick(&[
        "",
        r#","type":"hologram""#,
        r#","type":7"#,
        r#","extra":{"a":1.0}"#,
        r#","extra":[1.0]"#,
    ]);
    format!(r#"{{"hologram":{value}{more}}}"#)
}

/// Generates the blocks of a response that can be decoded.
fn response_blocks(choices: &mut Choices<'_>) -> Vec<String> {
    let mut all = Vec::new();
    for number in 0..=choices.below(5) {
        let blocks = blocks(choices, number);
        // A value of a wrong type cannot be decoded, and an empty block is not replayed.
        let is_replayed = |block: &String| {
            let mut unified = Vec::new();
            if let Ok(block) = outcrop_core::from_str::<wire::ContentBlock>(block) {
                response_block(block, &mut unified);
            }
            !unified.is_empty()
        };
        let fits = blocks.iter().all(is_replayed);
        all.extend(if fits { blocks } else { vec![format!(r#"{{"text":"w{number}"}}"#)] });
    }
    all
}

/// Returns the original wire block of a unified one.
fn original(block: &ContentBlock) -> Option<String> {
    block.extra()?.get(crate::origin::ORIGINAL_KEY)?.as_string().map(std::borrow::Cow::into_owned)
}
