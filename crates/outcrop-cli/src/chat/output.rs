//! The output of a conversation: responses on standard output, everything else on standard error.
//!
//! With a JSON format, standard output contains nothing but lines of JSON.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use outcrop::core::{RawJson, ResponseAccumulator, ToolCallContent};
use outcrop::{
    BedrockClient, BedrockMetadata, Catalog, ChatChunks, ChatCompletion, ModelRequest, StreamEvent,
    UnifiedResponse,
};

use super::inputs::CallOutcome;
use crate::args::ChatArgs;
use crate::failure::Failure;
use crate::terminal::{self, print};

/// The output options of the command line.
pub(super) struct Output {
    pub(super) format: Format,
    pub(super) is_streamed: bool,
    shows_requests: bool,
}

/// The format of responses on standard output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    /// A line of JSON for each response.
    Unified,
    /// OpenAI's chunks, or its chat completions without streaming.
    ChatCompletion,
}

impl Output {
    pub(super) fn new(args: &ChatArgs) -> Self {
        let format = match (args.json, args.v1) {
            (true, _) => Format::Unified,
            (_, true) => Format::ChatCompletion,
            _ => Format::Text,
        };
        Self { format, is_streamed: !args.no_stream, shows_requests: args.show_request }
    }

    /// Prints a request with its path, if the option is set.
    pub(super) fn print_request(
        &self,
        client: &BedrockClient,
        request: &ModelRequest,
    ) -> Result<(), Failure> {
        if !self.shows_requests {
            return Ok(());
        }
        let encoded = client.encode(request)?;
        let path = if self.is_streamed { encoded.stream_url_path() } else { encoded.url_path() };
        terminal::eprint_line(&format!("POST {path}"));
        terminal::eprint_json(&String::from_utf8_lossy(&encoded.to_bytes()));
        Ok(())
    }

    /// Prints a tool call and its outcome.
    pub(super) fn print_tool_call(&self, call: &ToolCallContent, outcome: &CallOutcome) {
        terminal::eprint_line(&format!("→ {} {}", call.name, call.arguments));
        let result = match outcome {
            CallOutcome::Result(result) => result.clone(),
            CallOutcome::NotRunnable => {
                format!("no result: this command can only run {}", super::inputs::GET_WEATHER)
            }
            CallOutcome::Rejected(reason) => format!("not run: {reason}"),
        };
        terminal::eprint_line(&format!("← {result}"));
    }
}

/// Prints one response, event by event or as a whole.
pub(super) struct ResponsePrinter {
    format: Format,
    /// Builds the chunks; the printed text is their content.
    chunks: ChatChunks,
    /// The part of the response that has arrived.
    partial: ResponseAccumulator,
    start: Instant,
    /// The time to the first content; `None` if the response is not streamed.
    first_content: Option<Duration>,
    cursor: Cursor,
}

/// The kind of output on the current line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cursor {
    LineStart,
    Text,
    Reasoning,
}

impl ResponsePrinter {
    /// Creates a printer for the response to a request. Its time starts now.
    pub(super) fn new(format: Format, request: &ModelRequest, provider: &str) -> Self {
        Self {
            format,
            chunks: ChatChunks::from_request(request, ""),
            partial: ResponseAccumulator::new("", request.model.as_str(), provider),
            start: Instant::now(),
            first_content: None,
            cursor: Cursor::LineStart,
        }
    }

