//! Tests of the fakes and of the contract suite.

mod contract;
mod mock;
mod scripted;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Runs a future that is never pending.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future is pending"),
    }
}
