//! The workspace as a whole: the cases of `tests/cases`, and the real transport over loopback.

#[cfg(test)]
mod cases;
mod concurrency;
mod contract;
mod faults;
mod identity;
mod loopback;
mod patience;
mod secrets;
#[cfg(test)]
mod support;