    /// Starts a stream with the id of its call.
    pub(super) fn begin(&mut self, request: &ModelRequest, provider: &str, id: &str) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
        self.chunks = ChatChunks::from_request(request, id).with_created(now);
        self.partial = ResponseAccumulator::new(id, request.model.as_str(), provider);
    }

    /// Prints an event.
    pub(super) fn print_event(&mut self, event: StreamEvent) -> Result<(), Failure> {
        let is_content = matches!(
            event,
            StreamEvent::Text { .. } | StreamEvent::Reasoning { .. } | StreamEvent::ToolCall { .. }
        );
        if is_content && self.first_content.is_none() {
            self.first_content = Some(self.start.elapsed());
        }
        self.partial.push(&event);
        match self.format {
            Format::Text => self.print_text(event),
            Format::Unified => Ok(()),
            Format::ChatCompletion => {
                for chunk in self.chunks.push(event) {
                    terminal::print_json(&json(&chunk))?;
                }
                Ok(())
            }
        }
    }

    /// Prints a whole response.
    pub(super) fn print_response(&mut self, response: &UnifiedResponse) -> Result<(), Failure> {
        match self.format {
            Format::ChatCompletion => Ok(terminal::print_json(&json(&ChatCompletion::from(response)))?),
            Format::Text | Format::Unified => {
                StreamEvent::replay(response.clone())
                    .into_iter()
                    .try_for_each(|event| self.print_event(event))?;
                self.first_content = None;
                Ok(())
            }
        }
    }

    /// Returns the part of the response that has arrived.
    pub(super) fn partial(&self) -> UnifiedResponse {
        self.partial.partial()
    }

    /// Returns the response once it is complete.
    pub(super) fn response(&self) -> UnifiedResponse {
        self.partial.clone().finish()
    }

    /// Prints the notes and the summary of a complete response.
    pub(super) fn finish(&mut self, response: &UnifiedResponse) -> Result<(), Failure> {
        let elapsed = self.start.elapsed();
        self.end_line()?;
        if self.format == Format::Unified {
            terminal::print_json(&json(response))?;
        }
        for note in &response.notes {
            terminal::eprint_line(&format!("note: {note}"));
        }
        terminal::eprint_line(&summary(response, elapsed, self.first_content));
        Ok(())
    }

    /// Ends an incomplete response. JSON output gets the part that has arrived, with the failure as its member `error`.
    ///
    /// Returns whether standard output has the failure.
    pub(super) fn abort(&mut self, failure: &Failure) -> Result<bool, Failure> {
        let has_output = self.cursor != Cursor::LineStart;
        self.end_line()?;
        let partial = match failure {
            // The decoder's partial response also has usage and metadata.
            Failure::Model(error) => error.partial_response().cloned(),
            _ => Some(self.partial.partial()),
        };
        let partial =
            partial.filter(|partial| self.format == Format::Unified && !partial.messages.is_empty());
        let line = partial.and_then(|partial| RawJson::from_serialize(&partial).ok()?.as_object());
        let has_failure = line.is_some();
        if let Some(mut line) = line {
            line.insert("error", RawJson::from(failure.to_json()));
            terminal::print_json(RawJson::from(line).as_str())?;
        }
        if has_output && matches!(failure, Failure::Model(_)) {
            terminal::eprint_line("note: the response is partial");
        }
        Ok(has_failure)
    }

    fn print_text(&mut self, event: StreamEvent) -> Result<(), Failure> {
        if let StreamEvent::Reasoning { text, .. } = &event {
            self.print_reasoning(text)?;
        }
        for chunk in self.chunks.push(event) {
            let Some(text) = chunk.text().filter(|text| !text.is_empty()) else { continue };
            if self.cursor == Cursor::Reasoning {
                terminal::eprint("\n");
            }
            self.cursor = Cursor::Text;
            print(text)?;
        }
        Ok(())
    }

    /// Prints reasoning, dimmed, if standard error is a terminal.
    fn print_reasoning(&mut self, text: &str) -> Result<(), Failure> {
        if text.is_empty() || !std::io::stderr().is_terminal() {
            return Ok(());
        }
        // Text and reasoning share the terminal's line if both go to it.
        if self.cursor == Cursor::Text && std::io::stdout().is_terminal() {
            print("\n")?;
        }
        self.cursor = Cursor::Reasoning;
        // https://no-color.org: "when present and not an empty string".
        if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
            terminal::eprint(text);
        } else {
            terminal::eprint_dimmed(text);
        }
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), Failure> {
        match std::mem::replace(&mut self.cursor, Cursor::LineStart) {
            Cursor::Text => Ok(print("\n")?),
            Cursor::Reasoning => {
                terminal::eprint("\n");
                Ok(())
            }
            Cursor::LineStart => Ok(()),
        }
    }
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| format!("{{\"error\": \"{error}\"}}"))
}

/// Formats token counts, cost, latency, the time to the first content and the finish reason as one line.
fn summary(response: &UnifiedResponse, elapsed: Duration, first_content: Option<Duration>) -> String {
    let usage = &response.usage;
    let tokens = |count: Option<u64>| count.map_or_else(|| "?".to_owned(), |count| count.to_string());
    let mut parts =
        vec![format!("{} tokens in, {} out", tokens(usage.prompt_tokens), tokens(usage.completion_tokens))];
    if let Some(read) = usage.cache_read_input_tokens.filter(|read| *read > 0) {
        parts.push(format!("{read} of them from the cache"));
    }
    parts.push(response.cost.map_or_else(|| "cost unknown".to_owned(), |cost| format!("${cost:.6}")));
    let saved = BedrockMetadata::from_response(response).cache_savings(&Catalog::builtin(), &response.model);
    if let Some(saved) = saved.filter(|saved| *saved != 0.0) {
        let (verb, amount) = if saved > 0.0 { ("saved", saved) } else { ("cost", -saved) };
        parts.push(format!("caching {verb} ${amount:.6}"));
    }
    parts.push(format!("{:.2} s", elapsed.as_secs_f64()));
    parts.extend(first_content.map(|first| format!("first token after {:.2} s", first.as_secs_f64())));
    parts.push(
        response.finish_reason.as_ref().map_or_else(|| "no finish reason".to_owned(), ToString::to_string),
    );
    format!("[{}]", parts.join(" · "))
}
