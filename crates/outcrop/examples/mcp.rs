//! An agent with the tools of an MCP server, on an emulated Bedrock.
//! The client speaks Converse's own dialect. Programs of AG2 Classic use `BedrockClient::ag2()` instead: docs/ag2.md.
//!
//! ```sh
//! cargo run -p outcrop --features mcp --example mcp
//! cargo run -p outcrop --features mcp --example mcp -- npx -y @modelcontextprotocol/server-everything
//! ```
//!
//! Without a command, the server is this program itself, in another process.

use outcrop::prelude::*;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ErrorData, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig, object,
};
use rmcp::service::{RequestContext, RoleServer};
use serde_json::json;
use tokio::process::Command;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let command = match arguments.split_first() {
        Some((argument, [])) if argument == "--serve" => return serve().await,
        Some((program, arguments)) => {
            let mut command = Command::new(program);
            command.args(arguments);
            command
        }
        None => {
            let mut command = Command::new(std::env::current_exe()?);
            command.arg("--serve");
            command
        }
    };
    let server = McpServer::spawn(command).await?;
    let tools = server.tools().await?;
    for tool in &tools {
        println!("{}: {}", tool.name(), tool.spec().description.as_deref().unwrap_or_default());
    }

    let emulator = outcrop_emulator::Emulator::start().await?;
    let builder = BedrockClient::builder().region("eu-west-1").endpoint_url(emulator.url());
    let client = builder.credentials(Credentials::keys("any", "any")).build().await?;
    let agent = Agent::builder(client, "eu.amazon.nova-lite-v1:0").tools(tools).max_steps(8).build();
    let run = agent.run("What is the weather in Lisbon?").await?;
    for result in run.steps().iter().flat_map(|step| &step.results) {
        println!("the server answered: {}", result.output);
    }
    println!("{}", run.text());
    Ok(())
}

/// Serves a tool over standard input and output.
async fn serve() -> Result<(), Box<dyn std::error::Error>> {
    let transport = (tokio::io::stdin(), tokio::io::stdout());
    rmcp::serve_server(Weather, transport).await?.waiting().await?;
    Ok(())
}

struct Weather;

impl rmcp::ServerHandler for Weather {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let schema =
            json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
        let tool = rmcp::model::Tool::new(
            "get_weather",
            "The weather in a city, now.",
            std::sync::Arc::new(object(schema)),
        );
        Ok(ListToolsResult::with_all_items(vec![tool]))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let city = request.arguments.and_then(|arguments| arguments.get("city").cloned());
        Ok(CallToolResult::structured(json!({"city": city, "weather": "sunny", "celsius": 21})).into())
    }
}
