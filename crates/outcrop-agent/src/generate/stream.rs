//! Values that are streamed while a model writes them.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::StreamExt as _;
use futures_util::stream::{BoxStream, unfold};
use outcrop_core::{
    ErrorKind, ModelClient, ModelError, ResponseStream, Stage, StreamEvent, UnifiedResponse,
    parse_partial_json,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Generated, Generation};
use crate::structured::rejected_output;

/// An event of a value that is being generated.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Generating<T> {
    /// The value so far, as JSON. Strings and lists in it may be incomplete, and members may be missing.
    Partial(Value),
    /// The response did not conform, and the model responds once more. The parts so far are void.
    Retried,
    /// The complete value: the last event of every successful stream.
    Done(Box<Generated<T>>),
}

/// A stream of a value that is being generated. Created by [`generate_stream`](crate::GenerateExt::generate_stream), and
/// without a lifetime by [`generate_stream_owned`](crate::GenerateExt::generate_stream_owned).
pub struct GenerateStream<'a, T>(BoxStream<'a, Result<Generating<T>, ModelError>>);

impl<'a, T: DeserializeOwned + Send + 'static> GenerateStream<'a, T> {
    pub(super) fn new(client: Box<dyn ModelClient + 'a>, generation: Generation<T>) -> Self {
        let state = StreamState {
            client,
            generation,
            stream: None,
            text: String::new(),
            has_output: false,
            last: Value::Null,
        };
        let events = unfold(Some(state), |state| async move {
            let mut state = state?;
            let event = state.next().await;
            let is_end = matches!(event, Ok(Generating::Done(_)) | Err(_));
            Some((event, (!is_end).then_some(state)))
        });
        Self(events.boxed())
    }
}

impl<T> GenerateStream<'_, T> {
    /// Returns the next event, or `None` after the last one.
    ///
    /// # Cancel safety
    /// No event is lost if the future is dropped.
    pub async fn next(&mut self) -> Option<Result<Generating<T>, ModelError>> {
        self.0.next().await
    }
}

/// The state of a stream.
struct StreamState<'a, T> {
    client: Box<dyn ModelClient + 'a>,
    generation: Generation<T>,
    stream: Option<ResponseStream>,
    /// The text of the response so far.
    text: String,
    /// Whether the text is that of an output, and not of the response.
    has_output: bool,
    /// The value that was last shown.
    last: Value,
}

impl<T: DeserializeOwned> StreamState<'_, T> {
    async fn next(&mut self) -> Result<Generating<T>, ModelError> {
        loop {
            let mut stream = match self.stream.take() {
                Some(stream) => stream,
                None => self.client.create_stream(&self.generation.request).await?,
            };
            let event = stream.next().await;
            self.stream = Some(stream);
            let event = match event.transpose() {
                Ok(event) => event,
                Err(error) => return self.complete(rejected_output(error)?),
            };
            match event {
                // The whole of an output that was shown already follows as text.
                Some(StreamEvent::Text { text, .. }) if !self.has_output => {
                    self.text.push_str(&text);
                    if let Some(value) = self.partial() {
                        return Ok(Generating::Partial(value));
                    }
                }
                Some(StreamEvent::Output { json, .. }) => {
                    if !self.has_output {
                        // Text before the output is not a part of it.
                        self.text.clear();
                        self.has_output = true;
                    }
                    self.text.push_str(&json);
                    if let Some(value) = self.partial() {
                        return Ok(Generating::Partial(value));
                    }
                }
                Some(StreamEvent::Completed { response }) => return self.complete(*response),
                // Not the input of tool calls: that of the tool of a structured output has events of its own.
                Some(_) => {}
                None => {
                    let message = "the stream ended before the response was complete";
                    return Err(ModelError::new(ErrorKind::Incomplete, message)
                        .with_code("IncompleteStream")
                        .with_stage(Stage::Streaming));
                }
            }
        }
    }

    /// Returns the value so far, if it is another one than before.
    fn partial(&mut self) -> Option<Value> {
        // Models without structured output write a sentence or a fence before the JSON.
        let start = self.text.find(['{', '[']).unwrap_or(0);
        let value = parse_partial_json(self.text.get(start..)?)?;
        let value = self.generation.output.unwrap_partial(value)?;
        if value == self.last {
            return None;
        }
        self.last.clone_from(&value);
        Some(value)
    }

    fn complete(&mut self, response: UnifiedResponse) -> Result<Generating<T>, ModelError> {
        if let Some(generated) = self.generation.complete(response)? {
            return Ok(Generating::Done(Box::new(generated)));
        }
        self.stream = None;
        self.text.clear();
        self.has_output = false;
        self.last = Value::Null;
        Ok(Generating::Retried)
    }
}

impl<T> Stream for GenerateStream<'_, T> {
    type Item = Result<Generating<T>, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl<T> fmt::Debug for GenerateStream<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GenerateStream").finish_non_exhaustive()
    }
}
