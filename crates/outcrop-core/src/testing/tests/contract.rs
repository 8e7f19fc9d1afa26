//! The contract suite: a right client keeps every promise, and each broken promise is named.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use futures_core::Stream;

use super::now;
use crate::testing::contract;
use crate::{
    ErrorKind, FinishReason, ModelClient, ModelError, ModelRequest, ResponseStream, Role, StreamEvent,
    UnifiedMessage, UnifiedResponse, Usage,
};

/// A client that keeps every promise, but for what is told otherwise.
struct Client {
    provider: &'static str,
    refuse: fn(&ModelRequest) -> Option<ModelError>,
    /// Changes the answer to the call of some number, counted from 1.
    spoil: fn(usize, &mut UnifiedResponse),
    fail_at: Option<usize>,
    stream: fn(UnifiedResponse) -> Vec<Result<StreamEvent, ModelError>>,
    calls: AtomicUsize,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

fn right() -> Client {
    Client {
        provider: "test",
        refuse: |request| {
            let lacking = request.model.is_empty() || request.messages.is_empty();
            lacking.then(|| ModelError::new(ErrorKind::InvalidRequest, "something is missing"))
        },
        spoil: |_, _| {},
        fail_at: None,
        stream: |response| vec![completed(response)],
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
        if let Some(error) = (self.refuse)(request) {
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
        (self.spoil)(call, &mut response);
        Ok(response)
    }

    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        let events = (self.stream)(self.create(request).await?);
        Ok(ResponseStream::new(Listed(events.into_iter())))
    }
}

/// A stream of events at hand.
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

fn verdict(client: &Client) -> Result<(), String> {
    let request = ModelRequest::builder("m").user("hi").build();
    now(contract::verify(client, &request)).map_err(|violation| {
        assert_eq!(violation.to_string(), format!("{}: {}", violation.requirement, violation.observed));
        violation.to_string()
    })
}

#[test]
fn a_client_that_keeps_every_promise_passes() {
    assert_eq!(verdict(&right()), Ok(()));
    // What a client may do as well: no usage, no cost, a total beyond the sum.
    let mut client = right();
    client.spoil = |_, response| {
        response.usage = Usage::default();
        response.cost = None;
        response.finish_reason = None;
    };
    assert_eq!(verdict(&client), Ok(()));
    client.spoil = |_, response| response.usage.total_tokens = Some(1_000);
    assert_eq!(verdict(&client), Ok(()));
}

#[test]
fn an_answer_that_breaks_a_promise_is_told_whichever_call_it_comes_from() {
    type Spoil = fn(usize, &mut UnifiedResponse);
    macro_rules! at_each_call {
        ($response:ident => $spoil:expr) => {
            [
                |call, $response| {
                    if call == 1 {
                        $spoil
                    }
                },
                |call, $response| {
                    if call == 2 {
                        $spoil
                    }
                },
                |call, $response| {
                    if call == 3 {
                        $spoil
                    }
                },
            ]
        };
    }
    let table: Vec<([Spoil; 3], &str)> = vec![
        (at_each_call!(response => response.id.clear()), "a response has an id: an empty one"),
        (at_each_call!(response => response.provider = "b".to_owned()), "a response names its provider: b"),
        (
            at_each_call!(response => response.model = "b".to_owned()),
            "a response names the model that was asked: b",
        ),
        (at_each_call!(response => response.messages.clear()), "a response has a message: none"),
        (
            at_each_call!(response => response.messages[0].role = Role::User),
            "the answer is the assistant's: user",
        ),
        (
            at_each_call!(response => response.messages.push(UnifiedMessage::system("a"))),
            "the answer is the assistant's: system",
        ),
        (at_each_call!(response => response.messages[0].content.clear()), "a message has content: none"),
        (
            at_each_call!(response => response.usage.total_tokens = Some(6)),
            "input and output are not more than the total: Usage { prompt_tokens: 3, \
             completion_tokens: 4, total_tokens: 6 }",
        ),
        (at_each_call!(response => response.cost = Some(-0.1)), "a cost is not negative: a negative one"),
    ];
    for (spoils, expected) in table {
        for spoil in spoils {
            let client = Client { spoil, ..right() };
            assert_eq!(verdict(&client), Err(expected.to_owned()));
        }
    }
}

#[test]
fn an_answer_that_does_not_survive_json_is_told() {
    let promise = "a response written as JSON and read again is equal";
    let no_json: fn(usize, &mut UnifiedResponse) = |_, response| response.cost = Some(f64::INFINITY);
    // Read again it is a text block.
    let other_json: fn(usize, &mut UnifiedResponse) = |_, response| {
        let words = [("text", crate::RawJson::from("a"))].into_iter().collect();
        response.messages[0].content.push(crate::GenericContent::new("text", words).into());
    };
    for spoil in [no_json, other_json] {
        let found = verdict(&Client { spoil, ..right() }).unwrap_err();
        assert!(found.starts_with(promise), "{found}");
    }
}

#[test]
fn a_client_that_does_not_refuse_or_does_not_answer_is_told() {
    let table: Vec<(Client, &str)> = vec![
        (Client { provider: "", ..right() }, "the provider has a name: an empty one"),
        (
            Client { refuse: |_| None, ..right() },
            "a request without a model is refused as invalid: an answer",
        ),
        (
            Client {
                refuse: |request| {
                    request.model.is_empty().then(|| ModelError::new(ErrorKind::NotFound, "no such model"))
                },
                ..right()
            },
            "a request without a model is refused as invalid: an error of kind not_found",
        ),
        (
            Client {
                refuse: |request| {
                    request.model.is_empty().then(|| ModelError::new(ErrorKind::InvalidRequest, "no model"))
                },
                ..right()
            },
            "a request without messages is refused as invalid: an answer",
        ),
        (Client { fail_at: Some(1), ..right() }, "create answers the request: it failed"),
        (Client { fail_at: Some(2), ..right() }, "create answers a second time: it failed"),
        (Client { fail_at: Some(3), ..right() }, "create_stream answers: it failed"),
    ];
    for (client, expected) in table {
        assert_eq!(verdict(&client), Err(expected.to_owned()));
    }
}

#[test]
fn a_stream_that_does_not_end_with_the_answer_is_told() {
    type Events = fn(UnifiedResponse) -> Vec<Result<StreamEvent, ModelError>>;
    let table: Vec<(Events, &str)> = vec![
        (|_| vec![], "no complete response"),
        (|response| vec![completed(response.clone()), completed(response)], "an event after it"),
        (
            |_| vec![Err(ModelError::new(ErrorKind::Incomplete, "the stream broke off"))],
            "the stream broke off",
        ),
        (
            |response| {
                vec![completed(response), Err(ModelError::new(ErrorKind::Incomplete, "the stream broke off"))]
            },
            "an event after it",
        ),
    ];
    for (stream, found) in table {
        let expected = format!("a stream ends with the complete response: {found}");
        assert_eq!(verdict(&Client { stream, ..right() }), Err(expected));
    }
}
