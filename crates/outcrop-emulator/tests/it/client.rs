//! A small HTTP client, which does not hide anything of a response.

use std::io;

use outcrop_emulator::Emulator;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection.
pub(crate) struct Client {
    stream: TcpStream,
    /// The bytes that were read and not yet parsed.
    buffer: Vec<u8>,
}

/// An HTTP response.
#[derive(Debug)]
pub(crate) struct HttpResponse {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// A signature. The emulator accepts any.
pub(crate) const SIGNED: (&str, &str) = (
    "Authorization",
    "AWS4-HMAC-SHA256 Credential=AKID/20260131/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=0",
);

pub(crate) const NOVA: &str = "/model/amazon.nova-lite-v1%3A0/converse";

impl Client {
    pub(crate) async fn connect(emulator: &Emulator) -> Self {
        let stream = TcpStream::connect(emulator.address()).await.expect("a connection");
        Self { stream, buffer: Vec::new() }
    }

    /// Posts a body with credentials.
    pub(crate) async fn post(&mut self, path: &str, body: &str) -> io::Result<HttpResponse> {
        self.send("POST", path, &[SIGNED], body.as_bytes()).await
    }

    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<HttpResponse> {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        self.write(head.as_bytes()).await?;
        self.write(body).await?;
        self.read().await
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Reads a response. If the connection ends first, the error is of the kind `UnexpectedEof`.
    pub(crate) async fn read(&mut self) -> io::Result<HttpResponse> {
        let mut response = self.read_head().await?;
        if response.status == 204 {
            return Ok(response);
        }
        let length: usize = response.header("content-length").expect("a length").parse().expect("a number");
        while self.buffer.len() < length {
            self.more().await?;
        }
        response.body = self.buffer.drain(..length).collect();
        Ok(response)
    }

    /// Posts a body with credentials and reads only the head of the response.
    pub(crate) async fn open(&mut self, path: &str, body: &str) -> io::Result<HttpResponse> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.write(head.as_bytes()).await?;
        self.read_head().await
    }

    /// Reads a chunk of a chunked body. The last chunk is empty.
    pub(crate) async fn chunk(&mut self) -> io::Result<Vec<u8>> {
        let line_end = loop {
            if let Some(at) = self.buffer.windows(2).position(|two| two == b"\r\n") {
                break at;
            }
            self.more().await?;
        };
        let line = String::from_utf8(self.buffer[..line_end].to_vec()).expect("a line of text");
        let length = usize::from_str_radix(&line, 16).expect("a number");
        while self.buffer.len() < line_end + 2 + length + 2 {
            self.more().await?;
        }
        let chunk = self.buffer[line_end + 2..][..length].to_vec();
        self.buffer.drain(..line_end + 2 + length + 2);
        Ok(chunk)
    }

    async fn read_head(&mut self) -> io::Result<HttpResponse> {
        let head_end = loop {
            if let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at;
            }
            self.more().await?;
        };
        let head = String::from_utf8(self.buffer.drain(..head_end + 4).collect()).expect("a head of text");
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status line");
        let headers = lines.map(|line| line.split_once(": ").expect("a header"));
        let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        Ok(HttpResponse { status: status.parse().expect("a status"), headers, body: Vec::new() })
    }

    /// Reads more bytes into the buffer.
    async fn more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    /// Returns the bytes of a response that did not end.
    pub(crate) fn rest(&self) -> &[u8] {
        &self.buffer
    }
}

impl HttpResponse {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a body of JSON")
    }

    /// Returns the name of the exception in the header, without its origin.
    pub(crate) fn exception(&self) -> Option<&str> {
        self.header("x-amzn-errortype").and_then(|name| name.split(':').next())
    }

    pub(crate) fn message(&self) -> String {
        self.json()["message"].as_str().expect("a message").to_owned()
    }
}

/// Posts a body over a new connection.
pub(crate) async fn post(emulator: &Emulator, path: &str, body: &str) -> HttpResponse {
    Client::connect(emulator).await.post(path, body).await.expect("a response")
}

/// Builds a Converse request with one user turn.
pub(crate) fn user_body(text: &str) -> String {
    serde_json::json!({"messages": [{"role": "user", "content": [{"text": text}]}]}).to_string()
}
