//! Tools of a server in this process, and of a real one if there is one.

mod real;
mod server;

use std::time::Duration;

use outcrop_core::testing::ScriptedClient;
use outcrop_core::{ContentBlock, RawJson, ToolCallContent, ToolResultContent, ToolResultStatus};
use serde_json::json;

use super::{McpErrorKind, McpServer};
use crate::agent::Agent;
use crate::tools::Tools;
use server::TestServer;

async fn run(tools: &Tools, name: &str, arguments: &str) -> ToolResultContent {
    tools.run(&ToolCallContent::new("call_1", name, arguments)).await
}

#[tokio::test]
async fn tools_of_all_pages_are_listed_with_their_schemas_and_a_prefix() {
    let (server, _) = TestServer::connect().await;
    let tools = server.tools().await.unwrap();
    let names: Vec<_> = tools.iter().map(|tool| tool.name().to_owned()).collect();
    assert_eq!(names, ["add", "show", "hang", "grow"]);
    assert_eq!(tools[0].spec().description.as_deref(), Some("Adds two numbers."));
    assert_eq!(tools[1].spec().description.as_deref(), Some("Show"), "the title, if there is no description");
    assert_eq!(tools[0].spec().parameters, Some(RawJson::from(server::add_schema())));
    assert_eq!(server.name().as_deref(), Some("test-server"));
    assert_eq!(server.instructions().as_deref(), Some("Add before you show."));

    let tools: Tools = server.with_prefix("math").tools().await.unwrap().into();
    assert_eq!(run(&tools, "math_add", r#"{"a": 2, "b": 3}"#).await.output, r#"{"sum":5}"#);
}

#[tokio::test]
async fn agent_calls_a_tool_of_a_server() {
    let (server, _) = TestServer::connect().await;
    let client =
        ScriptedClient::new("scripted").calls("add", json!({"a": 2, "b": 3})).respond_with_text("It is 5.");
    let agent = Agent::builder(client, "some-model").tools(server.tools().await.unwrap()).build();
    let run = agent.run("What is 2 + 3?").await.unwrap();
    assert_eq!(run.text(), "It is 5.");
    assert_eq!(run.steps()[0].results[0].output, r#"{"sum":5}"#);
}

#[tokio::test]
async fn content_of_each_type_becomes_a_block() {
    let (server, _) = TestServer::connect().await;
    let tools: Tools = server.tools().await.unwrap().into();
    let result = run(&tools, "show", r#"{"what": "everything"}"#).await;
    assert_eq!(result.status, None);
    let types: Vec<_> = result.content.iter().flatten().map(ContentBlock::block_type).collect();
    let expected =
        ["text", "image", "audio", "text", "document", "image", "text", "text", "text", "text", "video"];
    assert_eq!(types, expected);
    let blocks = result.content.unwrap();
    let ContentBlock::Image(image) = &blocks[1] else { panic!("no image") };
    assert_eq!(image.data_uri.as_ref().unwrap().media_type().as_deref(), Some("image/png"));
    assert_eq!(image.data_uri.as_ref().unwrap().payload().base64(), server::PNG);
    let ContentBlock::Document(document) = &blocks[4] else { panic!("no document") };
    assert_eq!(document.name.as_deref(), Some("report.pdf"));
    let ContentBlock::Text(link) = &blocks[6] else { panic!("no text") };
    assert_eq!(link.text, "Resource `notes`: file:///notes.md (text/markdown)\nThe notes of the day.");
    let text =
        |index: usize| if let ContentBlock::Text(block) = &blocks[index] { block.text.as_str() } else { "" };
    assert_eq!(
        [text(7), text(8), text(9)],
        [
            "<svg/>",
            "`logs.gz` (application/gzip, 4 bytes) cannot be shown.",
            "`image` (image/png) is not valid Base64.",
        ]
    );
}

#[tokio::test]
async fn structured_content_is_json_without_the_text_that_repeats_it() {
    let (server, _) = TestServer::connect().await;
    let tools: Tools = server.tools().await.unwrap().into();
    let cases = [
        ("object", vec!["json"]),
        ("wrapped text", vec!["json"]),
        ("wrapped list", vec!["json"]),
        ("summary", vec!["text", "json"]),
    ];
    for (what, expected) in cases {
        let arguments = json!({"what": what}).to_string();
        let result = run(&tools, "show", &arguments).await;
        let types: Vec<_> = result.content.iter().flatten().map(ContentBlock::block_type).collect();
        // A single text is the plain output of a result.
        let types = if result.content.is_none() { vec!["text"] } else { types };
        assert_eq!(types, expected, "{what}");
    }
    assert_eq!(run(&tools, "show", r#"{"what": "nothing"}"#).await.output, "done");
}

#[tokio::test]
async fn failures_become_failed_results() {
    let (server, _) = TestServer::connect().await;
    let tools: Tools = server.tools().await.unwrap().into();
    let cases = [
        (r#"{"what": "failure"}"#, "the disk is full"),
        (r#"{"what": "rejection"}"#, "The server of the tool rejected the call: `what` is unknown"),
        ("[1]", "The arguments do not match the schema of `show`"),
    ];
    for (arguments, text) in cases {
        let result = run(&tools, "show", arguments).await;
        assert_eq!(result.status, Some(ToolResultStatus::Error), "{arguments}");
        assert!(result.output.contains(text), "{}", result.output);
    }
    server.close();
    let result = run(&tools, "add", r#"{"a": 2, "b": 3}"#).await;
    assert_eq!(result.status, Some(ToolResultStatus::Error));
    assert!(result.output.contains("is closed"), "{}", result.output);
}

#[tokio::test]
async fn dropped_call_is_cancelled_on_the_server() {
    let (server, mut events) = TestServer::connect().await;
    let tools = Tools::from(server.tools().await.unwrap()).with_timeout(Duration::from_millis(50));
    let result = run(&tools, "hang", "").await;
    assert!(result.output.contains("took longer"), "{}", result.output);
    assert_eq!(events.recv().await, Some("hang cancelled"));
}

#[tokio::test]
async fn change_of_the_tools_is_noticed_until_they_are_listed() {
    let (server, _) = TestServer::connect().await;
    let tools: Tools = server.tools().await.unwrap().into();
    assert!(!server.has_changed());
    run(&tools, "grow", "{}").await;
    assert!(server.has_changed(), "the notification precedes the result");
    assert_eq!(server.tools().await.unwrap().len(), 5);
    assert!(!server.has_changed());
}

#[tokio::test]
async fn server_over_http_gets_the_headers() {
    let url = server::serve_http().await;
    let error = McpServer::http(&url).connect().await.unwrap_err();
    assert_eq!(error.kind(), McpErrorKind::Connect);
    assert!(error.to_string().starts_with("the MCP server cannot be reached: "), "{error}");

    let server =
        McpServer::http(&url).bearer_token("secret").header("x-team", "blue").connect().await.unwrap();
    let tools: Tools = server.tools().await.unwrap().into();
    assert_eq!(run(&tools, "add", r#"{"a": 2, "b": 3}"#).await.output, r#"{"sum":5}"#);
}

#[tokio::test]
async fn connection_errors_name_their_kind_and_no_secret() {
    let error = McpServer::spawn(tokio::process::Command::new("no-such-server")).await.unwrap_err();
    assert_eq!(error.kind(), McpErrorKind::Start);
    assert!(error.to_string().contains("`no-such-server`: "), "{error}");
    // A program that is not an MCP server, and ends.
    let error = McpServer::spawn(std::process::Command::new("true")).await.unwrap_err();
    assert_eq!(error.kind(), McpErrorKind::Connect);
    let error = McpServer::http("http://127.0.0.1:1/?key=secret").connect().await.unwrap_err();
    assert!(error.to_string().contains("refused"), "{error}");
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    let http =
        McpServer::http("http://127.0.0.1:1/?key=secret").bearer_token("secret").header("bad name", "secret");
    assert!(!format!("{http:?}").contains("secret"), "{http:?}");
    let error = http.connect().await.unwrap_err();
    assert_eq!(error.to_string(), "the MCP server cannot be reached: the header `bad name` is invalid");
}

#[tokio::test]
async fn list_that_never_ends_is_an_error() {
    let server = TestServer::connect_endless().await;
    assert_eq!(server.tools().await.unwrap_err().kind(), McpErrorKind::List);
}
