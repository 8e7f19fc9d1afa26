//! Tests of the rules, each with the message that AWS gives.

mod families;
mod repaired;

use super::*;

/// Checks the messages of a request that has a tool `f`.
fn with_tools(messages: &str) -> Result<(), String> {
    let tools = r#""toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {}}}}]}"#;
    request(&format!(r#"{{"messages": [{messages}], {tools}}}"#))
}

fn messages(messages: &str) -> Result<(), String> {
    request(&format!(r#"{{"messages": [{messages}]}}"#))
}

fn request(body: &str) -> Result<(), String> {
    of_model("amazon.nova-lite-v1:0", body)
}

fn of_model(model: &str, body: &str) -> Result<(), String> {
    let request: ConverseRequest = outcrop_core::from_str(body).expect(body);
    check_conversation(&ModelId::parse(model), &request).map_err(|fault| fault.message().to_owned())
}

fn broken(message: impl Into<String>) -> Result<(), String> {
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
fn good_conversations_pass() {
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
fn the_user_starts() {
    let told = "A conversation must start with a user message. Try again with a conversation that starts with a user message.";
    assert_eq!(messages(&[ASSISTANT, USER].join(",")), broken(told));
    assert_eq!(messages(""), broken(told));
    assert_eq!(request("{}"), broken(told));
    let prompt = "arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1";
    assert_eq!(of_model(prompt, "{}"), Ok(()));
}

#[test]
fn sides_alternate() {
    let told = "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.";
    assert_eq!(messages(&[USER, USER].join(",")), broken(told));
    assert_eq!(messages(&[USER, ASSISTANT, ASSISTANT].join(",")), broken(told));
    let rules = r#"{"role": "system", "content": [{"text": "be brief"}]}"#;
    assert_eq!(
        messages(&[USER, ASSISTANT, rules, USER].join(",")),
        Ok(()),
        "rules between turns are no turn"
    );
}

#[test]
fn messages_have_content() {
    let empty = r#"{"role": "assistant", "content": []}"#;
    assert_eq!(
        messages(&[USER, empty].join(",")),
        broken(
            "The content field in the Message object at messages.1 is empty. Add a ContentBlock object to the content field and try again."
        )
    );
}

#[test]
fn texts_are_not_blank() {
    for blank in ["", " ", "\\n\\t "] {
        assert_eq!(
            messages(&format!(r#"{{"role": "user", "content": [{{"text": "{blank}"}}]}}"#)),
            broken(
                "The text field in the ContentBlock object at messages.0.content.0 is blank. Add text to the text field, and try again."
            )
        );
    }
    assert_eq!(
        request(&format!(r#"{{"system": [{{"text": "a"}}, {{"text": " "}}], "messages": [{USER}]}}"#)),
        broken(
            "The text field in the SystemContentBlock object at system.1 is blank. Add text to the text field, and try again."
        )
    );
}

#[test]
fn tool_blocks_want_tools() {
    let history = [USER, &calls(&["t1"]), &results(&["t1"])].join(",");
    assert_eq!(
        messages(&history),
        broken("The toolConfig field must be defined when using toolUse and toolResult content blocks.")
    );
}

#[test]
fn calls_are_answered_in_the_next_turn() {
    for (history, place, ids) in [
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
            broken(format!(
                "Expected toolResult blocks at messages.{place}.content for the following Ids: {ids}"
            )),
            "{history:?}"
        );
    }
}

#[test]
fn results_do_not_outnumber_calls() {
    for (history, place) in [
        (vec![USER.to_owned(), calls(&["t1"]), results(&["t1", "t2"])], 2),
        (vec![results(&["t1"])], 0),
        (vec![USER.to_owned(), ASSISTANT.to_owned(), results(&["t1"])], 2),
    ] {
        assert_eq!(
            with_tools(&history.join(",")),
            broken(format!(
                "The number of toolResult blocks at messages.{place}.content exceeds the number of toolUse blocks of previous turn."
            )),
            "{history:?}"
        );
    }
}

#[test]
fn calls_of_tools_that_the_service_runs_need_no_answer_of_the_user() {
    let served = r#"{"role": "assistant", "content": [
        {"toolUse": {"toolUseId": "s", "name": "nova_grounding", "input": {}, "type": "server_tool_use"}},
        {"toolResult": {"toolUseId": "s", "content": [{"text": "x"}], "type": "nova_grounding_result"}}]}"#;
    assert_eq!(with_tools(&[USER, served, USER].join(",")), Ok(()));
}

#[test]
fn tools_have_unique_names_and_a_choice_names_one() {
    let tool =
        |name: &str| format!(r#"{{"toolSpec": {{"name": "{name}", "inputSchema": {{"json": {{}}}}}}}}"#);
    let with = |tools: &str, choice: &str| {
        request(&format!(
            r#"{{"messages": [{USER}], "toolConfig": {{"tools": [{tools}], "toolChoice": {choice}}}}}"#
        ))
    };
    assert_eq!(
        with(&[tool("f"), tool("g"), tool("f")].join(","), r#"{"auto": {}}"#),
        broken("The model returned the following errors: tools: Tool names must be unique.")
    );
    assert_eq!(with(&tool("f"), r#"{"tool": {"name": "f"}}"#), Ok(()));
    assert_eq!(
        with(&tool("f"), r#"{"tool": {"name": "g"}}"#),
        broken("The model returned the following errors: tool_choice: Tool 'g' not found in provided tools")
    );
}

#[test]
fn open_members_are_objects() {
    let told = |place: &str| {
        broken(format!(
            "The format of the value at {place} is invalid. Provide a json object for the field and try again."
        ))
    };
    let call =
        r#"{"role": "assistant", "content": [{"toolUse": {"toolUseId": "t1", "name": "f", "input": "{}"}}]}"#;
    assert_eq!(
        with_tools(&[USER, call, &results(&["t1"])].join(",")),
        told("messages.1.content.0.toolUse.input")
    );
    let result = r#"{"role": "user", "content": [{"toolResult": {"toolUseId": "t1", "content": [{"text": "a"}, {"json": [1]}]}}]}"#;
    assert_eq!(
        with_tools(&[USER, &calls(&["t1"]), result].join(",")),
        told("messages.2.content.0.toolResult.content.1.json")
    );
    assert_eq!(
        request(&format!(
            r#"{{"messages": [{USER}], "toolConfig": {{"tools": [{{"toolSpec": {{"name": "f", "inputSchema": {{"json": "x"}}}}}}]}}}}"#
        )),
        told("toolConfig.tools.0.toolSpec.inputSchema.json")
    );
}

fn user_with(blocks: &[String]) -> String {
    format!(r#"{{"role": "user", "content": [{{"text": "look"}}, {}]}}"#, blocks.join(","))
}

fn document(name: &str) -> String {
    format!(r#"{{"document": {{"format": "txt", "name": "{name}", "source": {{"bytes": "aGk="}}}}}}"#)
}

#[test]
fn documents_are_few_and_well_named() {
    let named =
        |names: &[&str]| messages(&user_with(&names.iter().map(|name| document(name)).collect::<Vec<_>>()));
    assert_eq!(named(&["a", "b", "c", "d", "e"]), Ok(()));
    assert_eq!(
        named(&["a", "b", "c", "d", "e", "f"]),
        broken("You can't include more than 5 documents in a request.")
    );
    assert_eq!(named(&["a", "b", "a"]), broken("Messages can't contain duplicate document names."));
    for name in ["report.pdf", "don't", "a  b", "日本"] {
        assert_eq!(
            named(&[name]),
            broken(
                "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character."
            ),
            "{name}"
        );
    }
    assert_eq!(named(&["Report (2) [final]-v_1"]), Ok(()));
    assert_eq!(
        messages(&format!(r#"{{"role": "user", "content": [{}]}}"#, document("a"))),
        broken(
            "A text block must be included when using documents. Add a text block and retry your request."
        )
    );
}

#[test]
fn images_are_few() {
    let image = r#"{"image": {"format": "png", "source": {"bytes": "aGk="}}}"#.to_owned();
    assert_eq!(messages(&user_with(&vec![image.clone(); 20])), Ok(()));
    assert_eq!(
        messages(&user_with(&vec![image; 21])),
        broken("You can't include more than 20 images in a message, as the one at messages.0 does.")
    );
}
