//! The contract suite: a compliant client passes, and every violation is reported.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use futures_core::Stream;

use super::ready;
use crate::testing::contract;
use crate::{
    ContentBlock, ErrorKind, FinishReason, ModelClient, ModelError, ModelRequest, ReasoningContent,
    ResponseStream, Role, StreamEvent, ToolCallContent, UnifiedMessage, UnifiedResponse, Usage,
};

/// A client that meets every requirement unless a field is changed.
struct Client {
    provider: &'static str,
    reject: fn(&ModelRequest) -> Option<ModelError>,
    /// Modifies the response, given the number of the call, counted from 1.
    modify: fn(usize, &mut UnifiedResponse),
    fail_at: Option<usize>,
    stream: fn(UnifiedResponse) -> Vec<Result<StreamEvent, ModelError>>,
    calls: AtomicUsize,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

fn compliant() -> Client {
    Client {
        provider: "test",
        reject: |request| {
            let is_incomplete = request.model.is_empty() || request.messages.is_empty();
            is_incomplete.then(|| ModelError::new(ErrorKind::InvalidRequest, "something is missing"))
        },
        modify: |_, _| {},
        fail_at: None,
        stream: |response| StreamEvent::replay(response).into_iter().map(Ok).collect(),
        calls: AtomicUsize::new(0),
    }
}

fn completed(response: UnifiedResponse) -> Result<StreamEvent, ModelError> {
    Ok(StreamEvent::completed(response))
}

#[async_trait]
impl ModelClient for Client {
    fn provider(&self) -> &str {
        self.provider
    }

    async fn create(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        if let Some(error) = (self.reject)(request) {
            return Err(error);
        }
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        if self.fail_at == Some(call) {
            return Err(ModelError::new(ErrorKind::Other, "it failed"));
        }
        let mut response = UnifiedResponse::new(
            "1",
            &request.model,
            self.provider,
            vec![UnifiedMessage::assistant("hello")],
        );
        response.usage = Usage::new(3, 4);
        response.cost = Some(0.000_123_456_7);
        response.finish_reason = Some(FinishReason::Stop);
        (self.modify)(call, &mut response);
        Ok(response)
    }

    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        let events = (self.stream)(self.create(request).await?);
        Ok(ResponseStream::new(Listed(events.into_iter())))
    }
}

/// A stream of given events.
struct Listed(std::vec::IntoIter<Result<StreamEvent, ModelError>>);

impl Stream for Listed {
    type Item = Result<StreamEvent, ModelError>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.next())
    }
}

fn check(client: &Client) -> Result<(), String> {
    let request = ModelRequest::builder("m").user("hi").build();
    ready(contract::verify(client, &request)).map_err(|violation| {
        assert_eq!(violation.to_string(), format!("{}: {}", violation.requirement, violation.observed));
        violation.to_string()
    })
}

#[test]
fn compliant_client_passes() {
    assert_eq!(check(&compliant()), Ok(()));
    // Usage and cost may be absent, and the total may exceed the sum.
    let mut client = compliant();
    client.modify = |_, response| {
        response.usage = Usage::default();
        response.cost = None;
        response.finish_reason = None;
    };
    assert_eq!(check(&client), Ok(()));
    client.modify = |_, response| response.usage.total_tokens = Some(1_000);
    assert_eq!(check(&client), Ok(()));
    // A model may have nothing to say.
    client.modify = |_, response| response.messages.clear();
    assert_eq!(check(&client), Ok(()));
    client.modify = |_, response| response.messages[0].content.clear();
    assert_eq!(check(&client), Ok(()));
    client.stream = |response| vec![completed(response)];
    assert_eq!(check(&client), Ok(()));
    client = Client { modify: with_every_piece, ..compliant() };
    assert_eq!(check(&client), Ok(()));
}

