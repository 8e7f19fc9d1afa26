//! Runs that wait for approval.

use std::sync::Arc;

use outcrop_core::testing::ScriptedClient;
use serde_json::json;

use super::{results, roles, shared};
use crate::{Agent, Decision, Input, RunEnd, Tool, Tools};

fn launch() -> Tool {
    Tool::without_input("launch", || async { "launched" }).requires_approval()
}

fn script() -> Arc<ScriptedClient> {
    shared(
        ScriptedClient::new("scripted")
            .calls("launch", json!({}))
            .and_calls("launch", json!({}))
            .and_calls("clock", json!({}))
            .respond_with_text("Done."),
    )
}

fn agent(client: &Arc<ScriptedClient>) -> Agent {
    let clock = Tool::without_input("clock", || async { "noon" });
    Agent::builder(Arc::clone(client), "some-model").tool(launch()).tool(clock).build()
}

#[tokio::test]
async fn run_waits_for_the_decision_of_the_caller() {
    let client = script();
    let agent = agent(&client);
    let run = agent.run("Launch twice.").await.unwrap();
    assert_eq!((run.end(), roles(run.messages())), (RunEnd::ApprovalRequired, vec!["user", "assistant"]));
    let pending: Vec<_> = run.pending_calls().map(|call| call.id.clone()).collect();
    assert_eq!(pending, ["call_1", "call_2", "call_3"]);

    // One decision is not enough: the run still waits for the other.
    let run = agent.run(run.into_input().approve("call_1")).await.unwrap();
    assert_eq!((run.end(), run.steps().len()), (RunEnd::ApprovalRequired, 0));

    // The messages may have been stored in between.
    let stored = serde_json::to_string(run.messages()).unwrap();
    let messages: Vec<outcrop_core::UnifiedMessage> = serde_json::from_str(&stored).unwrap();
    let input = Input::from(messages).approve("call_1").deny("call_2", "once is enough");
    let run = agent.run(input).await.unwrap();
    assert_eq!((run.end(), run.text().as_str()), (RunEnd::Finished, "Done."));
    let results = results(&run.messages()[2]);
    assert_eq!(results[0], ("call_1", "launched", false));
    assert_eq!(
        results[1],
        ("call_2", "The call of `launch` was not approved: once is enough. Do not repeat it.", true)
    );
    assert_eq!(results[2], ("call_3", "noon", false));
    assert_eq!(run.pending_calls().count(), 0);
}

#[tokio::test]
async fn message_in_place_of_a_decision_leaves_the_calls_undone() {
    let client = script();
    let agent = agent(&client);
    let run = agent.run("Launch twice.").await.unwrap();
    let run = agent.run(run.continue_with("Rather not.")).await.unwrap();
    assert_eq!(roles(run.messages()), ["user", "assistant", "tool", "user", "assistant"]);
    assert!(results(&run.messages()[2]).iter().all(|(_, _, failed)| *failed));
}

#[tokio::test]
async fn function_that_decides_lets_the_run_continue() {
    let client = script();
    let tools = Tools::from([launch()]).with_approval(|_| async { Decision::Approve });
    let agent = Agent::builder(Arc::clone(&client), "some-model").tools(tools).build();
    let run = agent.run("Launch twice.").await.unwrap();
    assert_eq!(run.end(), RunEnd::Finished);
    assert_eq!(results(&run.messages()[2])[1], ("call_2", "launched", false));
}
