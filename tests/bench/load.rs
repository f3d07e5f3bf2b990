//! Asks over connections that are kept: the requests are written beforehand, the answers are only counted.

use crate::Plan;
use crate::database::Database;
use crate::server::Server;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// What is asked, and how.
pub struct Load<'a> {
    /// The product.
    pub product: &'a Server,
    /// The bare handler.
    pub bare: &'a Server,
    /// The database that both read.
    pub database: &'a Database,
    /// How much.
    pub plan: &'a Plan,
}

/// What came of asking for a while.
pub struct Burst {
    /// Requests per second.
    pub rate: f64,
    /// Answers.
    pub answers: usize,
    /// 99 of 100 answers took no longer.
    pub p99: Duration,
}

/// A request as it goes over the wire.
pub fn request(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n").into_bytes()
}

/// A request with a body of JSON as it goes over the wire; where it changes a record, whatever its version.
pub fn sending(method: &str, path: &str, token: &str, body: &Value) -> Vec<u8> {
    let (body, kind) = (body.to_string(), if method == "PATCH" { "merge-patch+json" } else { "json" });
    format!(
        "{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nIf-Match: *\r\n\
         Content-Type: application/{kind}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Asks in turn for so long over so many connections.
pub async fn burst(address: SocketAddr, requests: &Arc<[Vec<u8>]>, connections: usize, time: Duration) -> Burst {
    let turn = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let mut asking = JoinSet::new();
    for _ in 0..connections {
        asking.spawn(ask(address, Arc::clone(requests), Arc::clone(&turn), begun + time));
    }
    let mut times = asking.join_all().await.concat();
    let took = begun.elapsed();
    times.sort_unstable();
    let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
    Burst { rate: times.len() as f64 / took.as_secs_f64(), answers: times.len(), p99 }
}

async fn ask(address: SocketAddr, requests: Arc<[Vec<u8>]>, turn: Arc<AtomicUsize>, end: Instant) -> Vec<Duration> {
    let mut wire = Wire::to(address).await;
    let mut times = Vec::with_capacity(16_384);
    while Instant::now() < end {
        let begun = Instant::now();
        wire.ask(&requests[turn.fetch_add(1, Ordering::Relaxed) % requests.len()]).await;
        times.push(begun.elapsed());
    }
    times
}

/// One connection.
pub struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Wire {
    /// Connects.
    pub async fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("an option of every socket");
        Self { stream, buffer: Vec::with_capacity(128 << 10) }
    }

    /// Sends a request and gives the body of its answer, which has to be a good one.
    pub async fn ask(&mut self, request: &[u8]) -> &[u8] {
        self.stream.write_all(request).await.expect("it listens");
        self.buffer.clear();
        let mut whole = None;
        while whole.is_none_or(|(_, end)| self.buffer.len() < end) {
            let read = self.stream.read_buf(&mut self.buffer).await.expect("an answer");
            assert!(read > 0, "the connection ends: {}", String::from_utf8_lossy(&self.buffer));
            whole = whole.or_else(|| extent(&self.buffer));
        }
        let (body, end) = whole.unwrap_or_default();
        assert!(self.buffer.starts_with(b"HTTP/1.1 20"), "{}", String::from_utf8_lossy(&self.buffer));
        &self.buffer[body..end]
    }
}

/// Where the body begins and ends, once the head is there.
fn extent(buffer: &[u8]) -> Option<(usize, usize)> {
    let body = buffer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&buffer[..body]).expect("a head of text").to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")).expect("a length");
    Some((body, body + length.trim().parse::<usize>().expect("a number")))
}
