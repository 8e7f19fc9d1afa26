//! Values of a Rust type from any client: `client.generate::<T>()`.

mod stream;

use async_trait::async_trait;
use outcrop_core::{
    ContentBlock, FinishReason, ModelClient, ModelError, ModelRequest, ResponseFormat, Totals,
    UnifiedMessage, UnifiedResponse,
};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

pub use stream::{GenerateStream, Generating};

use crate::structured::{OutputType, rejected_output, retry_message};

/// Values of a Rust type as responses, for every [`ModelClient`].
///
/// The schema of the type goes into the request, and the client enforces it in the best way that the model has. The response
/// is validated against the schema. If it does not conform, the model gets the error and responds once more.
///
/// ```
/// use outcrop_agent::GenerateExt as _;
/// use outcrop_core::testing::ScriptedClient;
/// use schemars::JsonSchema;
/// use serde::Deserialize;
///
/// /// A river.
/// #[derive(Deserialize, JsonSchema)]
/// struct River {
///     name: String,
///     length_km: u32,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = ScriptedClient::new("scripted").respond_with_text(r#"{"name": "Tagus", "length_km": 1007}"#);
/// let river: River = client.generate("some-model", "Describe a river of Portugal.").await?;
/// assert_eq!((river.name.as_str(), river.length_km), ("Tagus", 1007));
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait GenerateExt: ModelClient {
    /// Generates a value from one user message.
    ///
    /// # Errors
    /// Those of [`generate_from`](Self::generate_from).
    async fn generate<T>(&self, model: &str, prompt: &str) -> Result<T, ModelError>
    where
        T: DeserializeOwned + JsonSchema + Send,
    {
        let request = ModelRequest::builder(model).user(prompt).build();
        Ok(self.generate_from(request).await?.value)
    }

    /// Generates a value from a request. Its response format is replaced.
    ///
    /// ```
    /// use outcrop_agent::GenerateExt as _;
    /// use outcrop_core::{ModelClient, ModelError, ModelRequest};
    ///
    /// # async fn run(client: &dyn ModelClient) -> Result<(), ModelError> {
    /// let request = ModelRequest::builder("some-model").user("Name three primes.").max_tokens(100).build();
    /// let primes = client.generate_from::<Vec<u32>>(request).await?;
    /// println!("{:?} for {:?} US dollars", primes.value, primes.totals.cost());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`ModelClient::create`], and an error of kind [`InvalidOutput`](outcrop_core::ErrorKind::InvalidOutput) with
    /// the path if the second response does not conform either. A response that was cut off or filtered is not requested
    /// again, because the same would happen.
    async fn generate_from<T>(&self, request: ModelRequest) -> Result<Generated<T>, ModelError>
    where
        T: DeserializeOwned + JsonSchema + Send,
    {
        let mut generation = Generation::new(request);
        loop {
            let response = self.create(&generation.request).await.or_else(rejected_output)?;
            if let Some(generated) = generation.complete(response)? {
                return Ok(generated);
            }
        }
    }

    /// Generates a value from a request and streams it while it is written: each part is the value so far, as JSON.
    ///
    /// ```
    /// use outcrop_agent::{GenerateExt as _, Generating};
    /// # use outcrop_core::testing::ScriptedClient;
    /// use outcrop_core::ModelRequest;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = ScriptedClient::new("scripted").stream(["[2, ", "3, 5", "]"]);
    /// let request = ModelRequest::builder("some-model").user("Name three primes.").build();
    /// let mut stream = client.generate_stream::<Vec<u32>>(request);
    /// while let Some(part) = stream.next().await {
    ///     match part? {
    ///         Generating::Partial(value) => println!("{value} …"),
    ///         Generating::Done(primes) => assert_eq!(primes.value, [2, 3, 5]),
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The stream ends with [`Generating::Done`] or with an error, one of those of [`generate_from`](Self::generate_from).
    /// A second response begins with [`Generating::Retried`].
    fn generate_stream<T>(&self, request: ModelRequest) -> GenerateStream<'_, T>
    where
        T: DeserializeOwned + JsonSchema + Send + 'static,
        Self: Sized,
    {
        GenerateStream::new(Box::new(self), Generation::new(request))
    }

    /// Generates a value as [`generate_stream`](Self::generate_stream) does, with a stream that owns the client. It can be
    /// moved to another task, or returned from a function. Clients are cheap to clone, and an `Arc` of one is a client, too.
    ///
    /// ```
    /// use outcrop_agent::GenerateExt as _;
    /// use outcrop_core::{ModelClient, ModelRequest};
    ///
    /// fn print_primes(client: impl ModelClient + Clone + 'static) -> tokio::task::JoinHandle<()> {
    ///     let request = ModelRequest::builder("some-model").user("Name three primes.").build();
    ///     let mut stream = client.clone().generate_stream_owned::<Vec<u32>>(request);
    ///     tokio::spawn(async move {
    ///         while let Some(Ok(part)) = stream.next().await {
    ///             println!("{part:?}");
    ///         }
    ///     })
    /// }
    /// ```
    fn generate_stream_owned<T>(self, request: ModelRequest) -> GenerateStream<'static, T>
    where
        T: DeserializeOwned + JsonSchema + Send + 'static,
        Self: Sized + 'static,
    {
        GenerateStream::new(Box::new(self), Generation::new(request))
    }
}

