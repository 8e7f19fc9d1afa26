//! Tests of what tests are made with.

mod contract;
mod mock;
mod scripted;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// The outcome of a future that never waits.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("the future waits"),
    }
}
