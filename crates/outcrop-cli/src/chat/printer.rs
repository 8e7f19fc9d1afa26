//! Printing of a response: text to standard output, reasoning to a terminal, JSON to programs.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use outcrop::core::ResponseAccumulator;
use outcrop::{ChatChunks, ChatCompletion, ModelRequest, StreamEvent, UnifiedResponse};

use super::output::Form;
use super::summary::summary;
use crate::failure::Failure;

/// Prints one response, event by event or as a whole.
pub(super) struct ResponsePrinter {
    form: Form,
    /// Builds the chunks; the printed text is their content.
    chunks: ChatChunks,
    /// The response as far as it has arrived.
    partial: ResponseAccumulator,
    start: Instant,
    /// When the first content arrived; `None` if the response is not streamed.
    first: Option<Duration>,
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
    /// Builds a printer for the response to a request.
    pub(super) fn new(form: Form, request: &ModelRequest, provider: &str) -> Self {
        Self {
            form,
            chunks: ChatChunks::from_request(request, ""),
            partial: ResponseAccumulator::new("", request.model.as_str(), provider),
            start: Instant::now(),
            first: None,
            cursor: Cursor::LineStart,
        }
    }

    /// Starts a stream, with the id of its call.
    pub(super) fn begin(&mut self, request: &ModelRequest, provider: &str, id: &str) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
        self.chunks = ChatChunks::from_request(request, id).with_created(now);
        self.partial = ResponseAccumulator::new(id, request.model.as_str(), provider);
    }

    /// Prints an event.
    pub(super) fn print_event(&mut self, event: StreamEvent) {
        let is_answer = matches!(
            event,
            StreamEvent::Text { .. } | StreamEvent::Reasoning { .. } | StreamEvent::ToolCall { .. }
        );
        if is_answer && self.first.is_none() {
            self.first = Some(self.start.elapsed());
        }
        self.partial.push(&event);
        match self.form {
            Form::Text => self.print_text(event),
            Form::Unified => {}
            Form::ChatCompletion => {
                for chunk in self.chunks.push(event) {
                    print(&format!("{}\n", json(&chunk)));
                }
            }
        }
    }

    /// Prints a whole response.
    pub(super) fn print_response(&mut self, response: &UnifiedResponse) {
        match self.form {
            Form::ChatCompletion => print(&format!("{}\n", json(&ChatCompletion::from(response)))),
            Form::Text | Form::Unified => {
                StreamEvent::replay(response.clone()).into_iter().for_each(|event| self.print_event(event));
                self.first = None;
            }
        }
    }

    /// Returns the response, once it is complete.
    pub(super) fn response(&self) -> UnifiedResponse {
        self.partial.clone().finish()
    }

    /// Prints notes and summary of a complete response.
    pub(super) fn finish(&mut self, response: &UnifiedResponse) {
        let elapsed = self.start.elapsed();
        self.end_line();
        if self.form == Form::Unified {
            print(&format!("{}\n", json(response)));
        }
        for note in &response.notes {
            eprintln!("note: {note}");
        }
        eprintln!("{}", summary(response, elapsed, self.first));
    }

    /// Ends an incomplete response; JSON output gets the part that arrived.
    pub(super) fn abort(&mut self, failure: &Failure) {
        let has_output = self.cursor != Cursor::LineStart;
        self.end_line();
        let partial = match failure {
            Failure::Model(error) => error.partial_response().cloned(),
            _ => Some(self.partial.partial()),
        };
        if let Some(partial) =
            partial.filter(|partial| self.form == Form::Unified && !partial.messages.is_empty())
        {
            print(&format!("{}\n", json(&partial)));
        }
        if has_output && matches!(failure, Failure::Model(_)) {
            eprintln!("note: the reply is partial");
        }
    }

    fn print_text(&mut self, event: StreamEvent) {
        if let StreamEvent::Reasoning { text, .. } = &event {
            self.print_reasoning(text);
        }
        for chunk in self.chunks.push(event) {
            let Some(words) = chunk.text().filter(|words| !words.is_empty()) else { continue };
            if self.cursor == Cursor::Reasoning {
                eprintln!();
            }
            self.cursor = Cursor::Text;
            print(words);
        }
    }

    /// Prints reasoning, dimmed, if standard error is a terminal.
    fn print_reasoning(&mut self, text: &str) {
        if text.is_empty() || !std::io::stderr().is_terminal() {
            return;
        }
        if self.cursor == Cursor::Text && std::io::stdout().is_terminal() {
            print("\n");
        }
        self.cursor = Cursor::Reasoning;
        if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
            eprint!("{text}");
        } else {
            eprint!("\x1b[2m{text}\x1b[0m");
        }
    }

    fn end_line(&mut self) {
        match std::mem::replace(&mut self.cursor, Cursor::LineStart) {
            Cursor::Text => print("\n"),
            Cursor::Reasoning => eprintln!(),
            Cursor::LineStart => {}
        }
    }
}

/// Prints at once. Whoever closed standard output does not want to read on; there is nobody to tell.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| format!("{{\"error\": \"{error}\"}}"))
}
