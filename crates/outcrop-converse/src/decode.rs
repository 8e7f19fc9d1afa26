//! Decodes responses of Converse, and requests that are written in Converse's own JSON.

pub(crate) mod blocks;
mod calls;
pub(crate) mod finish_reason;
pub(crate) mod lenient;
mod request;
mod response;
pub(crate) mod structured;
mod usage;

pub(crate) use request::Original;
pub use request::{decode_request, request_from_wire};
pub(crate) use response::{build_response, parse_body};
pub use response::{decode_response, response_from_wire};
pub(crate) use usage::{InputCount, unified_usage};

#[cfg(test)]
mod tests;
