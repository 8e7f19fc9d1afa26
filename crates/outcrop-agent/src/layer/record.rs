//! Recording calls in a file.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use outcrop_core::{ModelClient, ModelError, ModelRequest, ResponseStream, UnifiedResponse};
use serde::Serialize;

use super::Layer;
use super::observe::{End, observe_call};

/// A recording of calls in a file, which [`Replay`](super::Replay) reads.
///
/// Each line of the file is a call as JSON: the request in OpenAI's form, and the response or the error. Credentials are not
/// part of a request. The conversation is, so review a recording before you share it.
///
/// ```
/// use outcrop_agent::{LayerExt as _, Record, Replay};
/// # use outcrop_core::testing::ScriptedClient;
/// use outcrop_core::ModelClientExt as _;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = ScriptedClient::new("scripted").respond_with_text("The Tagus.");
/// # let path = std::env::temp_dir().join(format!("outcrop-recording-{}.jsonl", std::process::id()));
/// let recorded = client.layer(Record::to_file(&path)?);
/// recorded.ask("some-model", "Name a river.").await?;
///
/// let replayed = Replay::from_file(&path)?;
/// assert_eq!(replayed.ask("some-model", "Name a river.").await?, "The Tagus.");
/// # std::fs::remove_file(path)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Record(Arc<Mutex<File>>);

/// A line of a recording.
#[derive(Serialize)]
struct Line<'a> {
    provider: &'a str,
    request: &'a ModelRequest,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<&'a UnifiedResponse>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a ModelError>,
    /// The part of the response that was received before the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    partial: Option<&'a UnifiedResponse>,
}

impl Record {
    /// Creates a recording in a file. Calls are added to those that the file has.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn to_file(path: impl AsRef<Path>) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self(Arc::new(Mutex::new(file))))
    }

    fn write(&self, provider: &str, request: &ModelRequest, outcome: Result<&UnifiedResponse, &ModelError>) {
        let (response, error) = (outcome.ok(), outcome.err());
        let partial = error.and_then(ModelError::partial_response);
        let line = Line { provider, request, response, error, partial };
        let written = serde_json::to_string(&line).map_err(io::Error::from).and_then(|mut line| {
            line.push('\n');
            // As one piece, so that a line is whole even if several processes record into one file.
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes())
        });
        if let Err(error) = written {
            // The call itself succeeded. A replay of the file reports the missing line.
            tracing::error!(target: "outcrop", "a call was not recorded: {error}");
        }
    }
}

#[async_trait]
impl Layer for Record {
    async fn create(
        &self,
        inner: &dyn ModelClient,
        request: &ModelRequest,
    ) -> Result<UnifiedResponse, ModelError> {
        let outcome = inner.create(request).await;
        self.write(inner.provider(), request, outcome.as_ref());
        outcome
    }

    async fn create_stream(
        &self,
        inner: &dyn ModelClient,
        request: &ModelRequest,
    ) -> Result<ResponseStream, ModelError> {
        let outcome = inner.create_stream(request).await;
        let (record, provider, request) = (self.clone(), inner.provider().to_owned(), request.clone());
        observe_call(outcome, move |end| match end {
            End::Completed(response) => record.write(&provider, &request, Ok(response)),
            End::Failed(error) => record.write(&provider, &request, Err(error)),
            // There is nothing to replay.
            End::Dropped => {}
        })
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").finish_non_exhaustive()
    }
}
