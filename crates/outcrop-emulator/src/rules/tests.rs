//! Tests of the rules, each with the text of AWS.

mod encoded;
mod families;
mod parameters;
mod repaired;
mod schemas;
mod tool_loops;
mod tool_schemas;

use super::*;

/// Checks the messages of a request that has a tool `f`.
fn with_tools(messages: &str) -> Result<(), String> {
    let tools = r#""toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {"type": "object"}}}}]}"#;
    request(&format!(r#"{{"messages": [{messages}], {tools}}}"#))
}

fn messages(messages: &str) -> Result<(), String> {
    request(&format!(r#"{{"messages": [{messages}]}}"#))
}

fn request(body: &str) -> Result<(), String> {
    check_for("amazon.nova-lite-v1:0", body)
}

fn check_for(model: &str, body: &str) -> Result<(), String> {
    let request: ConverseRequest = outcrop_core::from_str(body).expect(body);
    check_conversation(&ModelId::parse(model), &request).map_err(|fault| fault.message().to_owned())
}

fn rejected(message: impl Into<String>) -> Result<(), String> {
    Err(message.into())
}

const USER: &str = r#"{"role": "user", "content": [{"text": "a"}]}"#;
const ASSISTANT: &str = r#"{"role": "assistant", "content": [{"text": "b"}]}"#;

fn calls(ids: &[&str]) -> String {
    let blocks: Vec<_> = ids
        .iter()
        .map(|id| format!(r#"{{"toolUse": {{"toolUseId": "{id}", "name": "f", "input": {{}}}}}}"#))
        .collect();
    format!(r#"{{"role": "assistant", "content": [{}]}}"#, blocks.join(","))
}

fn results(ids: &[&str]) -> String {
    let blocks: Vec<_> = ids
        .iter()
        .map(|id| format!(r#"{{"toolResult": {{"toolUseId": "{id}", "content": [{{"text": "x"}}]}}}}"#))
        .collect();
    format!(r#"{{"role": "user", "content": [{}]}}"#, blocks.join(","))
}

#[test]
fn valid_conversations_pass() {
    for good in [
        USER.to_owned(),
        [USER, ASSISTANT, USER].join(","),
        [USER, ASSISTANT].join(","),
        [USER, &calls(&["t1"]), &results(&["t1"])].join(","),
        [USER, &calls(&["t1", "t2"]), &results(&["t2", "t1"]), ASSISTANT].join(","),
    ] {
        assert_eq!(with_tools(&good), Ok(()), "{good}");
    }
}

#[test]
fn conversation_without_user_first_is_rejected() {
    let text = "A conversation must start with a user message. Try again with a conversation that starts with a user message.";
    assert_eq!(messages(&[ASSISTANT, USER].join(",")), rejected(text));
    assert_eq!(messages(""), rejected(text));
    assert_eq!(request("{}"), rejected(text));
    let prompt = "arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1";
    assert_eq!(check_for(prompt, "{}"), Ok(()));
}

#[test]
fn turns_of_one_role_in_a_row_are_rejected() {
    let text = "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.";
    assert_eq!(messages(&[USER, USER].join(",")), rejected(text));
    assert_eq!(messages(&[USER, ASSISTANT, ASSISTANT].join(",")), rejected(text));
    let rules = r#"{"role": "system", "content": [{"text": "be brief"}]}"#;
    assert_eq!(
        messages(&[USER, ASSISTANT, rules, USER].join(",")),
        Ok(()),
        "rules between turns are no turn"
    );
}

#[test]
fn empty_messages_are_rejected() {
    let empty = r#"{"role": "assistant", "content": []}"#;
    assert_eq!(
        messages(&[USER, empty].join(",")),
        rejected(
            "The content field in the Message object at messages.1 is empty. Add a ContentBlock object to the content field and try again."
        )
    );
}

#[test]
fn blank_texts_are_rejected() {
    for blank in ["", " ", "\\n\\t "] {
        assert_eq!(
            messages(&format!(r#"{{"role": "user", "content": [{{"text": "{blank}"}}]}}"#)),
            rejected(
                "The text field in the ContentBlock object at messages.0.content.0 is blank. Add text to the text field, and try again."
            )
        );
    }
    assert_eq!(
        request(&format!(r#"{{"system": [{{"text": "a"}}, {{"text": " "}}], "messages": [{USER}]}}"#)),
        rejected(
            "The text field in the SystemContentBlock object at system.1 is blank. Add text to the text field, and try again."
        )
    );
}

#[test]
fn tool_blocks_without_tool_config_are_rejected() {
    let history = [USER, &calls(&["t1"]), &results(&["t1"])].join(",");
    assert_eq!(
        messages(&history),
        rejected("The toolConfig field must be defined when using toolUse and toolResult content blocks.")
    );
}

#[test]
fn calls_without_results_in_the_next_turn_are_rejected() {
    for (history, path, ids) in [
        (vec![USER.to_owned(), calls(&["t1"]), USER.to_owned()], 2, "t1"),
        (vec![USER.to_owned(), calls(&["t1", "t2"]), results(&["t2"])], 2, "t1"),
        (vec![USER.to_owned(), calls(&["t1", "t2"]), USER.to_owned()], 2, "t1, t2"),
        (vec![USER.to_owned(), calls(&["t1"]), results(&["t9"])], 2, "t1"),
        (vec![USER.to_owned(), calls(&["t1"])], 2, "t1"),
        (
            vec![USER.to_owned(), calls(&["t1"]), USER.to_owned(), ASSISTANT.to_owned(), USER.to_owned()],
            2,
            "t1",
        ),
    ] {
        assert_eq!(
            with_tools(&history.join(",")),
            rejected(format!(
                "Expected toolResult blocks at messages.{path}.content for the following Ids: {ids}"
            )),
            "{history:?}"
        );
    }
}

#[test]
fn more_results_than_calls_are_rejected() {
    for (history, path) in [
        (vec![USER.to_owned(), calls(&["t1"]), results(&["t1", "t2"])], 2),
        (vec![results(&["t1"])], 0),
        (vec![USER.to_owned(), ASSISTANT.to_owned(), results(&["t1"])], 2),
    ] {
        assert_eq!(
            with_tools(&history.join(",")),
            rejected(format!(
                "The number of toolResult blocks at messages.{path}.content exceeds the number of toolUse blocks of previous turn."
            )),
            "{history:?}"
        );
    }
}

#[test]
fn server_calls_need_no_results() {
    let served = r#"{"role": "assistant", "content": [
        {"toolUse": {"toolUseId": "s", "name": "nova_grounding", "input": {}, "type": "server_tool_use"}},
        {"toolResult": {"toolUseId": "s", "content": [{"text": "x"}], "type": "nova_grounding_result"}}]}"#;
    assert_eq!(with_tools(&[USER, served, USER].join(",")), Ok(()));
}

#[test]
fn duplicate_and_unknown_tools_are_rejected() {
    let tool = |name: &str| {
        format!(r#"{{"toolSpec": {{"name": "{name}", "inputSchema": {{"json": {{"type": "object"}}}}}}}}"#)
    };
    let with = |tools: &str, choice: &str| {
        request(&format!(
            r#"{{"messages": [{USER}], "toolConfig": {{"tools": [{tools}], "toolChoice": {choice}}}}}"#
        ))
    };
    assert_eq!(
        with(&[tool("f"), tool("g"), tool("f")].join(","), r#"{"auto": {}}"#),
        rejected("The model returned the following errors: tools: Tool names must be unique.")
    );
    assert_eq!(with(&tool("f"), r#"{"tool": {"name": "f"}}"#), Ok(()));
    assert_eq!(
        with(&tool("f"), r#"{"tool": {"name": "g"}}"#),
        rejected(
            "The model returned the following errors: tool_choice: Tool 'g' not found in provided tools"
        )
    );
}

#[test]
fn json_members_that_are_not_objects_are_rejected() {
    let text = |path: &str| {
        rejected(format!(
            "The format of the value at {path} is invalid. Provide a json object for the field and try again."
        ))
    };
    let call =
        r#"{"role": "assistant", "content": [{"toolUse": {"toolUseId": "t1", "name": "f", "input": "{}"}}]}"#;
    assert_eq!(
        with_tools(&[USER, call, &results(&["t1"])].join(",")),
        text("messages.1.content.0.toolUse.input")
    );
    let result = r#"{"role": "user", "content": [{"toolResult": {"toolUseId": "t1", "content": [{"text": "a"}, {"json": [1]}]}}]}"#;
    assert_eq!(
        with_tools(&[USER, &calls(&["t1"]), result].join(",")),
        text("messages.2.content.0.toolResult.content.1.json")
    );
    assert_eq!(
        request(&format!(
            r#"{{"messages": [{USER}], "toolConfig": {{"tools": [{{"toolSpec": {{"name": "f", "inputSchema": {{"json": "x"}}}}}}]}}}}"#
        )),
        text("toolConfig.tools.0.toolSpec.inputSchema.json")
    );
}

fn user_with(blocks: &[String]) -> String {
    format!(r#"{{"role": "user", "content": [{{"text": "look"}}, {}]}}"#, blocks.join(","))
}

fn document(name: &str) -> String {
    format!(r#"{{"document": {{"format": "txt", "name": "{name}", "source": {{"bytes": "aGk="}}}}}}"#)
}

#[test]
fn document_counts_and_names_are_checked() {
    let named =
        |names: &[&str]| messages(&user_with(&names.iter().map(|name| document(name)).collect::<Vec<_>>()));
    assert_eq!(named(&["a", "b", "c", "d", "e"]), Ok(()));
    assert_eq!(
        named(&["a", "b", "c", "d", "e", "f"]),
        rejected("You can't include more than 5 documents in a request.")
    );
    assert_eq!(named(&["a", "b", "a"]), rejected("Messages can't contain duplicate document names."));
    for name in ["report.pdf", "don't", "a  b", "a\\tb", "日本"] {
        assert_eq!(
            named(&[name]),
            rejected(
                "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character. Check that the file name conforms to these restrictions and retry your request."
            ),
            "{name}"
        );
    }
    assert_eq!(named(&["Report (2) [final]-v_1"]), Ok(()));
    assert_eq!(
        messages(&format!(r#"{{"role": "user", "content": [{}]}}"#, document("a"))),
        rejected(
            "A text block must be included when using documents. Add a text block and retry your request."
        )
    );
}

#[test]
fn images_beyond_the_limit_are_rejected() {
    let image = r#"{"image": {"format": "png", "source": {"bytes": "aGk="}}}"#.to_owned();
    assert_eq!(messages(&user_with(&vec![image.clone(); 20])), Ok(()));
    assert_eq!(
        messages(&user_with(&vec![image; 21])),
        rejected("You can't include more than 20 images in a message, as the one at messages.0 does.")
    );
}
