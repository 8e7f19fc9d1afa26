//! Agents over the whole stack.

mod histories;
