//! Parsing the messages of chat-completion parameters, also as other APIs and frameworks store them.
//!
//! [`message`] parses a message, [`part`] a part of its content, [`call`] and [`result`] calls and results of tools, in the
//! form of OpenAI's API or in one of the [`shapes`]. [`pairs`] finds the call of a result that has no id.

mod call;
mod media;
mod message;
mod pairs;
mod part;
mod result;
mod shapes;

pub(super) use message::{HistoryParser, push_to_last};
