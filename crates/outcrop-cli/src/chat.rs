//! `outcrop chat`: sends a prompt, or runs a conversation on the terminal.

mod conversation;
mod inputs;
mod output;
mod parameters;

use std::io::IsTerminal as _;
use std::path::Path;

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;
use tokio::runtime::Builder;

use crate::args::ChatArgs;
use crate::failure::Failure;
use crate::{files, runtime, terminal};
use conversation::Conversation;

/// Sends the prompt, or runs a conversation if there is none.
pub(crate) fn run(args: &ChatArgs) -> Result<(), Failure> {
    match start(args) {
        Ok(()) => Ok(()),
        Err(Start::Ended(failure)) => Err(failure),
        Err(Start::Failed(failure)) => {
            if args.json || args.v1 {
                // The failure is on standard error in any case.
                let _ = failure.print_json();
            }
            Err(failure)
        }
    }
}

/// The reason that `chat` failed.
enum Start {
    /// Nothing was sent.
    Failed(Failure),
    /// A turn failed, and its failure was printed if the output is JSON.
    Ended(Failure),
}

fn start(args: &ChatArgs) -> Result<(), Start> {
    let texts = prompt(args).map_err(Start::Failed)?;
    let runtime = runtime::start(Builder::new_current_thread()).map_err(Start::Failed)?;
    runtime.block_on(async {
        let mut conversation = Conversation::start(args).await.map_err(Start::Failed)?;
        let Some(texts) = texts else {
            return read_lines(&mut conversation).await.map_err(Start::Ended);
        };
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        conversation.send(&texts).await.map_err(|failure| {
            conversation.print_failure(&failure);
            Start::Ended(failure)
        })
    })
}

/// Returns the texts to send: standard input unless it is a terminal, then the prompt of the command line. `None` if there
/// is neither.
fn prompt(args: &ChatArgs) -> Result<Option<Vec<String>>, Failure> {
    const HINT: &str = "give it as an argument or on standard input";
    if args.prompt.as_ref().is_some_and(|prompt| prompt.trim().is_empty()) {
        return Err(Failure::input_with_hint("the prompt is empty", HINT));
    }
    let stdin = std::io::stdin();
    let mut texts = Vec::new();
    if !stdin.is_terminal() {
        // The text first, because models answer questions about a long text better if they follow it:
        // https://docs.claude.com/en/docs/build-with-claude/prompt-engineering/long-context-tips.
        texts.push(files::read_stream("standard input", stdin.lock())?.trim().to_owned());
    } else if args.prompt.is_none() {
        return Ok(None);
    }
    texts.extend(args.prompt.clone());
    texts.retain(|text| !text.is_empty());
    if texts.is_empty() {
        return Err(Failure::input_with_hint("there is no prompt: standard input is empty", HINT));
    }
    Ok(Some(texts))
}

/// Reads prompts and commands from the terminal until the user exits. An error ends a turn, not the conversation.
async fn read_lines(conversation: &mut Conversation) -> Result<(), Failure> {
    let terminal_error = |error| Failure::input(format!("the terminal cannot be read: {error}"));
    let mut editor = DefaultEditor::new().map_err(terminal_error)?;
    terminal::eprint_line("commands: /exit, /reset (start over), /save FILE, /load FILE");
    loop {
        let line = match editor.readline("> ") {
            Ok(line) => line,
            Err(ReadlineError::Eof) => return Ok(()),
            // Ctrl-C discards a line in a shell, too, and does not end it.
            Err(ReadlineError::Interrupted) => {
                terminal::eprint_line("Ctrl-D or /exit ends the conversation");
                continue;
            }
            Err(error) => return Err(terminal_error(error)),
        };
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        // The history of the editor is a convenience; a line that it does not accept is still sent.
        let _ = editor.add_history_entry(line);
        let outcome = match line.split_once(' ').map_or((line, ""), |(command, rest)| (command, rest.trim()))
        {
            ("/exit", _) => return Ok(()),
            ("/reset", _) => {
                conversation.reset();
                Ok(())
            }
            (command @ ("/save" | "/load"), "") => {
                Err(Failure::input(format!("the file is missing: write `{command} FILE`")))
            }
            ("/save", file) => conversation
                .save(Path::new(file))
                .map(|count| terminal::eprint_line(&format!("saved {count} messages to {file}"))),
            ("/load", file) => conversation
                .load(Path::new(file))
                .map(|count| terminal::eprint_line(&format!("loaded {count} messages from {file}"))),
            (command, _) if command.starts_with('/') => Err(Failure::input_with_hint(
                format!("unknown command: {command}"),
                "the commands are /exit, /reset, /save FILE and /load FILE",
            )),
            _ => {
                let outcome = conversation.send(&[line]).await;
                outcome.inspect_err(|failure| conversation.print_failure(failure))
            }
        };
        match outcome {
            Ok(()) => {}
            // Whatever follows could not be shown, either.
            Err(Failure::ClosedPipe) => return Err(Failure::ClosedPipe),
            Err(failure) => failure.print(),
        }
    }
}
