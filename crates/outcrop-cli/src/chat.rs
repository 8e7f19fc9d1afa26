//! `outcrop chat`: sends a prompt, or runs a conversation on the terminal.

mod conversation;
mod inputs;
mod output;

use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use crate::args::ChatArgs;
use crate::failure::Failure;
use conversation::Conversation;

/// Sends the prompt, or runs a conversation if there is none.
pub(crate) fn run(args: &ChatArgs) -> Result<(), Failure> {
    let prompt = prompt(args)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::input(format!("the async runtime cannot be started: {error}")))?;
    runtime.block_on(async {
        let mut conversation = Conversation::start(args).await?;
        match prompt {
            Some(prompt) => conversation.send(&prompt).await,
            None => read_lines(&mut conversation).await,
        }
    })
}

/// Returns the prompt of the command line or of standard input; `None` if that is a terminal.
fn prompt(args: &ChatArgs) -> Result<Option<String>, Failure> {
    if args.prompt.is_some() {
        return Ok(args.prompt.clone());
    }
    let mut input = std::io::stdin();
    if input.is_terminal() {
        return Ok(None);
    }
    let mut text = String::new();
    input
        .read_to_string(&mut text)
        .map_err(|error| Failure::input(format!("standard input cannot be read: {error}")))?;
    let text = text.trim();
    if text.is_empty() {
        let hint = "give it as an argument or on standard input";
        return Err(Failure::input_with_hint("there is no prompt: standard input is empty", hint));
    }
    Ok(Some(text.to_owned()))
}

/// Reads prompts and commands from the terminal until the user exits. An error ends a turn, not the conversation.
async fn read_lines(conversation: &mut Conversation) -> Result<(), Failure> {
    let terminal_error = |error| Failure::input(format!("the terminal cannot be read: {error}"));
    let mut editor = DefaultEditor::new().map_err(terminal_error)?;
    eprintln!("commands: /exit, /reset (start over), /save FILE, /load FILE");
    loop {
        let line = match editor.readline("> ") {
            Ok(line) => line,
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => return Ok(()),
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
            ("/save", file) => conversation.save(Path::new(file)),
            ("/load", file) => {
                conversation.load(Path::new(file)).map(|count| eprintln!("loaded {count} messages"))
            }
            (command, _) if command.starts_with('/') => Err(Failure::input_with_hint(
                format!("unknown command: {command}"),
                "the commands are /exit, /reset, /save FILE and /load FILE",
            )),
            _ => conversation.send(line).await,
        };
        if let Err(failure) = outcome {
            failure.print();
        }
    }
}
