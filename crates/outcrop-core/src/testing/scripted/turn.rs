//! One turn of a script: a response or an error, and how it arrives.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::content::ContentBlock;
use crate::error::{ModelError, Stage};
use crate::message::UnifiedMessage;
use crate::request::ModelRequest;
use crate::response::UnifiedResponse;
use crate::role::Role;
use crate::stream::{ResponseAccumulator, ResponseStream, StreamEvent};

type BoxFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A function that starts a wait.
pub(super) type Wait = Arc<dyn Fn() -> BoxFuture + Send + Sync>;

/// The content of a turn.
#[derive(Clone)]
enum Content {
    Response(Box<UnifiedResponse>),
    // Errors cannot be cloned, because their sources cannot.
    Error(Arc<ModelError>),
    Function(Arc<Function>),
}

type Function = dyn Fn(&ModelRequest) -> Result<UnifiedResponse, ModelError> + Send + Sync;

/// A turn of a script.
#[derive(Clone)]
pub(super) struct Turn {
    content: Content,
    /// The parts of the text, if it is not streamed as a whole.
    parts: Vec<String>,
    /// The number of parts after which the stream breaks, and the error.
    breaks: Option<(usize, Arc<ModelError>)>,
    pub(super) before: Option<Wait>,
    pub(super) between: Option<Wait>,
    pub(super) repeats: bool,
}

impl Turn {
    pub(super) fn respond(response: UnifiedResponse) -> Self {
        Self::new(Content::Response(Box::new(response)))
    }

    pub(super) fn fail(error: ModelError) -> Self {
        Self::new(Content::Error(Arc::new(error)))
    }

    pub(super) fn function(
        function: impl Fn(&ModelRequest) -> Result<UnifiedResponse, ModelError> + Send + Sync + 'static,
    ) -> Self {
        Self::new(Content::Function(Arc::new(function)))
    }

    fn new(content: Content) -> Self {
        Self { content, parts: Vec::new(), breaks: None, before: None, between: None, repeats: false }
    }

    pub(super) fn in_parts(self, parts: Vec<String>) -> Self {
        Self { parts, ..self }
    }

    pub(super) fn breaks_after(&mut self, parts: usize, error: ModelError) {
        self.breaks = Some((parts, Arc::new(error)));
    }

    pub(super) fn change_response(&mut self, change: impl FnOnce(&mut UnifiedResponse)) {
        if let Content::Response(response) = &mut self.content {
            change(response);
        }
    }

    /// Returns the number of tool calls in the response.
    pub(super) fn calls(&self) -> usize {
        match &self.content {
            Content::Response(response) => {
                response.messages.iter().flat_map(UnifiedMessage::tool_calls).count()
            }
            _ => 0,
        }
    }

    /// Makes the outcome of a call from the request and the number of the call.
    pub(super) fn play(self, request: &ModelRequest, number: usize) -> Outcome {
        let result = match self.content {
            Content::Response(response) => Ok(*response),
            Content::Error(error) => Err(unshare(error)),
            Content::Function(function) => function(request),
        };
        let result = result.map(|mut response| {
            if response.model.is_empty() {
                response.model.clone_from(&request.model);
            }
            if response.id.is_empty() {
                response.id = format!("scripted-{number}");
            }
            response
        });
        let breaks = self.breaks.map(|(parts, error)| (parts, unshare(error)));
        Outcome { result, parts: self.parts, breaks, before: self.before, between: self.between }
    }
}

/// The outcome of a call, and how it arrives.
pub(super) struct Outcome {
    result: Result<UnifiedResponse, ModelError>,
    parts: Vec<String>,
    breaks: Option<(usize, ModelError)>,
    before: Option<Wait>,
    between: Option<Wait>,
}

impl Outcome {
    pub(super) async fn into_response(self) -> Result<UnifiedResponse, ModelError> {
        if let Some(wait) = &self.before {
            wait().await;
        }
        match self.breaks {
            Some((_, error)) => Err(error),
            None => self.result,
        }
    }

    pub(super) async fn into_stream(self) -> Result<ResponseStream, ModelError> {
        if let Some(wait) = &self.before {
            wait().await;
        }
        let response = self.result?;
        let id = response.id.clone();
        let events = events(response, &self.parts);
        let items = match self.breaks {
            None => events.into_iter().map(Ok).collect(),
            Some((parts, error)) => broken(events, parts, error),
        };
        let stream = PacedStream { items, between: self.between, wait: None };
        Ok(ResponseStream::new(stream).with_request_id(id))
    }
}

/// Returns the events of a response whose text arrives in parts.
fn events(response: UnifiedResponse, parts: &[String]) -> Vec<StreamEvent> {
    if parts.is_empty() {
        return StreamEvent::replay(response);
    }
    let mut events = vec![StreamEvent::Started { role: Role::Assistant }];
    events.extend(parts.iter().map(|text| StreamEvent::Text { index: 0, text: text.clone() }));
    events.push(StreamEvent::BlockCompleted { index: 0, blocks: vec![ContentBlock::text(parts.concat())] });
    events.push(StreamEvent::Stopped { finish_reason: response.finish_reason.clone() });
    events.push(StreamEvent::completed(response));
    events
}

/// Cuts a stream after a number of parts, and ends it with an error that has the partial response.
fn broken(
    events: Vec<StreamEvent>,
    parts: usize,
    error: ModelError,
) -> VecDeque<Result<StreamEvent, ModelError>> {
    let mut partial = ResponseAccumulator::new("", "", "");
    let (mut items, mut left) = (VecDeque::new(), parts);
    for event in events {
        let is_part = matches!(
            event,
            StreamEvent::Text { .. }
                | StreamEvent::Reasoning { .. }
                | StreamEvent::ToolCall { .. }
                | StreamEvent::Arguments { .. }
        );
        if is_part && left == 0 || matches!(event, StreamEvent::Stopped { .. }) {
            break;
        }
        left -= usize::from(is_part);
        partial.push(&event);
        items.push_back(Ok(event));
    }
    items.push_back(Err(error.with_stage(Stage::Streaming).with_partial_response(partial.partial())));
    items
}

/// Returns the error. If the turn is repeated, it is a copy without what cannot be cloned: source, body, partial response.
fn unshare(error: Arc<ModelError>) -> ModelError {
    Arc::try_unwrap(error).unwrap_or_else(|error| {
        let mut copy = ModelError::new(error.kind(), error.message().to_owned())
            .with_stage(error.stage())
            .with_retryable(error.is_retryable());
        if let Some(code) = error.code() {
            copy = copy.with_code(code.to_owned());
        }
        if let Some(hint) = error.hint() {
            copy = copy.with_hint(hint.to_owned());
        }
        if let Some(status) = error.status() {
            copy = copy.with_status(status);
        }
        if let Some(wait) = error.retry_after() {
            copy = copy.with_retry_after(wait);
        }
        copy
    })
}

/// A stream that waits before each event.
struct PacedStream {
    items: VecDeque<Result<StreamEvent, ModelError>>,
    between: Option<Wait>,
    wait: Option<BoxFuture>,
}

impl Stream for PacedStream {
    type Item = Result<StreamEvent, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Some(between) = &this.between {
            ready!(this.wait.get_or_insert_with(|| between()).as_mut().poll(cx));
            this.wait = None;
        }
        Poll::Ready(this.items.pop_front())
    }
}
