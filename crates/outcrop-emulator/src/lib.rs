//! A Bedrock Runtime on loopback, for tests, demos and offline work.
//!
//! The modules have floors and import only from lower ones, from `protocol` up to `emulator`.
#![doc = include_str!("../README.md")]
// On docs.rs, each item shows the feature that it requires.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod control_plane;
mod default_model;
mod emulator;
mod protocol;
mod recording;
mod replay;
mod rules;
mod script;
mod server;
mod upstream;

pub use emulator::{Emulator, EmulatorBuilder, StartError};
pub use protocol::operation::Operation;
pub use protocol::response::UpstreamBroken;
pub use protocol::stream::CloseStream;
pub use recording::{Ending, Exchange, ReceivedRequest, Recording, SentResponse};
pub use replay::Replay;
pub use script::{
    Action, CloseWhen, Damage, RawResponse, Script, ScriptedError, ScriptedEvent, ScriptedExchange,
    ScriptedResponse, When,
};
pub use upstream::{Upstream, UpstreamBody, UpstreamRequest, UpstreamResponse};
