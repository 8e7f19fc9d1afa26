//! Shortening histories.

use outcrop_core::testing::ScriptedClient;
use outcrop_core::{
    ContentBlock, ErrorKind, ModelError, Role, ToolCallContent, ToolResultContent, UnifiedMessage,
};
use proptest::prelude::*;
use serde_json::json;

use super::{History, HistorySize, HistoryStrategy, Summary, Window};
use crate::{Agent, AgentErrorKind, Tool};

fn user(text: &str) -> UnifiedMessage {
    UnifiedMessage::user(text)
}

fn assistant(text: &str) -> UnifiedMessage {
    UnifiedMessage::assistant(text)
}

fn call(id: &str) -> UnifiedMessage {
    UnifiedMessage::new(Role::Assistant, vec![ToolCallContent::new(id, "look_up", "{}").into()])
}

fn result(id: &str) -> UnifiedMessage {
    UnifiedMessage::tool_result(id, "found")
}

/// A history as one letter per message.
fn letters(messages: &[UnifiedMessage]) -> String {
    let letter = |message: &UnifiedMessage| match message.role {
        Role::User => "u",
        Role::Assistant if message.tool_calls().next().is_some() => "c",
        Role::Assistant => "a",
        Role::Tool => "r",
        _ => "s",
    };
    messages.iter().map(letter).collect()
}

async fn shorten(strategy: &dyn HistoryStrategy, messages: &[UnifiedMessage]) -> Option<Vec<UnifiedMessage>> {
    let client = ScriptedClient::new("scripted").respond_with_text("They talked.").usage(50, 10).cost(0.01);
    let size = HistorySize::measure(messages, None);
    let history = History::new(messages, size, &client, "some-model");
    strategy.shorten(history).await.unwrap().map(|shortened| shortened.messages)
}

fn history(letters: &str) -> Vec<UnifiedMessage> {
    let message = |(index, letter): (usize, char)| match letter {
        'u' => user(&format!("question {index}")),
        'a' => assistant(&format!("response {index}")),
        'c' => call(&format!("call_{index}")),
        'r' => result(&format!("call_{}", index - 1)),
        _ => UnifiedMessage::system("be brief"),
    };
    letters.chars().enumerate().map(message).collect()
}

#[tokio::test]
async fn window_keeps_about_half_of_its_limit() {
    let cases = [
        // A chat: whole turns are dropped.
        (4, "uauauau", Some("uau")),
        (6, "uauauau", Some("uau")),
        (8, "uauauauau", Some("uauau")),
        // One long run: the task stays, and results stay with their calls.
        (6, "ucrcrcrcr", Some("ucr")),
        (8, "ucrcrcrcr", Some("ucrcr")),
        (4, "uaucrcrcr", Some("ucr")),
        // The newest turn is kept even if it is larger than the window.
        (1, "ucr", None),
        (2, "uaucr", Some("ucr")),
        // Instructions stay.
        (4, "usauasua", Some("ssua")),
    ];
    for (limit, before, after) in cases {
        let kept = shorten(&Window::messages(limit), &history(before)).await;
        assert_eq!(kept.as_deref().map(letters).as_deref(), after, "{limit} of {before}");
    }
}

#[tokio::test]
async fn window_of_tokens_weighs_messages_by_their_length() {
    let mut messages = history("uauaua");
    messages[1] = assistant(&"long ".repeat(400));
    let size = HistorySize::measure(&messages, None);
    assert!((500..600).contains(&size.tokens), "{size:?}");
    assert!(Window::tokens(499).is_too_long(&size) && !Window::tokens(size.tokens).is_too_long(&size));
    let kept = shorten(&Window::tokens(400), &messages).await.unwrap();
    assert_eq!(letters(&kept), "uaua");
    // The provider counts ten times as many: half of the limit is ten times fewer messages.
    let client = ScriptedClient::new("scripted");
    let size = HistorySize { tokens: size.tokens * 10, ..size };
    let history = History::new(&messages, size, &client, "some-model");
    let kept = Window::tokens(100).shorten(history).await.unwrap().unwrap().messages;
    assert_eq!(letters(&kept), "ua");
}

#[tokio::test]
async fn results_in_user_messages_stay_with_their_calls() {
    let results = |id: &str, text: &str| {
        let result = ToolResultContent::new(id, "found").into();
        UnifiedMessage::new(Role::User, vec![result, ContentBlock::text(text)])
    };
    let messages =
        [user("a"), call("1"), results("1", "and?"), call("2"), results("2", "and?"), assistant("done")];
    let kept = shorten(&Window::messages(5), &messages).await.unwrap();
    assert_eq!(kept, [user("a"), assistant("done")]);
}

