//! The workspace as a whole: the real transport, over loopback.

mod concurrency;
mod contract;
mod faults;
mod loopback;
mod patience;
mod secrets;
