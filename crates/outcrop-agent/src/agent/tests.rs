//! Runs of scripted models.

mod approval;
mod limits;
mod output;
mod streams;

use std::error::Error;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use outcrop_core::testing::ScriptedClient;
use outcrop_core::{
    ContentBlock, ErrorKind, ModelError, ModelRequest, Role, ToolCallContent, ToolChoice, ToolResultStatus,
    UnifiedMessage, UnifiedResponse,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::{Agent, AgentBuilder, AgentErrorKind, Hooks, RunEnd, Step, Tool};

/// The weather in a city, now.
#[derive(Deserialize, JsonSchema)]
struct GetWeather {
    /// The city, such as Lisbon.
    city: String,
}

fn get_weather() -> Tool {
    Tool::new("get_weather", |input: GetWeather| async move { format!("sunny in {}", input.city) })
}

/// A client whose requests can be seen after an agent got it.
fn shared(client: ScriptedClient) -> Arc<ScriptedClient> {
    Arc::new(client)
}

fn agent(client: &Arc<ScriptedClient>) -> AgentBuilder {
    Agent::builder(Arc::clone(client), "some-model").tool(get_weather())
}

fn weather_script() -> ScriptedClient {
    ScriptedClient::new("scripted")
        .calls("get_weather", json!({"city": "Lisbon"}))
        .usage(100, 20)
        .cost(0.002)
        .respond_with_text("It is sunny.")
        .usage(150, 10)
        .cost(0.003)
}

fn roles(messages: &[UnifiedMessage]) -> Vec<&str> {
    messages.iter().map(|message| message.role.as_str()).collect()
}

/// The results in a message: id, text, and whether it failed.
fn results(message: &UnifiedMessage) -> Vec<(&str, &str, bool)> {
    let mut results = Vec::new();
    for block in &message.content {
        if let ContentBlock::ToolResult(result) = block {
            let is_failed = result.status == Some(ToolResultStatus::Error);
            results.push((result.tool_call_id.as_str(), result.output.as_str(), is_failed));
        }
    }
    results
}

#[tokio::test]
async fn run_calls_tools_until_the_model_responds() {
    let client = shared(weather_script());
    let run = agent(&client).system("Be brief.").build().run("What is the weather in Lisbon?").await.unwrap();
    assert_eq!((run.text().as_str(), run.end(), run.steps().len()), ("It is sunny.", RunEnd::Finished, 2));
    assert_eq!(roles(run.messages()), ["user", "assistant", "tool", "assistant"]);
    assert_eq!(results(&run.messages()[2]), [("call_1", "sunny in Lisbon", false)]);
    assert_eq!((run.totals().calls, run.totals().tokens(), run.cost()), (2, 280, Some(0.005)));
    assert!(run.steps()[0].called("get_weather") && !run.steps()[1].called("get_weather"));
    assert_eq!(run.steps()[0].results[0].output, "sunny in Lisbon");

    let requests = client.requests();
    assert_eq!(roles(&requests[0].messages), ["system", "user"]);
    assert_eq!(roles(&requests[1].messages), ["system", "user", "assistant", "tool"]);
    assert!(requests.iter().all(|request| request.tools.len() == 1 && request.model == "some-model"));
}

#[tokio::test]
async fn requests_of_a_run_share_a_conversation_and_so_do_those_of_the_next() {
    let client = shared(weather_script().respond_with_text("Rain in Porto."));
    let agent = agent(&client).build();
    let run = agent.run("What is the weather in Lisbon?").await.unwrap();
    let run = agent.run(run.continue_with("And in Porto?")).await.unwrap();
    assert_eq!(roles(run.messages()), ["user", "assistant", "tool", "assistant", "user", "assistant"]);
    let mut states = client.requests().into_iter().map(|request| {
        request.conversation.unwrap().with_state(|count: &mut u32| {
            *count += 1;
            *count
        })
    });
    assert!(states.by_ref().eq([1, 2, 3]));
}

#[tokio::test]
async fn several_calls_have_their_results_in_one_message() {
    let client = shared(
        ScriptedClient::new("scripted")
            .calls("get_weather", json!({"city": "Lisbon"}))
            .and_calls("get_wether", json!({"city": "Porto"}))
            .and_calls("get_weather", json!({"town": "Faro"}))
            .respond_with_text("Sunny."),
    );
    let run = agent(&client).build().run("Weather?").await.unwrap();
    let results = results(&run.messages()[2]);
    assert_eq!(results.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), ["call_1", "call_2", "call_3"]);
    assert_eq!(results.iter().map(|(.., failed)| *failed).collect::<Vec<_>>(), [false, true, true]);
}

