//! The cases of `tests/cases`: a file for each operation, and one for the cases of other clients.

mod config_entry;
mod content_new;
mod content_parse;
pub(crate) mod create;
mod exchange;
mod field;
mod init;
mod message;
mod normalize_role;
mod peers;
mod response;
mod sequence;
