//! A conversation on a terminal.

use std::path::Path;

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use super::conversation::Conversation;
use crate::failure::Failure;

/// Talks until the user has had enough. An error ends a turn, not the conversation.
pub(super) async fn talk(conversation: &mut Conversation) -> Result<(), Failure> {
    let mut editor = DefaultEditor::new()
        .map_err(|error| Failure::input(format!("the terminal cannot be read: {error}")))?;
    eprintln!("/exit ends the conversation, /reset starts a new one, /save FILE and /load FILE keep it");
    loop {
        let line = match editor.readline("> ") {
            Ok(line) => line,
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => return Ok(()),
            Err(error) => return Err(Failure::input(format!("the terminal cannot be read: {error}"))),
        };
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let _ = editor.add_history_entry(line);
        let outcome = match line.split_once(' ').map_or((line, ""), |(command, rest)| (command, rest.trim()))
        {
            ("/exit", _) => return Ok(()),
            ("/reset", _) => {
                conversation.reset();
                Ok(())
            }
            ("/save" | "/load", "") => Err(Failure::input("name a file")),
            ("/save", file) => conversation.save(Path::new(file)),
            ("/load", file) => conversation.load(Path::new(file)).map(|count| eprintln!("{count} messages")),
            (command, _) if command.starts_with('/') => {
                Err(Failure::input(format!("there is no command {command}")))
            }
            _ => conversation.send(line).await,
        };
        if let Err(failure) = outcome {
            failure.print();
        }
    }
}
