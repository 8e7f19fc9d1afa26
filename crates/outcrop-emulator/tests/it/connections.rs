//! Connections: large bodies, many at once, the end.

use std::time::Duration;

use outcrop_emulator::Emulator;
use serde_json::json;
use tokio::net::TcpListener;

use crate::client::{Client, NOVA, post, says};

#[tokio::test]
async fn thirty_megabytes_are_no_trouble() {
    let emulator = Emulator::start().await.expect("a start");
    let image = "A".repeat(30 * 1024 * 1024);
    let body = json!({"messages": [{"role": "user", "content": [{"image": {"format": "png", "source": {"bytes": image}}}]}]});
    let reply = post(&emulator, NOVA, &body.to_string()).await.json();
    assert_eq!(reply["output"]["message"]["content"][0]["text"], "I see a png image of 23592960 bytes.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_get_their_own_answers() {
    let emulator = std::sync::Arc::new(Emulator::start().await.expect("a start"));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..50 {
        let emulator = emulator.clone();
        tasks.spawn(async move {
            let mut client = Client::connect(&emulator).await;
            for turn in 0..5 {
                let reply =
                    client.post(NOVA, &says(&format!("{number}/{turn}"))).await.expect("a reply").json();
                let text = reply["output"]["message"]["content"][0]["text"].clone();
                assert_eq!(text, format!("You said: {number}/{turn}"));
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("a task without panic");
    }
    assert_eq!(emulator.requests().len(), 250);
}

#[tokio::test]
async fn a_shutdown_closes_idle_connections_and_frees_the_port() {
    let emulator = Emulator::start().await.expect("a start");
    let address = emulator.address();
    let mut idle = Client::connect(&emulator).await;
    idle.post(NOVA, &says("hi")).await.expect("a reply");
    emulator.shutdown().await;
    assert!(idle.read().await.is_err(), "the connection is closed");
    TcpListener::bind(address).await.expect("a free port");
}

#[tokio::test]
async fn dropping_stops_serving() {
    let emulator = Emulator::start().await.expect("a start");
    let address = emulator.address();
    let mut idle = Client::connect(&emulator).await;
    idle.post(NOVA, &says("hi")).await.expect("a reply");
    drop(emulator);
    let read = tokio::time::timeout(Duration::from_secs(5), idle.read()).await.expect("an end in time");
    assert!(read.is_err(), "the connection is closed");
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_port_that_is_taken_is_told() {
    let first = Emulator::start().await.expect("a start");
    let second = Emulator::builder().port(first.address().port()).start().await;
    let error = second.expect_err("the port is taken");
    assert!(error.is_address_in_use());
    assert_eq!(error.address(), first.address());
    assert_eq!(error.to_string(), format!("cannot listen on {}", first.address()));
}
