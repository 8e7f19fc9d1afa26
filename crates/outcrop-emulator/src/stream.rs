//! Streams: what a whole answer is as events, and how events are sent.

mod answer;
mod play;

pub(crate) use answer::events;
pub(crate) use play::{Broken, play};
