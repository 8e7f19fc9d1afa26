//! What is printed, and where: words to standard output, everything about them to standard error.

use std::io::Write as _;
use std::time::Duration;

use outcrop::core::ToolCallContent;
use outcrop::{BedrockClient, ChatCompletion, ModelRequest, UnifiedResponse};

use crate::args::ChatArgs;
use crate::failure::Failure;

/// What the user wants to see.
pub(super) struct Show {
    form: Form,
    request: bool,
}

/// The form of responses on standard output.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Words,
    Unified,
    ChatCompletion,
}

impl Show {
    pub(super) fn new(args: &ChatArgs) -> Self {
        let form = match (args.json, args.v1) {
            (true, _) => Form::Unified,
            (_, true) => Form::ChatCompletion,
            _ => Form::Words,
        };
        Self { form, request: args.show_request }
    }

    /// The request as it is sent, when the user wants to see it.
    pub(super) fn request(&self, client: &BedrockClient, request: &ModelRequest) -> Result<(), Failure> {
        if !self.request {
            return Ok(());
        }
        let encoded = client.encode(request)?;
        eprintln!("POST /model/{}/converse", encoded.model_id);
        eprintln!("{}", String::from_utf8_lossy(&encoded.to_bytes()));
        Ok(())
    }

    pub(super) fn response(&self, response: &UnifiedResponse, elapsed: Duration) {
        let mut out = std::io::stdout().lock();
        // Whoever closed standard output does not want to read on; there is nobody to tell.
        let _ = match self.form {
            Form::Words if response.text().is_empty() => Ok(()),
            Form::Words => writeln!(out, "{}", response.text()),
            Form::Unified => writeln!(out, "{}", json(response)),
            Form::ChatCompletion => writeln!(out, "{}", json(&ChatCompletion::from(response))),
        };
        drop(out);
        for note in &response.notes {
            eprintln!("note: {note}");
        }
        eprintln!("{}", summary(response, elapsed));
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

/// Usage, cost, latency and finish reason in a line.
fn summary(response: &UnifiedResponse, elapsed: Duration) -> String {
    let usage = &response.usage;
    let tokens = |count: Option<u64>| count.map_or_else(|| "?".to_owned(), |count| count.to_string());
    let mut parts =
        vec![format!("{} tokens in, {} out", tokens(usage.prompt_tokens), tokens(usage.completion_tokens))];
    if let Some(read) = usage.cache_read_input_tokens.filter(|read| *read > 0) {
        parts.push(format!("{read} of them from the cache"));
    }
    parts.push(response.cost.map_or_else(|| "cost unknown".to_owned(), |cost| format!("${cost:.6}")));
    parts.push(format!("{:.2} s", elapsed.as_secs_f64()));
    parts.push(
        response.finish_reason.as_ref().map_or_else(|| "no finish reason".to_owned(), ToString::to_string),
    );
    format!("[{}]", parts.join(" · "))
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| format!("{{\"error\": \"{error}\"}}"))
}
