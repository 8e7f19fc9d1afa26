//! Conversations that grow in a transcript: the client sends what a call without one sends.

use std::sync::Arc;

use outcrop::core::{CachePointContent, DocumentContent, Role, ToolCallContent, ToolResultContent};
use outcrop::{
    Alternation, BedrockClient, Conversation, ModelClient, ModelRequest, StreamEvent, ToolSpec, Transcript,
    UnifiedMessage,
};
use outcrop_emulator::Emulator;

use crate::support::loopback;

async fn merging_client(emulator: &Emulator) -> BedrockClient {
    loopback::builder(emulator).alternation(Alternation::Merge).build().await.expect("a client")
}

/// Returns the requests of an agent whose history grows. In the last two it is edited and shortened.
fn requests() -> Vec<ModelRequest> {
    let mut messages = vec![UnifiedMessage::user("How deep is it?")];
    let mut histories = vec![messages.clone()];
    for turn in 0..5 {
        let id = format!("call_{turn}");
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
async fn call_in_transcript_equals_plain_call() {
    let emulator = loopback::serve_model().await;
    let client = merging_client(&emulator).await;
    let mut transcript = Transcript::new();
    for request in requests() {
        let mut plain = client.create(&request).await.expect("a response");
        let in_transcript = client.create_in(&mut transcript, &request).await.expect("a response");
        plain.id.clone_from(&in_transcript.id);
        plain.created = in_transcript.created;
        assert_eq!(plain, in_transcript);
        assert!(!in_transcript.notes.is_empty(), "the name of the tool is replaced");
    }
    let received = emulator.requests();
    for pair in received.chunks(2) {
        assert_eq!((pair[0].path(), pair[0].body()), (pair[1].path(), pair[1].body()));
    }
    assert_eq!(received.len(), 2 * requests().len());
    // A turn has three blocks; encoding all of them for each request would exceed 50.
    assert!(transcript.blocks_encoded() < 50, "{}", transcript.blocks_encoded());
}

#[tokio::test]
async fn stream_in_transcript_equals_plain_stream() {
    let emulator = loopback::serve_model().await;
    let client = merging_client(&emulator).await;
    let mut transcript = Transcript::new();
    for request in requests() {
        client.create_stream(&request).await.expect("a stream").collect_response().await.expect("a response");
        let mut stream = client.create_stream_in(&mut transcript, &request).await.expect("a stream");
        let mut last = None;
        while let Some(event) = stream.next().await {
            last = Some(event.expect("an event"));
        }
        assert!(matches!(last, Some(StreamEvent::Completed { response }) if !response.notes.is_empty()));
    }
    for pair in emulator.requests().chunks(2) {
        assert_eq!((pair[0].path(), pair[0].body()), (pair[1].path(), pair[1].body()));
    }
}

#[tokio::test]
async fn request_of_a_conversation_is_sent_and_answered_like_a_plain_one() {
    let emulator = loopback::serve_model().await;
    // Behind a pointer, as an agent has it, which knows nothing of transcripts.
    let client: Arc<dyn ModelClient> = Arc::new(merging_client(&emulator).await);
    let conversation = Conversation::new();
    for mut request in requests() {
        let mut plain = client.create(&request).await.expect("a response");
        request.conversation = Some(conversation.clone());
        let grown = client.create(&request).await.expect("a response");
        plain.id.clone_from(&grown.id);
        plain.created = grown.created;
        assert_eq!(plain, grown);
        let streamed = client.create_stream(&request).await.expect("a stream");
        let mut streamed = streamed.collect_response().await.expect("a response");
        streamed.id.clone_from(&grown.id);
        streamed.created = grown.created;
        assert_eq!((streamed.messages, streamed.notes), (grown.messages, grown.notes));
    }
    for calls in emulator.requests().chunks(3) {
        assert_eq!((calls[0].body(), calls[1].body()), (calls[1].body(), calls[2].body()));
    }
    let encoded = conversation.with_state(|transcript: &mut Transcript| transcript.blocks_encoded());
    assert!((1..80).contains(&encoded), "{encoded} blocks were encoded");
}

#[tokio::test]
async fn client_that_removes_rejected_parameters_ignores_the_conversation() {
    let emulator = loopback::serve_model().await;
    let client =
        loopback::builder(&emulator).retry_without_rejected_parameters().build().await.expect("a client");
    let conversation = Conversation::new();
    let mut request = requests().remove(0);
    request.conversation = Some(conversation.clone());
    client.create(&request).await.expect("a response");
    assert_eq!(conversation.with_state(|transcript: &mut Transcript| transcript.blocks_encoded()), 0);
}

#[tokio::test]
async fn unsupported_stream_in_transcript_falls_back_to_unary_call() {
    let emulator = loopback::serve_model().await;
    let client = merging_client(&emulator).await;
    let mut request = requests().remove(1);
    // The model supports streams, but not with tools.
    request.model = "mistral.mistral-large-2402-v1:0".to_owned();
    let mut transcript = Transcript::new();
    let stream = client.create_stream_in(&mut transcript, &request).await.expect("a stream");
    let response = stream.collect_response().await.expect("a response");
    assert!(response.notes.iter().any(|note| note.rule == "stream.fallback"), "{:?}", response.notes);
}
