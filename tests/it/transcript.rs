//! Conversations that grow, over the real wire: what is sent is what a plain call sends.

use outcrop::core::{CachePointContent, DocumentContent, Role, ToolCallContent, ToolResultContent};
use outcrop::{
    Alternation, BedrockClient, ModelClient as _, ModelRequest, StreamEvent, ToolSpec, Transcript,
    UnifiedMessage,
};
use outcrop_emulator::Emulator;

use crate::support::loopback;

async fn merging(emulator: &Emulator) -> BedrockClient {
    loopback::builder(emulator).alternation(Alternation::Merge).build().await.expect("a client")
}

/// The conversation of an agent, one request more with each step; in the last ones it is edited, and cut.
fn requests() -> Vec<ModelRequest> {
    let mut messages = vec![UnifiedMessage::user("How deep is it?")];
    let mut histories = vec![messages.clone()];
    for step in 0..5 {
        let id = format!("call_{step}");
        let call = ToolCallContent::new(id.as_str(), "look.up", "{}");
        let document = DocumentContent::from_text("page", "deep").into();
        let result = ToolResultContent::with_content(id, vec![document]);
        messages.push(UnifiedMessage::new(Role::Assistant, vec![call.into()]));
        messages.push(UnifiedMessage::new(Role::Tool, vec![result.into(), CachePointContent::new().into()]));
        histories.push(messages.clone());
    }
    messages[3] = UnifiedMessage::user("No.");
    histories.push(messages.clone());
    messages.truncate(3);
    histories.push(messages);
    let request = |messages| {
        let request = ModelRequest::builder(loopback::MODEL).system("Be brief.").messages(messages);
        request.tool(ToolSpec::without_input("look.up")).max_tokens(100).build()
    };
    histories.into_iter().map(request).collect()
}

#[tokio::test]
async fn a_call_in_a_transcript_sends_and_gives_what_a_plain_one_does() {
    let emulator = loopback::serve_model().await;
    let client = merging(&emulator).await;
    let mut transcript = Transcript::new();
    for request in requests() {
        let mut plain = client.create(&request).await.expect("an answer");
        let grown = client.create_in(&mut transcript, &request).await.expect("an answer");
        plain.id.clone_from(&grown.id);
        plain.created = grown.created;
        assert_eq!(plain, grown);
        assert!(!grown.notes.is_empty(), "the tool's name is mapped");
    }
    let received = emulator.requests();
    for pair in received.chunks(2) {
        assert_eq!((pair[0].path(), pair[0].body()), (pair[1].path(), pair[1].body()));
    }
    assert_eq!(received.len(), 2 * requests().len());
    // Each message has one block, and two with its cache point: far fewer than if all were encoded each time.
    assert!(transcript.blocks_encoded() < 50, "{}", transcript.blocks_encoded());
}

#[tokio::test]
async fn a_stream_in_a_transcript_sends_what_a_plain_one_does() {
    let emulator = loopback::serve_model().await;
    let client = merging(&emulator).await;
    let mut transcript = Transcript::new();
    for request in requests() {
        client.create_stream(&request).await.expect("a stream").collect_response().await.expect("an answer");
        let mut stream = client.create_stream_in(&mut transcript, &request).await.expect("a stream");
        let mut last = None;
        while let Some(event) = stream.next().await {
            last = Some(event.expect("a good stream"));
        }
        assert!(matches!(last, Some(StreamEvent::Completed { response }) if !response.notes.is_empty()));
    }
    for pair in emulator.requests().chunks(2) {
        assert_eq!((pair[0].path(), pair[0].body()), (pair[1].path(), pair[1].body()));
    }
}

#[tokio::test]
async fn a_model_without_streams_answers_in_one_piece_from_the_same_transcript() {
    let emulator = loopback::serve_model().await;
    let client = merging(&emulator).await;
    let mut request = requests().remove(1);
    // Known to stream, but not with tools.
    request.model = "mistral.mistral-large-2402-v1:0".to_owned();
    let mut transcript = Transcript::new();
    let stream = client.create_stream_in(&mut transcript, &request).await.expect("a stream");
    let response = stream.collect_response().await.expect("an answer");
    assert!(response.notes.iter().any(|note| note.rule == "stream.fallback"), "{:?}", response.notes);
}
