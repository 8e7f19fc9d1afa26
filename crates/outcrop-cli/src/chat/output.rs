//! Output of a conversation: responses to standard output, everything else to standard error.

use outcrop::core::ToolCallContent;
use outcrop::{BedrockClient, ModelRequest};

use crate::args::ChatArgs;
use crate::failure::Failure;

/// The output that the command line asks for.
pub(super) struct Output {
    /// The form of replies on standard output.
    pub(super) form: Form,
    /// Whether replies are waited for as a whole.
    pub(super) whole: bool,
    request: bool,
}

/// The form of replies on standard output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Unified,
    ChatCompletion,
}

impl Output {
    pub(super) fn new(args: &ChatArgs) -> Self {
        let form = match (args.json, args.v1) {
            (true, _) => Form::Unified,
            (_, true) => Form::ChatCompletion,
            _ => Form::Text,
        };
        Self { form, whole: args.no_stream, request: args.show_request }
    }

    /// The request as it is sent, when the user wants to see it.
    pub(super) fn request(&self, client: &BedrockClient, request: &ModelRequest) -> Result<(), Failure> {
        if !self.request {
            return Ok(());
        }
        let encoded = client.encode(request)?;
        let operation = if self.whole { "converse" } else { "converse-stream" };
        eprintln!("POST /model/{}/{operation}", encoded.model_id);
        eprintln!("{}", String::from_utf8_lossy(&encoded.to_bytes()));
        Ok(())
    }

    /// A call of a tool and its result; `None` for a tool that nobody here can run.
    pub(super) fn tool(&self, call: &ToolCallContent, result: Option<&str>) {
        eprintln!("→ {} {}", call.name, call.arguments);
        match result {
            Some(result) => eprintln!("← {result}"),
            None => eprintln!("← nobody here can run this tool; the reply ends with its call"),
        }
    }
}
