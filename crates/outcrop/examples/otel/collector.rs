//! A collector of OpenTelemetry in this process: it keeps what an exporter sends by OTLP over HTTP, as JSON.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

/// A collector that listens on loopback until the process ends.
pub(crate) struct Collector {
    /// The URL for exporters.
    pub(crate) url: String,
    received: Arc<Mutex<Vec<Value>>>,
}

impl Collector {
    /// Starts a collector.
    ///
    /// # Errors
    /// There is no free port on loopback.
    pub(crate) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let received = Arc::<Mutex<Vec<Value>>>::default();
        let sink = Arc::clone(&received);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let sink = Arc::clone(&sink);
                std::thread::spawn(move || serve(connection, &sink));
            }
        });
        Ok(Self { url, received })
    }

    /// Returns the exported spans, as OTLP's JSON.
    pub(crate) fn spans(&self) -> Vec<Value> {
        self.items("resourceSpans", "scopeSpans", "spans")
    }

    /// Returns the exported metrics, as OTLP's JSON.
    pub(crate) fn metrics(&self) -> Vec<Value> {
        self.items("resourceMetrics", "scopeMetrics", "metrics")
    }

    fn items(&self, resources: &str, scopes: &str, items: &str) -> Vec<Value> {
        let received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        let children = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
        let resources = received.iter().flat_map(|export| children(export, resources));
        let scopes = resources.flat_map(|resource| children(&resource, scopes));
        scopes.flat_map(|scope| children(&scope, items)).collect()
    }
}

/// Reads the requests of a connection and accepts each.
fn serve(connection: TcpStream, sink: &Mutex<Vec<Value>>) {
    let Ok(mut writer) = connection.try_clone() else { return };
    let mut reader = BufReader::new(connection);
    while let Some(body) = read_body(&mut reader) {
        if let Ok(export) = serde_json::from_slice(&body) {
            sink.lock().unwrap_or_else(PoisonError::into_inner).push(export);
        }
        let response = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
        if writer.write_all(response).is_err() {
            return;
        }
    }
}

/// Reads a request and returns its body; `None` at the end of the connection.
fn read_body(reader: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().to_ascii_lowercase().split_once(": ") {
            Some(("content-length", value)) => length = value.parse().ok()?,
            None if line.trim_end().is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(body)
}
