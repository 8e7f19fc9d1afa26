//! Whatever a model answers, a run ends within its limits, and every family of models accepts its history.

use std::sync::Arc;
use std::time::Duration;

use outcrop::converse::Catalog;
use outcrop::core::testing::ScriptedClient;
use outcrop::core::{Conversation, ReasoningContent, Role, ToolCallContent};
use outcrop::{
    Alternation, BedrockClient, ContentBlock, Dialect, ErrorKind, ModelClient as _, ModelError, ModelRequest,
    UnifiedMessage, UnifiedResponse, Usage,
};
use outcrop_agent::{Agent, Input, Run, Tool, ToolOutput, Tools, Window};
use outcrop_emulator::Emulator;
use proptest::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::families::FAMILIES;
use crate::support::loopback;

/// A block that a model may write.
#[derive(Clone, Debug)]
enum Part {
    Text(&'static str),
    Reasoning(&'static str),
    SignedReasoning,
    Call { id: &'static str, name: &'static str, arguments: &'static str, incomplete: bool },
}

/// A response that a model may give, or the error in its place.
#[derive(Clone, Debug)]
enum Turn {
    Respond(Vec<Vec<Part>>),
    Break(Vec<Part>, usize),
    Fail(ErrorKind),
}

/// How a run is started, and when it is stopped.
#[derive(Clone, Debug)]
enum Mode {
    Run,
    Stream,
    StopAfter(usize),
}

fn part() -> impl Strategy<Value = Part> {
    let call = (
        prop::sample::select(vec![
            "",
            "a",
            "b",
            "call 1/x",
            "tooluse_verylongidentifier_0123456789_0123456789_0123456789_0123456789_x",
        ]),
        prop::sample::select(vec!["add", "fail", "panic", "hang", "picture", "nope", "", "add numbers!"]),
        prop::sample::select(vec![
            r#"{"a": 1, "b": 2}"#,
            "{}",
            "",
            "{\"a\": 1",
            "[]",
            "null",
            "7",
            r#"{"a": 1, "a": 2}"#,
        ]),
        prop::bool::weighted(0.1),
    )
        .prop_map(|(id, name, arguments, incomplete)| Part::Call { id, name, arguments, incomplete });
    prop_oneof![
        2 => prop::sample::select(vec!["", " ", "Let me see.", "Done. "]).prop_map(Part::Text),
        1 => prop::sample::select(vec!["", "Hm."]).prop_map(Part::Reasoning),
        1 => Just(Part::SignedReasoning),
        4 => call,
    ]
}

fn turn() -> impl Strategy<Value = Turn> {
    let message = || prop::collection::vec(part(), 0..4);
    let kinds = vec![
        ErrorKind::Throttled,
        ErrorKind::ContextOverflow,
        ErrorKind::Connection,
        ErrorKind::InvalidResponse,
    ];
    prop_oneof![
        8 => message().prop_map(|message| Turn::Respond(vec![message])),
        1 => prop::collection::vec(message(), 0..3).prop_map(Turn::Respond),
        1 => (message(), 0_usize..4).prop_map(|(message, parts)| Turn::Break(message, parts)),
        1 => prop::sample::select(kinds).prop_map(Turn::Fail),
    ]
}

fn message(parts: &[Part]) -> UnifiedMessage {
    let block = |part: &Part| match part {
        Part::Text(text) => ContentBlock::text(*text),
        Part::Reasoning(text) => ReasoningContent::new(*text).into(),
        Part::SignedReasoning => ReasoningContent::signed("Hm.", "c2lnbmF0dXJl").into(),
        Part::Call { id, name, arguments, incomplete } => {
            let mut call = ToolCallContent::new(*id, *name, *arguments);
            call.incomplete = incomplete.then_some(true);
            call.into()
        }
    };
    UnifiedMessage::new(Role::Assistant, parts.iter().map(block).collect())
}

fn script(turns: &[Turn]) -> ScriptedClient {
    let mut client = ScriptedClient::new("scripted");
    for turn in turns {
        let messages = match turn {
            Turn::Respond(messages) => messages.iter().map(|parts| message(parts)).collect(),
            Turn::Break(parts, _) => vec![message(parts)],
            Turn::Fail(kind) => {
                client = client.fail(ModelError::new(*kind, "scripted"));
                continue;
            }
        };
        let mut response = UnifiedResponse::new("", "", "scripted", messages);
        response.usage = Usage::new(100, 20);
        client = client.respond(response);
        if let Turn::Break(_, parts) = turn {
            client = client.breaks_after(*parts, ModelError::new(ErrorKind::Connection, "scripted"));
        }
    }
    client.repeats()
}

fn tools() -> Tools {
    /// Adds two numbers.
    #[derive(Deserialize, JsonSchema)]
    struct Add {
        a: i64,
        b: i64,
    }

    async fn panic() -> String {
        panic!("scripted")
    }

    let picture = || {
        let image =
            outcrop::core::ImageContent::from_bytes("image/png", b"\x89PNG\r\n\x1a\n\0\0\0\0".to_vec());
        ToolOutput::text("A picture:").with(image)
    };
    Tools::from([
        Tool::new("add", |input: Add| async move { input.a.wrapping_add(input.b).to_string() }),
        Tool::without_input("fail", || async { Err::<(), _>("") }),
        Tool::without_input("panic", panic),
        Tool::without_input("hang", std::future::pending::<()>),
        Tool::without_input("picture", move || std::future::ready(picture())),
    ])
    .with_timeout(Duration::from_millis(1))
}

/// Runs an agent to its end, however it ends.
async fn run(client: &Arc<ScriptedClient>, mode: &Mode, max_steps: usize, window: bool) -> Run {
    let mut builder = Agent::builder(Arc::clone(client), "scripted-model")
        .system("Be brief.")
        .tools(tools())
        .max_steps(max_steps)
        .budget_tokens(10_000);
    if window {
        builder = builder.history(Window::messages(4));
    }
    let agent = builder.build();
    let input = Input::from("Begin.").conversation(&Conversation::new());
    let limit = match mode {
        Mode::Run => return agent.run(input).await.unwrap_or_else(outcrop_agent::AgentError::into_run),
        Mode::Stream => usize::MAX,
        Mode::StopAfter(events) => *events,
    };
    let mut events = agent.stream(input);
    for _ in 0..limit {
        match events.next().await {
            Some(Ok(outcrop_agent::AgentEvent::Done(run))) => return run,
            Some(Ok(_)) => {}
            Some(Err(error)) => return error.into_run(),
            None => panic!("a run ends with its outcome"),
        }
    }
    events.stop()
}

/// Sends the history, as it is and with another question, to a model. The emulator checks it by the rules of its family.
async fn judge(client: &BedrockClient, model: &str, run: &Run) -> Result<(), String> {
    let has_tools = !Catalog::builtin().capabilities(model).tools.is_unsupported();
    for question in [None, Some("Go on.")] {
        let mut request = ModelRequest::builder(model).messages(run.messages().to_vec());
        if has_tools {
            request = request.tools(tools().specs());
        }
        if let Some(question) = question {
            request = request.user(question);
        }
        let request = request.build();
        let response = client.create(&request).await.map_err(|error| format!("{model}: {error}"))?;
        // Nothing of the agent's own making needs a repair. What the model wrote may.
        for rule in ["tool_use.unanswered", "tool_result.orphan"] {
            if let Some(note) = response.notes.iter().find(|note| note.rule == rule) {
                return Err(format!("{model}: {note}"));
            }
        }
    }
    Ok(())
}

#[test]
fn run_of_any_model_ends_within_its_limits_with_a_history_that_every_family_accepts() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = runtime.block_on(async {
        // Some models are only available through a profile, which is not what this is about.
        let emulator = Emulator::builder().any_model(true).start().await.unwrap();
        let client = loopback::builder(&emulator)
            .alternation(Alternation::Merge)
            .dialect(Dialect::Converse)
            .build()
            .await
            .unwrap();
        (client, emulator)
    });
    let models = FAMILIES.iter().flat_map(|family| family.models.iter().map(|model| (family.name, *model)));
    let models: Vec<_> = models.collect();
    let mode = prop_oneof![Just(Mode::Run), Just(Mode::Stream), (0_usize..30).prop_map(Mode::StopAfter)];
    let cases = (
        prop::collection::vec(turn(), 1..6),
        mode,
        1_usize..6,
        prop::bool::weighted(0.3),
        prop::sample::subsequence(models, 8),
    );
    let config = ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |((turns, mode, max_steps, window, models) in cases)| {
        let outcome = runtime.block_on(async {
            let scripted = Arc::new(script(&turns));
            let run = run(&scripted, &mode, max_steps, window).await;
            if scripted.requests().len() > max_steps + usize::from(window) {
                return Err(format!("{} requests in {max_steps} steps", scripted.requests().len()));
            }
            for (family, model) in models {
                judge(&client.0, model, &run).await.map_err(|error| format!("{family}: {error}"))?;
            }
            Ok(())
        });
        prop_assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
    });
}
