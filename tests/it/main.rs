//! The workspace as a whole: the real transport, over loopback.

mod concurrency;
mod contract;
mod faults;
mod identity;
mod loopback;
mod patience;
mod secrets;
