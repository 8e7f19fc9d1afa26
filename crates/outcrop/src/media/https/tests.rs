//! Tests of the fetcher: rejected addresses, and its limits with a server on loopback.

use std::net::IpAddr;
use std::time::Duration;

use outcrop_core::ErrorKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{FetchRules, HttpsFetcher, MediaFetcher, is_public};

#[test]
fn reserved_addresses_are_not_public() {
    let public = ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8"];
    let reserved = [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
    ];
    for address in public {
        assert!(is_public(address.parse::<IpAddr>().unwrap()), "{address}");
    }
    for address in reserved {
        assert!(!is_public(address.parse::<IpAddr>().unwrap()), "{address}");
    }
}

#[tokio::test]
async fn other_schemes_and_private_hosts_are_rejected_before_sending() {
    let fetcher = HttpsFetcher::new().unwrap();
    for url in [
        "http://example.com/a.png",
        "ftp://example.com/a.png",
        "https://127.0.0.1/a.png",
        "https://[::1]/a.png",
        "https://169.254.169.254/latest/meta-data/",
        "https://localhost/a.png",
        "https://0x7f000001/a.png",
        "not an address",
    ] {
        let error = fetcher.fetch(url).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{url}: {error}");
        assert_eq!(error.code(), Some("MediaNotFetched"), "{url}");
    }
}

/// Starts a server that sends the same response to every request, and returns its port.
async fn server(response: impl Fn(u16) -> String + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.read(&mut [0; 4096]).await;
            let _ = socket.write_all(response(port).as_bytes()).await;
        }
    });
    port
}

fn lenient(max_bytes: usize) -> HttpsFetcher {
    let rules = FetchRules { scheme: "http", is_allowed: |_| true };
    HttpsFetcher::with_rules(rules, Duration::from_millis(300), max_bytes).unwrap()
}

#[tokio::test]
async fn fetch_returns_bytes_and_content_type() {
    let port = server(|_| {
        "HTTP/1.1 200 OK\r\ncontent-type: image/gif\r\ncontent-length: 6\r\n\r\nGIF89a".to_owned()
    })
    .await;
    let media = lenient(100).fetch(&format!("http://127.0.0.1:{port}/a")).await.unwrap();
    assert_eq!(media.bytes.as_ref(), b"GIF89a");
    assert_eq!(media.content_type.as_deref(), Some("image/gif"));
}

#[tokio::test]
async fn body_over_limit_is_rejected_with_and_without_content_length() {
    let with = server(|_| format!("HTTP/1.1 200 OK\r\ncontent-length: 200\r\n\r\n{}", "x".repeat(200))).await;
    let without =
        server(|_| format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", "x".repeat(200))).await;
    for port in [with, without] {
        let error = lenient(100).fetch(&format!("http://127.0.0.1:{port}/a")).await.unwrap_err();
        assert!(error.to_string().contains("larger"), "{error}");
    }
}

#[tokio::test]
async fn endless_redirects_and_error_statuses_are_rejected() {
    let endless = server(|port| {
        format!("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{port}/b\r\ncontent-length: 0\r\n\r\n")
    })
    .await;
    let error = lenient(100).fetch(&format!("http://127.0.0.1:{endless}/a")).await.unwrap_err();
    assert!(error.to_string().contains("more than 3 redirects"), "{error}");

    let missing = server(|_| "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned()).await;
    let error = lenient(100).fetch(&format!("http://127.0.0.1:{missing}/a")).await.unwrap_err();
    assert_eq!(error.status(), Some(404));
}

#[tokio::test]
async fn redirect_to_private_address_is_rejected() {
    let port = server(|_| {
        "HTTP/1.1 302 Found\r\nlocation: http://10.0.0.1/\r\ncontent-length: 0\r\n\r\n".to_owned()
    })
    .await;
    let rules = FetchRules { scheme: "http", is_allowed: |address| address.is_loopback() };
    let fetcher = HttpsFetcher::with_rules(rules, Duration::from_millis(300), 100).unwrap();
    let error = fetcher.fetch(&format!("http://127.0.0.1:{port}/a")).await.unwrap_err();
    assert!(error.to_string().contains("not a public address"), "{error}");
}

#[tokio::test]
async fn silent_server_is_timeout_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let error = lenient(100).fetch(&format!("http://127.0.0.1:{port}/a")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(!format!("{error:?}").contains(&port.to_string()), "the error does not have the address");
}
