//! Every file is refused with a problem, or read, within 64 MiB; the process goes on, and answers.

use super::{book, text, zipped};
use crate::process::{Service, run};
use reqwest::Client;

/// So much more memory one file may take than there was, KiB.
const MOST: u64 = 64 << 10;
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What came of a file, and how much memory it took at most, KiB.
struct Came {
    status: u16,
    took: u64,
    said: String,
}

async fn send(service: &Service, client: &Client, kind: &str, bytes: Vec<u8>) -> Came {
    let before = service.peak_from_here();
    let path = "/v1/incidents:import?dryRun=true&ignoreUnknown=true";
    let request = client.post(format!("{}{path}", service.base)).header("content-type", kind).body(bytes);
    let response = request.bearer_auth(service.token.as_deref().expect("a token")).send().await.expect("an answer");
    let status = response.status().as_u16();
    let is_problem = response.headers().get("content-type").is_some_and(|kind| kind == "application/problem+json");
    let said = response.text().await.expect("a body");
    assert!(is_problem || status == 200, "{status} {said}");
    Came { status, took: service.peak().saturating_sub(before), said }
}

#[tokio::test]
async fn no_file_takes_more_memory_than_it_may_nor_the_process_along() {
    let directory = tempfile::tempdir().expect("a folder");
    let service = run(directory.path(), &[]);
    let client = Client::new();
    // What is made once, at the first file, is no file's.
    send(&service, &client, "text/csv", b"title\nOne\n".to_vec()).await;
    let kinds = [(WORKBOOK, book::kinds()), (WORKBOOK, zipped::kinds()), ("text/csv", text::kinds())];
    let (mut tried, mut failed) = (0, Vec::new());
    for (kind, files) in kinds {
        for (name, bytes) in files {
            let (size, began) = (bytes.len(), std::time::Instant::now());
            let Came { status, took, said } = send(&service, &client, kind, bytes).await;
            tried += 1;
            let said: String = said.chars().take(160).collect();
            println!("{took:>7} KiB {status} {:>5} ms, {size} bytes, {name}: {said}", began.elapsed().as_millis());
            if took > MOST || !(status == 200 || (400..500).contains(&status)) {
                failed.push(format!("{name}: {took} KiB, {status} {said}"));
            }
        }
    }
    let ready = client.get(format!("{}/readyz", service.base)).send().await.expect("it is there");
    assert_eq!(ready.status(), 200);
    println!("{tried} hostile files examined");
    assert!(tried >= 80 && failed.is_empty(), "{failed:#?}");
}
