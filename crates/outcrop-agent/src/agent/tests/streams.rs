//! Runs as streams.

use std::time::Duration;

use outcrop_core::testing::ScriptedClient;
use outcrop_core::{
    ContentBlock, ErrorKind, ModelError, ReasoningContent, Role, UnifiedMessage, UnifiedResponse,
};
use serde_json::json;
use tokio::time::sleep;

use super::{agent, get_weather, results, roles, shared, weather_script};
use crate::{Agent, AgentEvent, RunEnd, RunStream, Tool};

/// The events of a run as short texts, to its end.
async fn collect(mut events: RunStream) -> Vec<String> {
    let mut texts = Vec::new();
    while let Some(event) = events.next().await {
        texts.push(match event {
            Ok(AgentEvent::Text(text)) => format!("text {text}"),
            Ok(AgentEvent::Reasoning(text)) => format!("reasoning {text}"),
            Ok(AgentEvent::ToolStarted(call)) => format!("started {}", call.name),
            Ok(AgentEvent::ToolEnded { call, result, .. }) => {
                format!("ended {} {}", call.name, result.output)
            }
            Ok(AgentEvent::Step(step)) => format!("step {}", step.results.len()),
            Ok(AgentEvent::Done(run)) => format!("done {}", run.text()),
            Ok(AgentEvent::Model(_)) => continue,
            Err(error) => format!("error {error}"),
        });
    }
    texts
}

#[tokio::test]
async fn events_are_in_the_order_in_which_things_happen() {
    let client = shared(
        ScriptedClient::new("scripted")
            .calls("get_weather", json!({"city": "Lisbon"}))
            .stream(["It is ", "sunny."]),
    );
    let events = collect(agent(&client).build().stream("Weather?")).await;
    assert_eq!(
        events,
        [
            "started get_weather",
            "ended get_weather sunny in Lisbon",
            "step 1",
            "text It is ",
            "text sunny.",
            "step 0",
            "done It is sunny.",
        ]
    );
}

#[tokio::test]
async fn reasoning_is_an_event_of_its_own() {
    let message = UnifiedMessage::new(
        Role::Assistant,
        vec![ReasoningContent::new("Hm.").into(), ContentBlock::text("Yes.")],
    );
    let client = shared(ScriptedClient::new("scripted").respond(UnifiedResponse::new(
        "",
        "",
        "scripted",
        vec![message],
    )));
    let events = collect(agent(&client).build().stream("Really?")).await;
    assert_eq!(events, ["reasoning Hm.", "text Yes.", "step 0", "done Yes."]);
}

#[tokio::test]
async fn streamed_run_has_the_outcome_of_a_run() {
    let whole = agent(&shared(weather_script())).build().run("Weather?").await.unwrap();
    let mut events = agent(&shared(weather_script())).build().stream("Weather?");
    let mut done = None;
    while let Some(event) = events.next().await {
        if let AgentEvent::Done(run) = event.unwrap() {
            done = Some(run);
        }
    }
    let streamed = done.unwrap();
    assert_eq!(streamed.messages(), whole.messages());
    assert_eq!((streamed.totals(), streamed.end()), (whole.totals(), whole.end()));
}

#[tokio::test]
async fn broken_stream_keeps_the_text_so_far() {
    let client = shared(
        ScriptedClient::new("scripted")
            .stream(["It is ", "sunny."])
            .breaks_after(1, ModelError::new(ErrorKind::Connection, "reset")),
    );
    let mut events = agent(&client).build().stream("Weather?");
    assert!(matches!(events.next().await, Some(Ok(AgentEvent::Model(_)))), "the start");
    assert!(matches!(events.next().await, Some(Ok(AgentEvent::Text(text))) if text == "It is "));
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "reset");
    assert_eq!(error.run().messages().last().unwrap().text(), "It is ");
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn stream_that_ends_without_a_response_is_an_error() {
    let broken = ModelError::new(ErrorKind::Incomplete, "the stream ended before the response was complete");
    let client = shared(
        ScriptedClient::new("scripted")
            .calls("get_weather", json!({"city": "Lisbon"}))
            .breaks_after(1, broken),
    );
    let mut events = agent(&client).build().stream("Weather?");
    let mut error = None;
    while let Some(event) = events.next().await {
        error = event.err();
    }
    let run = error.unwrap().into_run();
    assert_eq!(roles(run.messages()), ["user"], "half a call is not kept");
}

#[tokio::test(start_paused = true)]
async fn stopped_run_keeps_its_text_and_can_be_continued() {
    let client = shared(
        ScriptedClient::new("scripted")
            .stream(["One ", "two ", "three"])
            .waits_between(|| sleep(Duration::from_secs(1)))
            .respond_with_text("Four."),
    );
    let agent = agent(&client).build();
    let mut events = agent.stream("Count.");
    let text = tokio::time::timeout(Duration::from_millis(3500), async {
        let mut text = String::new();
        while let Some(event) = events.next().await {
            if let Ok(AgentEvent::Text(part)) = event {
                text += &part;
            }
        }
        text
    });
    text.await.unwrap_err();
    let run = events.stop();
    assert_eq!((run.end(), run.messages()[1].text().as_str()), (RunEnd::Stopped, "One two "));
    assert_eq!(run.text(), "One two ");
    let run = agent.run(run.continue_with("Go on.")).await.unwrap();
    assert_eq!(roles(run.messages()), ["user", "assistant", "user", "assistant"]);
}

#[tokio::test(start_paused = true)]
async fn run_that_is_stopped_in_its_tools_has_a_result_for_each_call() {
    let client = shared(
        ScriptedClient::new("scripted")
            .calls("get_weather", json!({"city": "Lisbon"}))
            .and_calls("hang", json!({})),
    );
    let hang = Tool::without_input("hang", std::future::pending::<()>);
    let agent = Agent::builder(client, "some-model").tool(get_weather()).tool(hang).build();
    let mut events = agent.stream("Weather?");
    while let Ok(Some(event)) = tokio::time::timeout(Duration::from_secs(1), events.next()).await {
        event.unwrap();
    }
    let run = events.stop();
    assert_eq!(roles(run.messages()), ["user", "assistant", "tool"]);
    let results = results(&run.messages()[2]);
    assert_eq!(results[0], ("call_1", "sunny in Lisbon", false));
    assert!(results[1].2 && results[1].1.contains("interrupted"), "{results:?}");
    assert_eq!(run.steps()[0].results.len(), 2);
}

#[tokio::test]
async fn stream_that_was_never_polled_stops_with_its_input() {
    let client = shared(weather_script());
    let run = agent(&client).build().stream("Weather?").stop();
    assert_eq!((roles(run.messages()), client.requests().len()), (vec!["user"], 0));
}

#[tokio::test]
async fn slow_reader_does_not_let_events_pile_up() {
    let parts: Vec<String> = (0..1000).map(|number| number.to_string()).collect();
    let client = shared(ScriptedClient::new("scripted").stream(parts));
    let mut events = agent(&client).build().stream("Count.");
    for _ in 0..10 {
        events.next().await.unwrap().unwrap();
    }
    // The parts that were read from the stream of the model are those that the reader has seen.
    assert!(events.stop().messages()[1].text().len() < 30);
}
