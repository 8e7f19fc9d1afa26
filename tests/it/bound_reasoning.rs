//! Reasoning that is bound to another conversation: the request is sent once more without it, and later ones as well.

use outcrop::core::Conversation;
use outcrop::{
    BedrockClient, ErrorKind, ModelClient as _, ModelError, ModelRequest, Transcript, UnifiedResponse,
};
use serde_json::Value;

use crate::support::loopback;

const MODEL: &str = "us.anthropic.claude-sonnet-5-5";

const REJECTED: &str = r#"{"error": {"type": "ValidationException", "message": "The model returned the following errors: messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a different conversation."}}"#;

/// A way to send a request of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    Create,
    CreateStream,
    Conversation,
    CreateIn,
    CreateStreamIn,
}

struct Caller {
    client: BedrockClient,
    door: Door,
    transcript: Transcript,
    conversation: Conversation,
}

impl Caller {
    async fn send(&mut self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        let mut request = request.clone();
        match self.door {
            Door::Create => self.client.create(&request).await,
            Door::CreateStream => self.client.create_stream(&request).await?.collect_response().await,
            Door::Conversation => {
                request.conversation = Some(self.conversation.clone());
                self.client.create(&request).await
            }
            Door::CreateIn => self.client.create_in(&mut self.transcript, &request).await,
            Door::CreateStreamIn => {
                let stream = self.client.create_stream_in(&mut self.transcript, &request).await?;
                stream.collect_response().await
            }
        }
    }
}

fn request(system: &str) -> ModelRequest {
    let builder = ModelRequest::builder(MODEL).system(system).user("Name a river.");
    builder.reasoning_effort(outcrop::core::ReasoningEffort::High).build()
}

fn continued(mut request: ModelRequest, response: UnifiedResponse) -> ModelRequest {
    request.messages.extend(response.into_messages());
    request.messages.push(outcrop::UnifiedMessage::user("And another one?"));
    request
}

/// Returns how many blocks of reasoning each request had that the emulator got.
fn reasoning_blocks(emulator: &outcrop_emulator::Emulator) -> Vec<usize> {
    let count = |body: &[u8]| {
        let body: Value = serde_json::from_slice(body).expect("JSON");
        body["messages"].to_string().matches("reasoningContent").count()
    };
    emulator.requests().iter().map(|request| count(request.body())).collect()
}

fn replay_notes(response: &UnifiedResponse) -> Vec<&str> {
    let notes = response.notes.iter().filter(|note| note.rule == "reasoning.replay");
    notes.map(|note| note.path.as_ref()).collect()
}

#[tokio::test]
async fn rejected_reasoning_is_dropped_from_retry_and_later_requests() {
    for door in [Door::Create, Door::CreateStream, Door::Conversation, Door::CreateIn, Door::CreateStreamIn] {
        let emulator = loopback::serve_model().await;
        let client = loopback::client(&emulator).await;
        let (transcript, conversation) = (Transcript::new(), Conversation::new());
        let mut caller = Caller { client, door, transcript, conversation };
        let first = caller.send(&request("Be brief.")).await.expect("a response");

        // The program replaces the system prompt, as a compaction does.
        let edited = continued(request("Be long."), first);
        let second = caller.send(&edited).await.expect("a response to the retry");
        assert_eq!(replay_notes(&second), ["messages[2].content[0]"], "{door:?}");
        assert_eq!(reasoning_blocks(&emulator), [0, 1, 0], "{door:?}");

        // The reasoning that followed belongs to the conversation as it is now, so it is sent back.
        let third = caller.send(&continued(edited, second)).await.expect("a response");
        assert_eq!(replay_notes(&third), ["messages[2].content[0]"], "{door:?}");
        assert_eq!(reasoning_blocks(&emulator), [0, 1, 0, 1], "{door:?}");
    }
}

#[tokio::test]
async fn rejected_reasoning_is_retried_once_and_only_if_changes_are_allowed() {
    let emulator = loopback::serve_model().await;
    let first = loopback::client(&emulator).await.create(&request("Be brief.")).await.expect("a response");
    let edited = continued(request("Be brief."), first);
    for (script, is_strict, requests) in [
        (format!("[{REJECTED}, {REJECTED}]"), false, 2),
        (format!("[{REJECTED}]"), true, 1),
        // Another error is not about reasoning.
        (format!("[{}]", REJECTED.replace(" The block is bound to a different conversation.", "")), false, 1),
    ] {
        let emulator = loopback::serve(&script).await;
        let builder = loopback::builder(&emulator);
        let builder = if is_strict { builder.strict() } else { builder };
        let client = builder.build().await.expect("a client");
        let error = client.create(&edited).await.expect_err("the service rejects it");
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        assert_eq!(emulator.requests().len(), requests, "{script}");
    }
    // A request without reasoning has nothing to drop.
    let emulator = loopback::serve(&format!("[{REJECTED}]")).await;
    let client = loopback::client(&emulator).await;
    client.create(&request("Be brief.")).await.expect_err("the service rejects it");
    assert_eq!(emulator.requests().len(), 1);
}