impl<C: ModelClient + ?Sized> GenerateExt for C {}

/// A value that a model generated, with the response that it was parsed from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Generated<T> {
    /// The value.
    pub value: T,
    /// The response.
    pub response: UnifiedResponse,
    /// The usage and the cost of the call, or of both calls if the first response did not conform.
    pub totals: Totals,
}

/// A value that is being generated, by at most two calls.
struct Generation<T> {
    /// The request of the next call.
    request: ModelRequest,
    output: OutputType<T>,
    totals: Totals,
    is_retry: bool,
}

impl<T: DeserializeOwned + JsonSchema> Generation<T> {
    /// Begins with a request, whose response format is replaced.
    fn new(mut request: ModelRequest) -> Self {
        request.response_format = Some(ResponseFormat::from_type::<T>());
        Self { request, output: OutputType::new(), totals: Totals::new(), is_retry: false }
    }
}

impl<T: DeserializeOwned> Generation<T> {
    /// Parses a response. Returns `None` if it does not conform, and prepares the request of the second call.
    ///
    /// # Errors
    /// The error of the response, if there is no further call.
    fn complete(&mut self, response: UnifiedResponse) -> Result<Option<Generated<T>>, ModelError> {
        self.totals += &response;
        match self.output.parse(&response) {
            Ok(value) => Ok(Some(Generated { value, response, totals: self.totals.clone() })),
            Err(error) if self.is_retry => Err(explain(error, &response)),
            Err(error) => {
                retry(&mut self.request, response, error)?;
                self.is_retry = true;
                Ok(None)
            }
        }
    }
}

/// Adds a response that does not conform and the error to a request, so that the model can correct it.
///
/// # Errors
/// The error itself if another response would have the same end.
fn retry(request: &mut ModelRequest, response: UnifiedResponse, error: ModelError) -> Result<(), ModelError> {
    if is_final(&response) {
        return Err(explain(error, &response));
    }
    let message = retry_message(&error, request.response_format.as_ref());
    for mut message in response.into_messages() {
        // A call without a result would make the history invalid.
        message.content.retain(|block| !matches!(block, ContentBlock::ToolCall(_)));
        if !message.content.is_empty() {
            request.messages.push(message);
        }
    }
    request.messages.push(UnifiedMessage::user(message));
    Ok(())
}

fn is_final(response: &UnifiedResponse) -> bool {
    matches!(response.finish_reason, Some(FinishReason::Length | FinishReason::ContentFilter))
}

/// Adds the reason for which a response does not conform, if the response has one.
fn explain(error: ModelError, response: &UnifiedResponse) -> ModelError {
    match response.finish_reason {
        Some(FinishReason::Length) => {
            error.with_hint("the response reached the limit of tokens: raise `max_tokens`")
        }
        Some(FinishReason::ContentFilter) => {
            error.with_hint("a content filter or guardrail intervened: change the prompt")
        }
        _ if response.tool_calls().next().is_some() => {
            error.with_hint("the model called a tool: use `Agent::run_as`, which runs tools")
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests;