/// Adds reasoning and two tool calls to a response.
fn with_every_piece(_: usize, response: &mut UnifiedResponse) {
    let blocks = &mut response.messages[0].content;
    blocks.insert(0, ReasoningContent::new("hm").into());
    blocks.push(ToolCallContent::new("a", "look_up", r#"{"x":1}"#).into());
    blocks.push(ToolCallContent::new("b", "look_up", r#"{"x":2}"#).into());
    response.finish_reason = Some(FinishReason::ToolCalls);
}

#[test]
fn stream_whose_pieces_differ_from_its_response_is_reported() {
    type Events = fn(UnifiedResponse) -> Vec<Result<StreamEvent, ModelError>>;
    fn replay(
        response: UnifiedResponse,
        keep: fn(&StreamEvent) -> bool,
    ) -> Vec<Result<StreamEvent, ModelError>> {
        StreamEvent::replay(response).into_iter().filter(keep).map(Ok).collect()
    }
    let table: Vec<(Events, &str)> = vec![
        (
            |response| vec![completed(response)],
            "the pieces of a stream are together its response: 0 of 5 bytes of text",
        ),
        (
            |response| replay(response, |event| !matches!(event, StreamEvent::Reasoning { .. })),
            "the pieces of a stream are together its response: 0 of 2 bytes of reasoning",
        ),
        (
            |response| replay(response, |event| !matches!(event, StreamEvent::Arguments { index: 3, .. })),
            "the pieces of a stream are together its response: 29 of 36 bytes of tool calls",
        ),
        (
            |response| {
                replay(response, |event| !matches!(event, StreamEvent::BlockCompleted { index: 1, .. }))
            },
            "each block of a response is complete in an event of its own: 3 of 4 blocks, or different ones",
        ),
        (
            |response| {
                let mut events = StreamEvent::replay(response);
                let stopped = StreamEvent::Stopped { finish_reason: Some(FinishReason::ContentFilter) };
                events.insert(events.len() - 1, stopped);
                events.into_iter().map(Ok).collect()
            },
            "a stream has one finish reason: another one before the response",
        ),
    ];
    for (stream, expected) in table {
        let client = Client { stream, modify: with_every_piece, ..compliant() };
        assert_eq!(check(&client), Err(expected.to_owned()));
    }
}

#[test]
fn stream_that_shows_the_call_of_structured_output_is_reported() {
    fn with_output(_: usize, response: &mut UnifiedResponse) {
        let mut call = ToolCallContent::new("a", "output", "{}");
        call.structured = Some(true);
        response.messages[0].content.push(call.into());
    }
    let client = Client { modify: with_output, ..compliant() };
    assert_eq!(check(&client), Ok(()));
    // As if the provider had not recognized the call.
    fn show(mut response: UnifiedResponse) -> Vec<Result<StreamEvent, ModelError>> {
        let completed = completed(response.clone());
        if let Some(ContentBlock::ToolCall(call)) = response.messages[0].content.last_mut() {
            call.structured = None;
        }
        let mut events: Vec<_> = StreamEvent::replay(response).into_iter().map(Ok).collect();
        events.pop();
        events.push(completed);
        events
    }
    let client = Client { modify: with_output, stream: show, ..compliant() };
    let expected = "the call of a structured output has no event: an event with the call";
    assert_eq!(check(&client), Err(expected.to_owned()));
}

#[test]
fn client_that_a_cancelled_call_breaks_is_reported() {
    let request = ModelRequest::builder("m").user("hi").build();
    assert!(ready(contract::verify_cancellation(&compliant(), &request)).is_ok());
    for fail_at in [2, 3] {
        let client = Client { fail_at: Some(fail_at), ..compliant() };
        let found = ready(contract::verify_cancellation(&client, &request)).unwrap_err().to_string();
        assert_eq!(found, "a stream that is dropped does not affect the next call: it failed");
    }
}

#[test]
fn invalid_response_of_any_call_is_reported() {
    type Modify = fn(usize, &mut UnifiedResponse);
    macro_rules! at_each_call {
        ($response:ident => $modify:expr) => {
            [
                |call, $response| {
                    if call == 1 {
                        $modify
                    }
                },
                |call, $response| {
                    if call == 2 {
                        $modify
                    }
                },
                |call, $response| {
                    if call == 3 {
                        $modify
                    }
                },
            ]
        };
    }
    let table: Vec<([Modify; 3], &str)> = vec![
        (at_each_call!(response => response.id.clear()), "a response has an id: an empty string"),
        (
            at_each_call!(response => response.provider = "b".to_owned()),
            "a response has the name of its provider: b",
        ),
        (
            at_each_call!(response => response.model = "b".to_owned()),
            "a response has the model of its request: b",
        ),
        (
            at_each_call!(response => response.messages[0].role = Role::User),
            "the messages of a response have the role `assistant`: user",
        ),
        (
            at_each_call!(response => response.messages.push(UnifiedMessage::system("a"))),
            "the messages of a response have the role `assistant`: system",
        ),
        (
            at_each_call!(response => response.usage.total_tokens = Some(6)),
            "`total_tokens` is at least the sum of input and output: Usage { prompt_tokens: 3, \
             completion_tokens: 4, total_tokens: 6 }",
        ),
        (at_each_call!(response => response.cost = Some(-0.1)), "a cost is not negative: a negative cost"),
    ];
    for (modifications, expected) in table {
        for modify in modifications {
            let client = Client { modify, ..compliant() };
            assert_eq!(check(&client), Err(expected.to_owned()));
        }
    }
}

#[test]
fn response_that_json_changes_is_reported() {
    let requirement = "a response is equal after a round trip through JSON";
    let invalid_json: fn(usize, &mut UnifiedResponse) = |_, response| response.cost = Some(f64::INFINITY);
    // It parses as a text block.
    let other_json: fn(usize, &mut UnifiedResponse) = |_, response| {
        let fields = [("text", crate::RawJson::from("a"))].into_iter().collect();
        response.messages[0].content.push(crate::GenericContent::new("text", fields).into());
    };
    for modify in [invalid_json, other_json] {
        let found = check(&Client { modify, ..compliant() }).unwrap_err();
        assert!(found.starts_with(requirement), "{found}");
    }
}

#[test]
fn missing_rejection_or_response_is_reported() {
    let table: Vec<(Client, &str)> = vec![
        (Client { provider: "", ..compliant() }, "`provider` returns a name: an empty string"),
        (
            Client { reject: |_| None, ..compliant() },
            "a request without a model is rejected as invalid: a response",
        ),
        (
            Client {
                reject: |request| {
                    request.model.is_empty().then(|| ModelError::new(ErrorKind::NotFound, "no such model"))
                },
                ..compliant()
            },
            "a request without a model is rejected as invalid: an error of kind not_found",
        ),
        (
            Client {
                reject: |request| {
                    request.model.is_empty().then(|| ModelError::new(ErrorKind::InvalidRequest, "no model"))
                },
                ..compliant()
            },
            "a request without messages is rejected as invalid: a response",
        ),
        (Client { fail_at: Some(1), ..compliant() }, "`create` returns a response: it failed"),
        (Client { fail_at: Some(2), ..compliant() }, "`create` returns a response a second time: it failed"),
        (Client { fail_at: Some(3), ..compliant() }, "`create_stream` returns a stream: it failed"),
    ];
    for (client, expected) in table {
        assert_eq!(check(&client), Err(expected.to_owned()));
    }
}

#[test]
fn stream_without_final_response_is_reported() {
    type Events = fn(UnifiedResponse) -> Vec<Result<StreamEvent, ModelError>>;
    let table: Vec<(Events, &str)> = vec![
        (|_| vec![], "no complete response"),
        (|response| vec![completed(response.clone()), completed(response)], "an event after it"),
        (|_| vec![Err(ModelError::new(ErrorKind::Incomplete, "the stream failed"))], "the stream failed"),
        (
            |response| {
                vec![completed(response), Err(ModelError::new(ErrorKind::Incomplete, "the stream failed"))]
            },
            "an event after it",
        ),
    ];
    for (stream, found) in table {
        let expected = format!("a stream ends with the complete response: {found}");
        assert_eq!(check(&Client { stream, ..compliant() }), Err(expected));
    }
}

#[test]
fn broken_stream_that_loses_its_parts_is_reported() {
    type Events = fn(UnifiedResponse) -> Vec<Result<StreamEvent, ModelError>>;
    fn text() -> Result<StreamEvent, ModelError> {
        Ok(StreamEvent::Text { index: 0, text: "a".to_owned() })
    }
    fn failed(partial: Option<UnifiedResponse>) -> Result<StreamEvent, ModelError> {
        let error = ModelError::new(ErrorKind::Connection, "reset");
        Err(match partial {
            Some(partial) => error.with_partial_response(partial),
            None => error,
        })
    }
    fn partial(block: ContentBlock) -> UnifiedResponse {
        UnifiedResponse::new("1", "m", "p", vec![UnifiedMessage::new(Role::Assistant, vec![block])])
    }
    let cases: [(Events, &str); 6] = [
        (|_| vec![text(), failed(Some(partial("a".into())))], ""),
        (|_| vec![text()], "its end without an error"),
        (|_| vec![text(), failed(None)], "an error without one"),
        (|_| vec![text(), failed(Some(partial("b".into())))], "1 of 1 bytes of text"),
        (|_| vec![text(), failed(Some(partial("a".into()))), text()], "another item"),
        (
            |_| {
                let (id, name, json) = ("c".to_owned(), "f".to_owned(), r#"{"x"#.to_owned());
                vec![
                    Ok(StreamEvent::ToolCall { index: 0, id, name, kind: None }),
                    Ok(StreamEvent::Arguments { index: 0, json }),
                    failed(Some(partial(ToolCallContent::new("c", "f", r#"{"x"#).into()))),
                ]
            },
            "a call that is not",
        ),
    ];
    for (stream, observed) in cases {
        let client = Client { stream, ..compliant() };
        let request = ModelRequest::builder("m").user("hi").build();
        let found = ready(contract::verify_broken_stream(&client, &request));
        assert_eq!(found.map_err(|violation| violation.observed).err().unwrap_or_default(), observed);
    }
}
