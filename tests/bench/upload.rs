//! What a large file takes of memory on its way into `isms` and out again, against a small one.

use crate::database::Database;
use crate::door::{Door, id};
use crate::process::forget_peak;
use crate::server::Server;
use crate::{Plan, report};
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A mebibyte.
const MIB: usize = 1 << 20;

/// One file on its way.
pub struct Transfer {
    /// Which way.
    pub way: &'static str,
    /// Its size, MiB.
    pub size: usize,
    /// How long it took.
    pub took: Duration,
    /// Memory of the process before, KiB.
    pub before: u64,
    /// And at its most meanwhile.
    pub peak: u64,
}

/// Sends files in and takes them out again, one after the other, small ones first.
pub async fn measure(plan: &Plan, database: Database) {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, token) = Server::program(&database, folder.path());
    let administrator = Door::new(format!("http://{}", server.address), token);
    let root = administrator.get("/v1/me").await["rootUnitId"].as_str().expect("a root").to_owned();
    let token = administrator.person("manager@example.org", &[("manager", &root)]).await;
    let manager = administrator.with(token.clone());
    report::begin_transfers();
    // The first warms up what is made once.
    for size in [1, 16, 16, 256, plan.upload].into_iter().filter(|size| *size <= plan.upload) {
        let draft = json!({"title": format!("A file of {size} MiB"), "kind": "log"});
        let path = format!("/v1/evidence-items/{}/content", id(&manager.post("/v1/evidence-items", &draft).await));
        report::transfer(&transfer(&server, "in", size, || send(&server, &path, &token, size)));
        report::transfer(&transfer(&server, "out", size, || take(&server, &path, &token, size)));
    }
    drop(server);
    database.close().await;
}

fn transfer(server: &Server, way: &'static str, size: usize, work: impl FnOnce()) -> Transfer {
    forget_peak(server.pid());
    let (before, begun) = (server.memory().resident, Instant::now());
    work();
    Transfer { way, size, took: begun.elapsed(), before, peak: server.memory().peak }
}

/// Sends so many MiB that look like a PDF file and are noise.
fn send(server: &Server, path: &str, token: &str, size: usize) {
    let mut stream = TcpStream::connect(server.address).expect("a connection");
    let mut noise = vec![0; MIB];
    StdRng::seed_from_u64(1).fill_bytes(&mut noise);
    noise[..9].copy_from_slice(b"%PDF-1.7\n");
    let head = format!(
        "PUT {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n",
        size * MIB
    );
    stream.write_all(head.as_bytes()).expect("it listens");
    for _ in 0..size {
        stream.write_all(&noise).expect("it listens");
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(&format!(":{}", size * MIB)), "{answer}");
}

/// Takes them out again and only counts them.
fn take(server: &Server, path: &str, token: &str, size: usize) {
    let mut stream = TcpStream::connect(server.address).expect("a connection");
    let ask =
        format!("GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n");
    stream.write_all(ask.as_bytes()).expect("it listens");
    let mut answer = BufReader::with_capacity(MIB, stream);
    let (mut line, mut status) = (String::new(), String::new());
    while line != "\r\n" {
        line.clear();
        answer.read_line(&mut line).expect("a head");
        status.push_str(&line);
    }
    assert!(status.starts_with("HTTP/1.1 200"), "{status}");
    let came = std::io::copy(&mut answer, &mut std::io::sink()).expect("a file");
    assert_eq!(came, (size * MIB) as u64, "the file comes whole");
}
