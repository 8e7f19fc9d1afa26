//! Helpers that several tests share.

pub(crate) mod blocks;
pub(crate) mod case_file;
pub(crate) mod case_report;
pub(crate) mod child_process;
pub(crate) mod json;
pub(crate) mod loopback;
pub(crate) mod shared_data;
pub(crate) mod signer;
