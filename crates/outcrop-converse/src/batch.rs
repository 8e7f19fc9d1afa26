//! Batch inference: many requests in one file, their replies in another.

mod id;
mod output;
mod record;

use std::collections::BTreeMap;

use outcrop_core::{ModelError, ModelRequest};

pub use id::RecordId;
pub use output::BatchOutput;
pub use record::BatchRecord;

use crate::context::ResponseContext;
use crate::encode::encode_request;
use crate::options::EncodeOptions;

/// The requests of one batch job, and what their replies have to be read with.
///
/// Bedrock runs the requests of a file in S3 and puts the replies into another, each a line of JSON, in an order of its
/// own (`CreateModelInvocationJob` with `modelInvocationType` `Converse`). A batch writes the lines of the one and
/// reads the lines of the other, one by one; where they are kept is the caller's business. It refuses two records of
/// one id, and requests to several models, since a job has one.
///
/// ```
/// use outcrop_converse::{Batch, EncodeOptions, RecordId};
/// use outcrop_core::ModelRequest;
///
/// let mut batch = Batch::new(EncodeOptions::default());
/// let mut file = Vec::new();
/// for (number, river) in ["Rhine", "Duero"].into_iter().enumerate() {
///     let question = format!("Where does the {river} end?");
///     let request = ModelRequest::builder("amazon.nova-lite-v1:0").user(question).build();
///     let record = batch.record(RecordId::from_number(number), &request)?;
///     assert!(record.notes.is_empty());
///     file.extend_from_slice(&record.line);
/// }
///
/// // What the job makes of the file, hours later:
/// let output = r#"{"recordId":"R0000000001","modelInput":{},"error":{"errorCode":429,"errorMessage":"Too many requests"}}
/// {"recordId":"R0000000000","modelInput":{},"modelOutput":{"output":{"message":{"role":"assistant","content":[{"text":"In the North Sea."}]}},"stopReason":"end_turn"}}"#;
/// for reply in batch.read(output.lines()) {
///     match reply.outcome {
///         Ok(response) => assert_eq!((&*response.id, &*response.text()), ("R0000000000", "In the North Sea.")),
///         Err(error) => assert!(error.is_retryable()),
///     }
/// }
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
///
/// A job takes hours. A program that reads what another one wrote makes the same records again, which gives the same
/// lines and the same batch; where no structured answer and no price of the request's own is wanted, an empty batch
/// reads just as well.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    options: EncodeOptions,
    model: Option<String>,
    contexts: BTreeMap<RecordId, ResponseContext>,
}

impl Batch {
    /// A batch without records, whose requests will be encoded in this way.
    #[must_use]
    pub fn new(options: EncodeOptions) -> Self {
        Self { options, ..Self::default() }
    }

    /// The model that all requests are for, which the job has to be given; `None` as long as there is no record.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// The ids of the records, sorted: to see which of them have no reply.
    pub fn record_ids(&self) -> impl Iterator<Item = &RecordId> {
        self.contexts.keys()
    }

    /// Writes a request as a line of the job's input.
    ///
    /// # Errors
    /// As [`encode_request`]; with the code `DuplicateRecord` when the batch has a record of that id, and
    /// `MixedModels` when its records are for another model. The batch is then what it was before.
    pub fn record(&mut self, id: RecordId, request: &ModelRequest) -> Result<BatchRecord, ModelError> {
        let place = format!("records[{id}]");
        if self.contexts.contains_key(&id) {
            return Err(ModelError::invalid_request(
                "DuplicateRecord",
                place,
                "the batch has a record of this id",
            )
            .with_hint("give each record an id of its own: replies are told apart by nothing else"));
        }
        let encoded =
            encode_request(request, &self.options).map_err(|error| error.with_path_prefix(&place))?;
        if self.model.as_ref().is_some_and(|model| *model != encoded.model_id) {
            let message = "the request is for another model than the records before it";
            return Err(ModelError::invalid_request("MixedModels", format!("{place}.model"), message)
                .with_model(encoded.model_id)
                .with_hint("a job has one model: make a batch for each"));
        }
        let record = BatchRecord::new(id.clone(), &encoded);
        self.model = Some(encoded.model_id);
        self.contexts.insert(id, encoded.context);
        Ok(record)
    }

    /// Reads the lines of a job's output, one reply for each that is not blank.
    ///
    /// Nothing is read ahead, and a line that is broken is one failed reply: those after it are read all the same.
    pub fn read<'b, L>(&'b self, lines: L) -> impl Iterator<Item = BatchOutput> + use<'b, L>
    where
        L: IntoIterator,
        L::Item: AsRef<[u8]>,
    {
        let is_blank = |line: &[u8]| line.iter().all(u8::is_ascii_whitespace);
        let lines = lines.into_iter().zip(1..).filter(move |(line, _)| !is_blank(line.as_ref()));
        lines.map(|(line, number)| self.read_line(number, line.as_ref()))
    }

    /// Reads one line of a job's output, for those whose lines come with errors of their own. `number` is told in the
    /// reply and in errors.
    #[must_use]
    pub fn read_line(&self, number: usize, line: &[u8]) -> BatchOutput {
        BatchOutput::read(number, line, |id| match id.and_then(|id| self.contexts.get(id)) {
            Some(context) => context.clone(),
            None => ResponseContext {
                model: self.model.clone().unwrap_or_default(),
                ..ResponseContext::default()
            },
        })
    }
}

#[cfg(test)]
mod tests;
