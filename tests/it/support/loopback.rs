//! A server on this machine that stands in for Bedrock Runtime.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A server that gives the same reply to whatever comes, and keeps what came.
pub(crate) struct Loopback {
    url: String,
    desk: Arc<Mutex<Desk>>,
}

/// What is on the server's desk.
#[derive(Default)]
struct Desk {
    reply: Reply,
    received: Vec<Received>,
}

/// A request that came.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// The path, as it was written.
    pub(crate) path: String,
    /// The headers; the names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// What the server answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Reply {
    /// A good reply.
    pub(crate) fn good(body: impl Into<String>) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into() }
    }

    /// An error, as the service tells of one.
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        let body = serde_json::json!({ "message": message }).to_string();
        Self { status, headers: Vec::new(), body }.with("x-amzn-errortype", code)
    }

    /// The same reply, with one more header.
    pub(crate) fn with(mut self, header: &'static str, value: &str) -> Self {
        self.headers.push((header, value.to_owned()));
        self
    }

    /// The body.
    pub(crate) fn body(&self) -> &str {
        &self.body
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value.as_str())
    }

    fn to_bytes(&self) -> Vec<u8> {
        let Self { status, headers, body } = self;
        let mut text = format!("HTTP/1.1 {status} Reply\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        format!("{text}content-type: application/json\r\n\r\n{body}").into_bytes()
    }
}

impl Loopback {
    /// Starts a server on a free port; it runs as long as the process.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let desk = Arc::new(Mutex::new(Desk::default()));
        let shared = desk.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let desk = shared.clone();
                std::thread::spawn(move || serve(stream.unwrap(), &desk));
            }
        });
        Self { url, desk }
    }

    /// Where the server is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Answers with this reply from now on.
    pub(crate) fn answer_with(&self, reply: Reply) {
        self.desk.lock().unwrap().reply = reply;
    }

    /// What came since the last time.
    pub(crate) fn received(&self) -> Vec<Received> {
        std::mem::take(&mut self.desk.lock().unwrap().received)
    }
}

/// Answers what comes over a connection, until the other side closes it.
fn serve(stream: TcpStream, desk: &Mutex<Desk>) {
    stream.set_nodelay(true).unwrap();
    let mut writer = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader) {
        let reply = {
            let mut desk = desk.lock().unwrap();
            desk.received.push(request);
            desk.reply.to_bytes()
        };
        if writer.write_all(&reply).is_err() {
            return;
        }
    }
}

/// The next request of a connection.
fn read(reader: &mut impl BufRead) -> Option<Received> {
    let path = line(reader)?.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let line = line(reader)?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Received { path, headers, body })
}

fn line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    let length = reader.read_line(&mut line).ok()?;
    (length > 0).then(|| line.trim_end().to_owned())
}
