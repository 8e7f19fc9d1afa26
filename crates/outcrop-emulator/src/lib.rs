//! A Bedrock Runtime on loopback, for tests, demos and offline work.
#![doc = include_str!("../README.md")]

mod call;
mod conversation;
mod echo;
mod emulator;
mod fault;
mod model;
mod operation;
mod recording;
mod reply;
mod route;
mod schema;
mod script;
mod server;
mod service;
mod stream;

pub use emulator::{Emulator, EmulatorBuilder, StartError};
pub use operation::Operation;
pub use recording::{Ending, Exchange, ReceivedRequest, Recording, SentResponse};
pub use script::{
    Action, CloseStream, CloseWhen, Damage, RawResponse, Script, ScriptedError, ScriptedEvent,
    ScriptedExchange, ScriptedResponse, When,
};
