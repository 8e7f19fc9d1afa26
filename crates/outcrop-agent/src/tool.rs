//! One tool: its specification for the model and the function that runs.

mod output;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use outcrop_core::{JsonError, RawJson, ToolCallContent, ToolSpec};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

pub use output::{IntoToolOutput, Json, ToolOutput};

/// A function that a model may call.
///
/// The input is a Rust type. Its schema, its doc comment and those of its fields are the description that the model reads.
/// The output is text, JSON, an image, a document or several of them, see [`IntoToolOutput`]. An error is not the end of
/// the conversation: the model gets its text as a failed result, and can correct the call or do without it.
///
/// ```
/// use outcrop_agent::Tool;
/// use schemars::JsonSchema;
/// use serde::Deserialize;
///
/// /// The weather in a city, now.
/// #[derive(Deserialize, JsonSchema)]
/// struct GetWeather {
///     /// The city, such as Lisbon.
///     city: String,
/// }
///
/// let tool = Tool::new("get_weather", |input: GetWeather| async move {
///     format!("21 °C and sunny in {}", input.city)
/// });
/// assert_eq!(tool.spec().description.as_deref(), Some("The weather in a city, now."));
/// ```
///
/// The function runs in the task that called the model. Move blocking work to another thread with
/// [`spawn_blocking`](https://docs.rs/tokio/latest/tokio/task/fn.spawn_blocking.html).
#[derive(Clone)]
pub struct Tool {
    spec: ToolSpec,
    handler: Arc<Handler>,
    timeout: Option<Duration>,
    requires_approval: bool,
}

/// The function of a tool: parses the arguments of a call, and runs with them.
type Handler = dyn for<'a> Fn(&'a ToolCallContent) -> HandlerFuture<'a> + Send + Sync;

type HandlerFuture<'a> = BoxFuture<'a, Result<ToolOutput, JsonError>>;

impl Tool {
    /// Creates a tool from an async function of one argument, whose type describes the input.
    pub fn new<I, F, R>(name: impl Into<String>, function: F) -> Self
    where
        I: DeserializeOwned + JsonSchema + Send + 'static,
        F: Fn(I) -> R + Send + Sync + 'static,
        R: Future<Output: IntoToolOutput> + Send + 'static,
    {
        Self::typed(ToolSpec::from_type::<I>(name), function)
    }

    /// Creates a tool without input.
    ///
    /// ```
    /// use outcrop_agent::Tool;
    ///
    /// let dice = Tool::without_input("roll_dice", || async { "4" }).with_description("Rolls a die.");
    /// assert!(dice.spec().parameters.is_none());
    /// ```
    pub fn without_input<F, R>(name: impl Into<String>, function: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output: IntoToolOutput> + Send + 'static,
    {
        // Models send `{}`, nothing, or members that they made up. None of it is an error for a tool that reads nothing.
        Self::typed(ToolSpec::without_input(name), move |_: RawJson| function())
    }

    /// Creates a tool from a specification that is only known at run time, such as that of a remote tool. The function gets
    /// the JSON that the model wrote. It is valid JSON, but it may not match the schema.
    ///
    /// ```
    /// use outcrop_agent::{Json, Tool};
    /// use outcrop_core::{RawJson, ToolSpec};
    ///
    /// let schema = RawJson::parse(r#"{"type": "object", "properties": {"city": {"type": "string"}}}"#)?;
    /// let echo = Tool::dynamic(ToolSpec::function("echo", schema), |input: RawJson| async move { Json(input) });
    /// assert_eq!(echo.name(), "echo");
    /// # Ok::<(), outcrop_core::JsonError>(())
    /// ```
    pub fn dynamic<F, R>(spec: ToolSpec, function: F) -> Self
    where
        F: Fn(RawJson) -> R + Send + Sync + 'static,
        R: Future<Output: IntoToolOutput> + Send + 'static,
    {
        Self::typed(spec, function)
    }

    /// Creates a tool whose input is any JSON object.
    #[cfg(feature = "mcp")]
    pub(crate) fn from_json_object<F, R>(spec: ToolSpec, function: F) -> Self
    where
        F: Fn(serde_json::Map<String, serde_json::Value>) -> R + Send + Sync + 'static,
        R: Future<Output: IntoToolOutput> + Send + 'static,
    {
        Self::typed(spec, function)
    }

    fn typed<I, F, R>(spec: ToolSpec, function: F) -> Self
    where
        I: DeserializeOwned + Send + 'static,
        F: Fn(I) -> R + Send + Sync + 'static,
        R: Future<Output: IntoToolOutput> + Send + 'static,
    {
        let function = Arc::new(function);
        Self {
            spec,
            handler: erase(move |call| {
                let function = Arc::clone(&function);
                // Everything within the future, so that a panic of `Deserialize` or of the function itself is caught with it.
                Box::pin(async move {
                    let input = call.parse_arguments()?;
                    Ok(function(input).await.into_tool_output())
                })
            }),
            timeout: None,
            requires_approval: false,
        }
    }

    /// Replaces the description for the model, which is otherwise the doc comment of the input type.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.spec.description = Some(description.into());
        self
    }

    /// Sets the time limit of a call, in place of that of the set. See [`Tools::with_timeout`](crate::Tools::with_timeout).
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Requests that the provider enforces the schema exactly.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.spec.strict = Some(true);
        self
    }

    /// Requires approval of each call, see [`Tools::with_approval`](crate::Tools::with_approval).
    #[must_use]
    pub fn requires_approval(mut self) -> Self {
        self.requires_approval = true;
        self
    }

    /// Returns the name of the tool.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.spec.name
    }

    /// Returns the specification for the model.
    #[must_use]
    pub fn spec(&self) -> &ToolSpec {
        &self.spec
    }

    /// Returns whether each call requires approval.
    #[must_use]
    pub fn is_approval_required(&self) -> bool {
        self.requires_approval
    }

    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Parses the arguments of a call and runs the function.
    pub(crate) fn call<'a>(&self, call: &'a ToolCallContent) -> HandlerFuture<'a> {
        (self.handler)(call)
    }
}

/// Erases the type of a handler. The bound makes the compiler infer a closure that is generic over the lifetime.
fn erase<F>(handler: F) -> Arc<Handler>
where
    F: for<'a> Fn(&'a ToolCallContent) -> HandlerFuture<'a> + Send + Sync + 'static,
{
    Arc::new(handler)
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool")
            .field("name", &self.spec.name)
            .field("timeout", &self.timeout)
            .field("requires_approval", &self.requires_approval)
            .finish_non_exhaustive()
    }
}