#[tokio::test]
async fn failed_call_of_the_model_returns_what_was_done_before() {
    let error = ModelError::new(ErrorKind::Throttled, "too many requests").with_hint("wait");
    let client =
        shared(ScriptedClient::new("scripted").calls("get_weather", json!({"city": "Lisbon"})).fail(error));
    let error = agent(&client).build().run("Weather?").await.unwrap_err();
    assert_eq!(error.kind(), AgentErrorKind::Model);
    assert_eq!(error.to_string(), "too many requests");
    assert_eq!(error.hint(), Some("wait"));
    assert!(error.model_error().unwrap().is_throttled());
    assert_eq!(error.run().end(), RunEnd::Failed);
    assert_eq!(roles(error.run().messages()), ["user", "assistant", "tool"]);
    assert_eq!(error.into_run().steps().len(), 1);
}

#[tokio::test]
async fn response_without_content_ends_the_run_and_adds_no_message() {
    let empty = UnifiedResponse::new("", "", "scripted", vec![UnifiedMessage::new(Role::Assistant, vec![])]);
    for response in [empty, UnifiedResponse::new("", "", "scripted", vec![])] {
        let client = shared(ScriptedClient::new("scripted").respond(response));
        let run = agent(&client).build().run("Weather?").await.unwrap();
        assert_eq!((run.text().as_str(), roles(run.messages())), ("", vec!["user"]));
    }
}

