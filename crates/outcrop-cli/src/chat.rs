//! `outcrop chat`.

mod attachments;
mod connect;
mod conversation;
mod output;
mod printer;
mod summary;
mod terminal;
mod tools;

use std::io::{IsTerminal as _, Read as _};

use crate::args::ChatArgs;
use crate::failure::Failure;
use connect::Connection;
use conversation::Conversation;

/// Sends the prompt, or talks until the user has had enough.
pub(crate) fn run(args: &ChatArgs) -> Result<(), Failure> {
    let prompt = prompt(args)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::input(format!("the runtime cannot be started: {error}")))?;
    runtime.block_on(async {
        let connection = Connection::open(args).await?;
        let mut conversation = Conversation::start(connection, args)?;
        match prompt {
            Some(prompt) => conversation.send(&prompt).await,
            None => terminal::talk(&mut conversation).await,
        }
    })
}

/// The prompt of the command line, or standard input that is no terminal; `None` for a conversation.
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
        return Err(Failure::input("there is no prompt: give one as an argument or on standard input"));
    }
    Ok(Some(text.to_owned()))
}
