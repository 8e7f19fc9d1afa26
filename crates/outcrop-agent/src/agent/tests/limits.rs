//! The limits of a run.

use outcrop_core::testing::ScriptedClient;
use serde_json::json;

use super::{agent, get_weather, results, roles, shared};
use crate::{Agent, AgentErrorKind};

/// A model that calls a tool in each step.
fn endless() -> ScriptedClient {
    ScriptedClient::new("scripted")
        .calls("get_weather", json!({"city": "Lisbon"}))
        .usage(100, 20)
        .cost(0.01)
        .repeats()
}

#[tokio::test]
async fn model_that_always_calls_tools_ends_at_the_maximum_of_steps() {
    for (steps, expected) in [(Some(1), 1), (Some(3), 3), (None, 20)] {
        let client = shared(endless());
        let builder = agent(&client);
        let builder = if let Some(steps) = steps { builder.max_steps(steps) } else { builder };
        let error = builder.build().run("Weather?").await.unwrap_err();
        assert_eq!(error.kind(), AgentErrorKind::MaxSteps);
        assert_eq!(
            error.to_string(),
            format!("the model still calls tools after {expected} steps, the maximum of the run")
        );
        assert_eq!(client.requests().len(), expected);
        // The last call has a result too, so that the messages can be continued, but the tool was not run.
        let messages = error.run().messages();
        assert_eq!(roles(messages).len(), 1 + 2 * expected);
        let last = results(messages.last().unwrap());
        assert!(last[0].2 && last[0].1.contains("was not run"), "{last:?}");
        assert!(!results(&messages[2])[0].2 || expected == 1);
    }
}

#[tokio::test]
async fn run_without_steps_makes_no_call() {
    let client = shared(endless());
    let error = agent(&client).max_steps(0).build().run("Weather?").await.unwrap_err();
    assert_eq!((error.kind(), client.requests().len()), (AgentErrorKind::MaxSteps, 0));
}

#[tokio::test]
async fn no_step_begins_once_the_budget_is_reached() {
    let client = shared(endless());
    let error = agent(&client).budget_tokens(250).build().run("Weather?").await.unwrap_err();
    assert_eq!((error.kind(), client.requests().len()), (AgentErrorKind::Budget, 3));
    assert_eq!(error.to_string(), "the budget of the run is used up: 360 of 250 tokens");

    let client = shared(endless());
    let error = agent(&client).budget_usd(0.02).build().run("Weather?").await.unwrap_err();
    assert_eq!((error.kind(), client.requests().len()), (AgentErrorKind::Budget, 2));
    assert_eq!(error.to_string(), "the budget of the run is used up: 0.0200 of 0.02 US dollars");
    assert!(error.hint().is_some());

    let client = shared(endless());
    let error = agent(&client).budget_usd(0.0).build().run("Weather?").await.unwrap_err();
    assert_eq!((error.kind(), client.requests().len()), (AgentErrorKind::Budget, 0));
}

#[tokio::test]
async fn response_beyond_the_budget_is_returned() {
    let client = shared(ScriptedClient::new("scripted").respond_with_text("Sunny.").usage(100, 20).cost(9.0));
    let run = agent(&client).budget_usd(0.01).budget_tokens(1).build().run("Weather?").await.unwrap();
    assert_eq!((run.text().as_str(), run.cost()), ("Sunny.", Some(9.0)));
}

#[tokio::test]
async fn unknown_cost_ends_a_run_with_a_budget_in_dollars() {
    let script = || ScriptedClient::new("scripted").calls("get_weather", json!({"city": "Lisbon"}));
    let client = shared(script().respond_with_text("Sunny."));
    let error = agent(&client).budget_usd(1.0).build().run("Weather?").await.unwrap_err();
    assert_eq!((error.kind(), client.requests().len()), (AgentErrorKind::UnknownCost, 1));
    assert!(error.hint().unwrap().contains("price"));

    let client = shared(script().respond_with_text("Sunny."));
    let run = agent(&client).budget_tokens(1_000).build().run("Weather?").await.unwrap();
    assert_eq!(run.cost(), None, "unknown, not zero");
}

#[tokio::test]
async fn tools_with_settings_are_merged_into_those_of_the_agent() {
    let client = shared(ScriptedClient::new("scripted").respond_with_text("Sunny."));
    let clock = || crate::Tool::without_input("clock", || async { "noon" });
    let agent = Agent::builder(client, "some-model")
        .tool(get_weather())
        .tools(crate::Tools::from([clock(), get_weather().with_description("Again.")]).with_concurrency(1))
        .build();
    let specs: Vec<_> = agent.tools().specs().map(|spec| (spec.name, spec.description)).collect();
    assert_eq!(specs, [("get_weather".to_owned(), Some("Again.".to_owned())), ("clock".to_owned(), None)]);
    assert!(format!("{:?}", agent.tools()).contains("concurrency: 1"));
}
