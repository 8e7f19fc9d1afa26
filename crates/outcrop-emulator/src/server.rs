//! Connections.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::service::Service;

/// How long replies under way are waited for when the emulator stops.
const GRACE: Duration = Duration::from_secs(5);

/// How long to wait after a connection could not be taken, as when the process has no file descriptor left.
const PAUSE: Duration = Duration::from_millis(20);

/// Takes connections and serves them, a task each, until told to stop. Dropping this ends all of them.
pub(crate) async fn serve(listener: TcpListener, service: Arc<Service>, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = stop(&mut stopped) => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, service.clone(), stopped.clone()));
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            },
        }
    }
    drop(listener);
    let finished = async { while connections.join_next().await.is_some() {} };
    // What is left after the grace is ended with the set.
    let _ = tokio::time::timeout(GRACE, finished).await;
}

/// Serves one connection, request after request.
async fn connection(stream: TcpStream, service: Arc<Service>, mut stopped: watch::Receiver<bool>) {
    // Without it small replies may wait for the client's acknowledgement; that it cannot be set is no reason to refuse.
    let _ = stream.set_nodelay(true);
    let line = Line::default();
    let answer = {
        let line = line.clone();
        service_fn(move |request| service.clone().answer(request, line.clone()))
    };
    let mut serving = http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
    // How a connection ends is the client's business, or was scripted.
    let over = tokio::select! {
        _ = &mut serving => true,
        () = stop(&mut stopped) => false,
    };
    if !over {
        Pin::new(&mut serving).graceful_shutdown();
        let _ = (&mut serving).await;
    }
    if line.is_to_be_reset() {
        // A socket that need not linger is reset when it is closed.
        let _ = serving.into_parts().io.into_inner().set_zero_linger();
    }
}

/// What a reply can do to the connection that it is sent over. Clones are of the same connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    reset: Arc<AtomicBool>,
}

impl Line {
    /// Lets the connection be reset when it is closed.
    pub(crate) fn reset(&self) {
        self.reset.store(true, Ordering::Relaxed);
    }

    fn is_to_be_reset(&self) -> bool {
        self.reset.load(Ordering::Relaxed)
    }
}

/// Waits until the emulator stops.
pub(crate) async fn stop(stopped: &mut watch::Receiver<bool>) {
    // An error means that the emulator is gone, which is a stop as well.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
