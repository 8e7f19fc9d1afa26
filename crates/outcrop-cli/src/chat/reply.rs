//! A reply as it comes: words to standard output, thoughts to a terminal, JSON to programs.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use outcrop::core::ResponseAccumulator;
use outcrop::{ChatChunks, ChatCompletion, ModelRequest, StreamEvent, UnifiedResponse};

use super::show::Form;
use super::summary::summary;
use crate::failure::Failure;

/// A reply that is being shown.
pub(super) struct Reply {
    form: Form,
    /// Makes the chunks, and with them the words: they are the same.
    chunks: ChatChunks,
    /// What came so far.
    partial: ResponseAccumulator,
    start: Instant,
    /// When the first piece of the answer came; `None` for one that is waited for as a whole.
    first: Option<Duration>,
    behind: Cursor,
}

/// What was written last on the line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cursor {
    Nothing,
    Words,
    Thoughts,
}

impl Reply {
    /// A reply of which nothing has come.
    pub(super) fn new(form: Form, request: &ModelRequest, provider: &str) -> Self {
        Self {
            form,
            chunks: ChatChunks::from_request(request, ""),
            partial: ResponseAccumulator::new("", request.model.as_str(), provider),
            start: Instant::now(),
            first: None,
            behind: Cursor::Nothing,
        }
    }

    /// The stream was opened, with this id of the call.
    pub(super) fn opened(&mut self, request: &ModelRequest, provider: &str, id: &str) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
        self.chunks = ChatChunks::from_request(request, id).with_created(now);
        self.partial = ResponseAccumulator::new(id, request.model.as_str(), provider);
    }

    /// Shows the next step.
    pub(super) fn step(&mut self, event: StreamEvent) {
        let is_answer = matches!(
            event,
            StreamEvent::Text { .. } | StreamEvent::Reasoning { .. } | StreamEvent::ToolCall { .. }
        );
        if is_answer && self.first.is_none() {
            self.first = Some(self.start.elapsed());
        }
        self.partial.push(&event);
        match self.form {
            Form::Words => self.words(event),
            Form::Unified => {}
            Form::ChatCompletion => {
                for chunk in self.chunks.push(event) {
                    print(&format!("{}\n", json(&chunk)));
                }
            }
        }
    }

    /// Shows a reply that was waited for.
    pub(super) fn whole(&mut self, response: &UnifiedResponse) {
        match self.form {
            Form::ChatCompletion => print(&format!("{}\n", json(&ChatCompletion::from(response)))),
            Form::Words | Form::Unified => {
                StreamEvent::replay(response.clone()).into_iter().for_each(|event| self.step(event));
                self.first = None;
            }
        }
    }

    /// What came, once all of it did.
    pub(super) fn answer(&self) -> UnifiedResponse {
        self.partial.clone().finish()
    }

    /// The reply is complete.
    pub(super) fn end(&mut self, response: &UnifiedResponse) {
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

    /// The reply broke off; what came is the reply as far as it goes.
    pub(super) fn break_off(&mut self, failure: &Failure) {
        let has_words = self.behind != Cursor::Nothing;
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
        if has_words && matches!(failure, Failure::Model(_)) {
            eprintln!("note: the reply is partial");
        }
    }

    fn words(&mut self, event: StreamEvent) {
        if let StreamEvent::Reasoning { text, .. } = &event {
            self.thoughts(text);
        }
        for chunk in self.chunks.push(event) {
            let Some(words) = chunk.text().filter(|words| !words.is_empty()) else { continue };
            if self.behind == Cursor::Thoughts {
                eprintln!();
            }
            self.behind = Cursor::Words;
            print(words);
        }
    }

    /// Thoughts are not the reply: they are dimmed on a terminal, and nowhere else.
    fn thoughts(&mut self, text: &str) {
        if text.is_empty() || !std::io::stderr().is_terminal() {
            return;
        }
        if self.behind == Cursor::Words && std::io::stdout().is_terminal() {
            print("\n");
        }
        self.behind = Cursor::Thoughts;
        if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
            eprint!("{text}");
        } else {
            eprint!("\x1b[2m{text}\x1b[0m");
        }
    }

    fn end_line(&mut self) {
        match std::mem::replace(&mut self.behind, Cursor::Nothing) {
            Cursor::Words => print("\n"),
            Cursor::Thoughts => eprintln!(),
            Cursor::Nothing => {}
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
