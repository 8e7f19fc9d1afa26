//! Runs that end with a Rust type.

use outcrop_core::testing::ScriptedClient;
use outcrop_core::{
    ContentBlock, ErrorKind, ResponseFormat, Role, ToolCallContent, UnifiedMessage, UnifiedResponse,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{agent, roles, shared};
use crate::AgentErrorKind;

/// A river.
#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
struct River {
    name: String,
    #[schemars(range(min = 1))]
    length_km: u32,
}

#[tokio::test]
async fn response_is_parsed_after_the_tools_ran() {
    let client = shared(
        ScriptedClient::new("scripted")
            .calls("get_weather", json!({"city": "Lisbon"}))
            .respond_with_text(r#"{"name": "Tagus", "length_km": 1007}"#),
    );
    let (river, run) = agent(&client).build().run_as::<River>("Describe a river.").await.unwrap();
    assert_eq!(river, River { name: "Tagus".to_owned(), length_km: 1007 });
    assert_eq!(run.parse::<River>().unwrap(), river);
    assert!(client.requests().iter().all(|request| matches!(
        &request.response_format,
        Some(ResponseFormat::JsonSchema(format)) if format.description.as_deref() == Some("A river.")
    )));
}

#[tokio::test]
async fn invalid_response_is_requested_once_more_with_the_error() {
    let client = shared(
        ScriptedClient::new("scripted")
            .respond_with_text(r#"{"name": "Tagus", "length_km": 0}"#)
            .respond_with_text(r#"{"name": "Tagus", "length_km": 1007}"#),
    );
    let (river, run) = agent(&client).build().run_as::<River>("Describe a river.").await.unwrap();
    assert_eq!((river.length_km, run.steps().len()), (1007, 2));
    assert_eq!(roles(run.messages()), ["user", "assistant", "user", "assistant"]);
    let question = run.messages()[2].text();
    assert!(question.contains("`/length_km`") && question.contains("minimum"), "{question}");
}

#[tokio::test]
async fn second_invalid_response_is_an_error_with_the_run() {
    let client = shared(ScriptedClient::new("scripted").respond_with_text("I like rivers.").repeats());
    let error = agent(&client).build().run_as::<River>("Describe a river.").await.unwrap_err();
    assert_eq!((error.kind(), client.requests().len()), (AgentErrorKind::Output, 2));
    assert_eq!(error.model_error().unwrap().kind(), ErrorKind::InvalidOutput);
    assert_eq!(error.run().text(), "I like rivers.");
}

#[tokio::test]
async fn invalid_response_at_the_limit_of_steps_is_not_requested_again() {
    let client = shared(ScriptedClient::new("scripted").respond_with_text("I like rivers.").repeats());
    let error = agent(&client).max_steps(1).build().run_as::<River>("Describe a river.").await.unwrap_err();
    assert_eq!((error.kind(), client.requests().len()), (AgentErrorKind::Output, 1));
}

#[tokio::test]
async fn call_with_the_output_of_a_response_is_not_pending() {
    // In AG2's dialect the output is a call of a tool that does not exist, and stays in the response.
    let mut output = ToolCallContent::new("call_1", "__structured_output", "{}");
    output.structured = Some(true);
    let message = UnifiedMessage::new(Role::Assistant, vec![ContentBlock::text("{}"), output.into()]);
    let response = UnifiedResponse::new("", "", "scripted", vec![message]);
    let client =
        shared(ScriptedClient::new("scripted").respond(response).respond_with_text("Yes.").repeats());
    let agent = agent(&client).build();
    let run = agent.run("Describe a river.").await.unwrap();
    assert_eq!(run.pending_calls().count(), 0);
    let run = agent.run(run.continue_with("Are you sure?")).await.unwrap();
    assert_eq!(roles(run.messages()), ["user", "assistant", "user", "assistant"]);
}
