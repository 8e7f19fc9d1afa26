//! Batch inference: many requests in one file, their responses in another.

mod output;
mod record;

use std::collections::BTreeMap;

use outcrop_core::{ModelError, ModelRequest};

pub use output::BatchOutput;
pub use record::{BatchRecord, RecordId};

use crate::context::ResponseContext;
use crate::encode::encode_request;
use crate::options::EncodeOptions;

/// The requests of a batch job, with the contexts that their responses are decoded with.
///
/// A job ([`CreateModelInvocationJob`] with `modelInvocationType` `Converse`) reads its requests from a file in S3 and
/// writes the responses to another file, in any order; in both files, a line is a JSON object. A batch writes the lines of
/// the input and reads those of the output. Where they are stored is up to the caller.
///
/// The records of a batch have different ids and the same model, because a job has one model.
///
/// ```
/// use outcrop_converse::core::ModelRequest;
/// use outcrop_converse::{Batch, EncodeOptions, RecordId};
///
/// let mut batch = Batch::new(EncodeOptions::converse());
/// let mut file = Vec::new();
/// for (number, river) in ["Rhine", "Duero"].into_iter().enumerate() {
///     let question = format!("Where does the {river} end?");
///     let request = ModelRequest::builder("amazon.nova-lite-v1:0").user(question).build();
///     let record = batch.record(RecordId::from_number(number), &request)?;
///     assert!(record.notes.is_empty());
///     file.extend_from_slice(&record.line);
/// }
///
/// // The output of the job, hours later:
/// let output = r#"{"recordId":"R0000000001","modelInput":{},"error":{"errorCode":429,"errorMessage":"Too many requests"}}
/// {"recordId":"R0000000000","modelInput":{},"modelOutput":{"output":{"message":{"role":"assistant","content":[{"text":"In the North Sea."}]}},"stopReason":"end_turn"}}"#;
/// for output in batch.read(output.lines()) {
///     match output.outcome {
///         Ok(response) => assert_eq!((&*response.id, &*response.text()), ("R0000000000", "In the North Sea.")),
///         Err(error) => assert!(error.is_retryable()),
///     }
/// }
/// # Ok::<(), outcrop_converse::core::ModelError>(())
/// ```
///
/// If another process reads the output, it can build the same batch from the same requests: the lines will be equal. An
/// empty batch will do if no request has a structured output or a price, because the contexts of other requests are not
/// needed.
///
/// [`CreateModelInvocationJob`]: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html
#[derive(Clone, Debug, Default)]
pub struct Batch {
    options: EncodeOptions,
    model: Option<String>,
    contexts: BTreeMap<RecordId, ResponseContext>,
}

impl Batch {
    /// Creates a batch without records, whose requests are encoded with these options.
    #[must_use]
    pub fn new(options: EncodeOptions) -> Self {
        Self { options, ..Self::default() }
    }

    /// Returns the model of all requests, which the job must be created with. `None` if there is no record yet.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// Returns the ids of the records, sorted, for example to find those without a line in the output.
    pub fn record_ids(&self) -> impl Iterator<Item = &RecordId> {
        self.contexts.keys()
    }

    /// Adds a request and returns its line of the job's input.
    ///
    /// # Errors
    /// As [`encode_request`]. Code `DuplicateRecord`, if the batch has a record with the id; code `MixedModels`, if its
    /// records are for another model. The batch does not change then.
    pub fn record(&mut self, id: RecordId, request: &ModelRequest) -> Result<BatchRecord, ModelError> {
        let path = format!("records[{id}]");
        if self.contexts.contains_key(&id) {
            let message = "the batch already has a record with this id";
            return Err(ModelError::invalid_request("DuplicateRecord", path, message)
                .with_hint("give each record its own id: responses are identified by nothing else"));
        }
        let encoded =
            encode_request(request, &self.options).map_err(|error| error.with_path_prefix(&path))?;
        if self.model.as_ref().is_some_and(|model| *model != encoded.model_id) {
            let message = "the request is for another model than the records before it";
            return Err(ModelError::invalid_request("MixedModels", format!("{path}.model"), message)
                .with_model(encoded.model_id)
                .with_hint("a job has one model: use a batch for each model"));
        }
        let record = BatchRecord::new(id.clone(), &encoded);
        self.model = Some(encoded.model_id);
        self.contexts.insert(id, encoded.context);
        Ok(record)
    }

    /// Reads the lines of a job's output. Blank lines are skipped.
    ///
    /// Lines are read one by one, as the iterator is polled. A malformed line is one failed output, and those after it are
    /// still read.
    pub fn read<'b, L>(&'b self, lines: L) -> impl Iterator<Item = BatchOutput> + use<'b, L>
    where
        L: IntoIterator,
        L::Item: AsRef<[u8]>,
    {
        let is_blank = |line: &[u8]| line.iter().all(u8::is_ascii_whitespace);
        let lines = lines.into_iter().zip(1..).filter(move |(line, _)| !is_blank(line.as_ref()));
        lines.map(|(line, number)| self.read_line(number, line.as_ref()))
    }

    /// Reads one line of a job's output, for sources whose lines can fail, such as [`std::io::BufRead::lines`].
    ///
    /// `number` becomes [`BatchOutput::line`] and is part of error messages.
    #[must_use]
    pub fn read_line(&self, number: usize, line: &[u8]) -> BatchOutput {
        BatchOutput::decode(number, line, |id| match id.and_then(|id| self.contexts.get(id)) {
            Some(context) => context.clone(),
            None => ResponseContext {
                model: self.model.clone().unwrap_or_default(),
                dialect: self.options.dialect,
                catalog: self.options.catalog.clone(),
                ..ResponseContext::default()
            },
        })
    }
}

#[cfg(test)]
mod tests;