#[tokio::test]
async fn summary_replaces_the_older_messages() {
    let client = std::sync::Arc::new(
        ScriptedClient::new("scripted").respond_with_text("They talked.").usage(50, 10).cost(0.01),
    );
    let messages = history("uaucrua");
    let size = HistorySize::measure(&messages, None);
    let summary = Summary::messages(6).by(std::sync::Arc::clone(&client), "small-model");
    let history = History::new(&messages, size, &client, "some-model");
    let shortened = summary.shorten(history).await.unwrap().unwrap();
    assert_eq!(letters(&shortened.messages), "ua");
    assert_eq!(shortened.messages[0].text(), "Summary of the conversation so far:\nThey talked. question 5");
    assert_eq!((shortened.totals.calls, shortened.totals.cost()), (1, Some(0.01)));
    let request = client.requests().remove(0);
    assert_eq!(request.model, "small-model");
    let text = request.messages[1].text();
    assert!(
        text.contains("user: question 0") && text.contains("look_up") && text.contains("found"),
        "{text}"
    );
    assert!(!text.contains("question 5"));
}

#[tokio::test]
async fn summary_of_a_summary_is_one_summary() {
    let first = shorten(&Summary::messages(4), &history("ucrcrcr")).await.unwrap();
    assert_eq!(letters(&first), "ucr");
    let mut longer = first.clone();
    longer.extend([call("a"), result("a"), call("b"), result("b")]);
    let second = shorten(&Summary::messages(4), &longer).await.unwrap();
    assert_eq!(letters(&second), "ucr");
    assert_eq!(second[0].text().matches("Summary").count(), 1, "{}", second[0].text());
    assert!(second[0].text().ends_with("question 0"));
}

#[tokio::test]
async fn run_with_a_window_sends_short_histories() {
    let script = ScriptedClient::new("scripted").calls("look_up", json!({})).usage(10, 10).repeats();
    let client = std::sync::Arc::new(script);
    let agent = Agent::builder(std::sync::Arc::clone(&client), "some-model")
        .tool(Tool::without_input("look_up", || async { "found" }))
        .history(Window::messages(6))
        .max_steps(12)
        .build();
    let error = agent.run("Find it.").await.unwrap_err();
    assert_eq!(error.kind(), AgentErrorKind::MaxSteps);
    let sent: Vec<_> = client.requests().iter().map(|request| letters(&request.messages)).collect();
    assert_eq!(sent[..6], ["u", "ucr", "ucrcr", "ucr", "ucrcr", "ucr"]);
    assert!(letters(error.run().messages()).len() < 8);
}

#[tokio::test]
async fn history_that_the_service_rejects_as_too_long_is_shortened_once() {
    let overflow = || ModelError::new(ErrorKind::ContextOverflow, "the prompt is too long");
    let client = std::sync::Arc::new(
        ScriptedClient::new("scripted").fail(overflow()).respond_with_text("Yes.").fail(overflow()).repeats(),
    );
    let agent = Agent::builder(std::sync::Arc::clone(&client), "some-model")
        .history(Window::tokens(1_000_000))
        .build();
    let run = agent.run(history("uauau")).await.unwrap();
    assert_eq!(letters(run.messages()), "uaua", "{:?}", run.messages());
    let sent: Vec<_> = client.requests().iter().map(|request| letters(&request.messages)).collect();
    assert_eq!(sent, ["uauau", "uau"]);

    let error = agent.run(history("uauau")).await.unwrap_err();
    assert!(error.model_error().unwrap().is_context_overflow());
    assert_eq!(client.requests().len(), 4);
    // Nothing can be left out of one question.
    let error = agent.run("A question.").await.unwrap_err();
    assert!(error.model_error().unwrap().is_context_overflow());
    assert_eq!(client.requests().len(), 5);
}

#[tokio::test]
async fn failed_summary_ends_the_run() {
    let busy = ModelError::new(ErrorKind::Throttled, "too many requests");
    let agent = Agent::builder(ScriptedClient::new("scripted").fail(busy), "some-model")
        .history(Summary::messages(2))
        .build();
    let error = agent.run(history("uauau")).await.unwrap_err();
    assert!(error.model_error().unwrap().is_throttled());
    assert_eq!(error.run().messages().len(), 5, "nothing is lost");
}

proptest! {
    #[test]
    fn calls_stay_with_their_results_in_any_history(
        turns in prop::collection::vec(prop::sample::select(vec!["u", "ua", "ucr", "cr", "crcr", "a", "su"]), 0..12),
        limit in 0_u8..20,
        tokens in any::<bool>(),
    ) {
        let messages = history(&turns.concat());
        let window = if tokens { Window::tokens(limit.into()) } else { Window::messages(limit.into()) };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        if let Some(kept) = runtime.block_on(shorten(&window, &messages)) {
            let letters = letters(&kept);
            prop_assert!(kept.len() < messages.len());
            prop_assert_eq!(letters.matches('c').count(), letters.matches("cr").count(), "{}", &letters);
            prop_assert_eq!(letters.matches('r').count(), letters.matches("cr").count(), "{}", &letters);
            prop_assert_eq!(letters.matches('s').count(), turns.concat().matches('s').count());
            prop_assert_eq!(kept.last(), messages.last());
            let has_user = turns.concat().trim_start_matches('s').starts_with('u');
            prop_assert!(!has_user || letters.trim_start_matches('s').starts_with('u'), "{}", &letters);
        }
    }
}
