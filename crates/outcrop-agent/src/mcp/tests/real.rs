//! A real server, named by `OUTCROP_MCP_SERVER`: the command of `@modelcontextprotocol/server-everything`.

use outcrop_core::{ToolCallContent, ToolResultContent, ToolResultStatus};
use serde_json::json;

use super::McpServer;
use crate::tools::Tools;

#[tokio::test]
async fn real_server_lists_and_runs_its_tools() {
    let Ok(command) = std::env::var("OUTCROP_MCP_SERVER") else {
        eprintln!(
            "NOT RUN: set OUTCROP_MCP_SERVER to a command, such as `npx -y @modelcontextprotocol/server-everything`"
        );
        return;
    };
    let mut parts = command.split_whitespace();
    let mut command = tokio::process::Command::new(parts.next().unwrap());
    command.args(parts);
    let server = McpServer::spawn(command).await.unwrap();
    let tools: Tools = server.tools().await.unwrap().into();
    let run = async |name: &str, arguments: serde_json::Value| {
        tools.run(&ToolCallContent::new("call_1", name, arguments.to_string())).await
    };
    let types = |result: &ToolResultContent| -> Vec<String> {
        result.content.iter().flatten().map(|block| block.block_type().to_owned()).collect()
    };
    assert_eq!(run("echo", json!({"message": "hello"})).await.output, "Echo: hello");
    assert_eq!(types(&run("get-tiny-image", json!({})).await), ["text", "image", "text"]);
    let structured = run("get-structured-content", json!({"location": "Chicago"})).await;
    assert_eq!(types(&structured), ["json"], "the text repeats it");
    let resource = run("get-resource-reference", json!({"resourceType": "Blob", "resourceId": 1})).await;
    assert!(resource.output.contains("base64 blob created"), "{}", resource.output);
    let links = run("get-resource-links", json!({"count": 2})).await;
    assert!(links.output.contains("demo://resource/"), "{}", links.output);
    let wrong = run("get-sum", json!({"a": "two"})).await;
    assert_eq!(wrong.status, Some(ToolResultStatus::Error));
}
