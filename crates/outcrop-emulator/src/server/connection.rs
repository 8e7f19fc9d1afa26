//! A connection: its socket, and the effects that responses have on it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// The effects that a response can have on its connection. Clones are handles to the same connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Connection(Arc<ResetSignal>);

#[derive(Debug, Default)]
struct ResetSignal {
    requested: AtomicBool,
    notify: Notify,
}

impl Connection {
    /// Requests that the connection is reset, with all responses on it.
    pub(super) fn request_reset(&self) {
        self.0.requested.store(true, Ordering::Relaxed);
        self.0.notify.notify_one();
    }

    /// Waits until a reset is requested.
    pub(super) async fn reset_requested(&self) {
        self.0.notify.notified().await;
    }
}

/// The socket of a connection. It is reset when it is dropped, if a response requests it.
// HTTP/1.1, HTTP/2 and TLS wrap the socket differently. Only its own `drop` sees all of them.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    connection: Connection,
}

impl Socket {
    pub(super) fn new(stream: TcpStream, connection: Connection) -> Self {
        Self { stream, connection }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.connection.0.requested.load(Ordering::Relaxed) {
            // A socket without lingering is reset when it is closed: the client gets an error instead of an end.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }
}
