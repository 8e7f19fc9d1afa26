//! Agents over the whole stack.

mod histories;
mod typed;