#[tokio::test]
async fn incomplete_call_is_answered_and_not_run() {
    let mut call = ToolCallContent::new("call_1", "get_weather", r#"{"city": "Lis"#);
    call.incomplete = Some(true);
    let message = UnifiedMessage::new(Role::Assistant, vec![call.into()]);
    let client = shared(
        ScriptedClient::new("scripted")
            .respond(UnifiedResponse::new("", "", "scripted", vec![message]))
            .respond_with_text("Sorry."),
    );
    let run = agent(&client).build().run("Weather?").await.unwrap();
    let results = results(&run.messages()[2]);
    assert!(results[0].2 && results[0].1.contains("cut off"), "{results:?}");
}

#[tokio::test]
async fn calls_without_an_id_of_their_own_get_one() {
    let call = |id: &str| ToolCallContent::new(id, "get_weather", r#"{"city": "Lisbon"}"#).into();
    let message = UnifiedMessage::new(Role::Assistant, vec![call(""), call("a"), call("a"), call("call_2")]);
    let response = UnifiedResponse::new("", "", "scripted", vec![message]);
    let client = shared(
        ScriptedClient::new("scripted").respond(response.clone()).respond(response).respond_with_text("."),
    );
    let run = agent(&client).build().run("Weather?").await.unwrap();
    let mut ids = Vec::new();
    for index in [1, 3] {
        let calls: Vec<_> = run.messages()[index].tool_calls().map(|call| call.id.as_str()).collect();
        let results: Vec<_> = results(&run.messages()[index + 1]).iter().map(|(id, ..)| *id).collect();
        assert_eq!(calls, results);
        ids.extend(calls);
    }
    assert_eq!(ids[..4], ["call_1", "a", "call_3", "call_2"]);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 8, "{ids:?}");
}

#[tokio::test]
async fn forced_tool_choice_applies_to_the_first_step_only() {
    for choice in [ToolChoice::Required, ToolChoice::Tool("get_weather".to_owned())] {
        let client = shared(weather_script());
        agent(&client).request(|request| request.tool_choice(choice)).build().run("Weather?").await.unwrap();
        let choices: Vec<_> =
            client.requests().into_iter().map(|request| request.tool_choice.is_some()).collect();
        assert_eq!(choices, [true, false]);
    }
    let client = shared(weather_script());
    agent(&client)
        .request(|request| request.tool_choice(ToolChoice::None))
        .build()
        .run("Weather?")
        .await
        .unwrap();
    assert!(client.requests().iter().all(|request| request.tool_choice == Some(ToolChoice::None)));
}

#[tokio::test]
async fn history_with_open_calls_begins_with_them() {
    let call = |id: &str| ToolCallContent::new(id, "get_weather", r#"{"city": "Lisbon"}"#).into();
    let history = || {
        vec![
            UnifiedMessage::user("Weather?"),
            UnifiedMessage::new(Role::Assistant, vec![call("a"), call("b")]),
        ]
    };
    let client = shared(ScriptedClient::new("scripted").respond_with_text("Sunny.").repeats());
    let run = agent(&client).build().run(history()).await.unwrap();
    assert_eq!(roles(run.messages()), ["user", "assistant", "tool", "assistant"]);
    assert_eq!(
        results(&run.messages()[2]),
        [("a", "sunny in Lisbon", false), ("b", "sunny in Lisbon", false)]
    );

    // Calls that were followed by something else are not run any more.
    let mut interrupted = history();
    interrupted.push(UnifiedMessage::user("Never mind."));
    let run = agent(&client).build().run(interrupted).await.unwrap();
    assert_eq!(roles(run.messages()), ["user", "assistant", "tool", "user", "assistant"]);
    assert!(
        results(&run.messages()[2])
            .iter()
            .all(|(_, output, failed)| *failed && output.contains("interrupted"))
    );

    let mut half = history();
    half.push(UnifiedMessage::tool_result("a", "sunny"));
    let run = agent(&client).build().run(half).await.unwrap();
    assert_eq!(roles(run.messages()), ["user", "assistant", "tool", "assistant"]);
    assert_eq!(results(&run.messages()[2]).len(), 2);
}

#[tokio::test]
async fn hooks_run_around_each_step_and_can_end_the_run() {
    #[derive(Default, Clone)]
    struct Log(Arc<Mutex<Vec<String>>>);
    #[async_trait]
    impl Hooks for Log {
        async fn before_step(&self, request: &mut ModelRequest) -> Result<(), Box<dyn Error + Send + Sync>> {
            self.0.lock().unwrap().push(format!("before {}", request.messages.len()));
            request.model = "another-model".to_owned();
            Ok(())
        }

        async fn after_step(&self, step: &Step) -> Result<(), Box<dyn Error + Send + Sync>> {
            self.0.lock().unwrap().push(format!("after {}", step.results.len()));
            if step.results.is_empty() { Err("enough".into()) } else { Ok(()) }
        }
    }

    let (client, log) = (shared(weather_script()), Log::default());
    let error = agent(&client).hooks(log.clone()).build().run("Weather?").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (AgentErrorKind::Hook, "a hook of the agent failed: enough")
    );
    assert_eq!(*log.0.lock().unwrap(), ["before 1", "after 1", "before 3", "after 0"]);
    assert!(client.requests().iter().all(|request| request.model == "another-model"));
    assert_eq!(error.run().text(), "It is sunny.", "the paid response is kept");
}

#[tokio::test]
async fn condition_ends_the_run_after_the_tools_of_the_step() {
    let client = shared(weather_script());
    let run = agent(&client)
        .stop_when(|steps| steps.last().is_some_and(|step| step.called("get_weather")))
        .build()
        .run("Weather?")
        .await
        .unwrap();
    assert_eq!((run.end(), roles(run.messages())), (RunEnd::Condition, vec!["user", "assistant", "tool"]));
}

#[test]
fn runs_can_move_between_threads() {
    fn assert_send(_: impl Send) {}
    let agent = agent(&shared(ScriptedClient::new("scripted"))).build();
    assert_send(agent.run("a"));
    assert_send(agent.run_as::<String>("a"));
    assert_send(agent.stream("a"));
}

#[test]
fn debug_of_an_agent_does_not_show_its_instructions() {
    let agent = agent(&shared(ScriptedClient::new("scripted"))).system("secret").build();
    assert!(!format!("{agent:?}").contains("secret"));
}
