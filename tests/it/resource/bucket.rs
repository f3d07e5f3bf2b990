//! Files in a bucket: the same service with its files on a server that speaks S3.

use crate::persona::{Persona, send};
use crate::process::{FILES, run};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use reqwest::Method;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use serde_json::json;
use std::path::Path;

const KEY: &str = "isms";
const SECRET: &str = "the-secret-of-the-bucket";

/// Serves the folder's folders as buckets; tells where.
async fn serve(folder: &Path) -> String {
    let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder).expect("a folder"));
    builder.set_auth(SimpleAuth::from_single(KEY, SECRET));
    let service = builder.build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    format!("http://{address}")
}

#[tokio::test(flavor = "multi_thread")]
async fn files_lie_in_a_bucket_as_they_do_in_a_folder() {
    let directory = tempfile::tempdir().expect("a directory");
    let buckets = directory.path().join("buckets");
    std::fs::create_dir_all(buckets.join("evidence")).expect("a bucket");
    let endpoint = serve(&buckets).await;
    let variables = [
        (FILES, "s3://evidence/acme"),
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
    ];
    let (path, their) = (directory.path().to_owned(), variables.map(|(name, value)| (name, value.to_owned())));
    let service = tokio::task::spawn_blocking(move || run(&path, &their.each_ref().map(|(n, v)| (*n, v.as_str()))));
    let service = service.await.expect("a service");
    let first = Persona::new(reqwest::Client::new(), service.base.clone(), String::new(), service.token.clone());
    let owner = owner(&first, &service.base).await;
    // Two parts and a bit: more than goes in one request.
    let text: String = (0..900_000).map(|line| format!("{line:>12}\n")).collect();
    let id = owner.create("evidence-items", json!({"title": "Log", "kind": "log"})).await;
    let content = format!("/v1/evidence-items/{id}/content");
    let told = send(owner.request(Method::PUT, &content).body(text.clone())).await.expect(200);
    assert_eq!(told["contentSize"], text.len());
    assert_eq!(send(owner.request(Method::GET, &content)).await.text, text);
    let part = send(owner.request(Method::GET, &content).header("range", "bytes=6000000-6000025")).await;
    assert_eq!((part.status, part.text.as_str()), (206, &text[6_000_000..=6_000_025]));
    let kept = std::fs::read_dir(buckets.join("evidence/acme")).expect("the prefix").count();
    assert_eq!(kept, 1, "the organisation's folder");
}

/// An owner at the root.
async fn owner(administrator: &Persona, base: &str) -> Persona {
    let id = administrator.create("users", json!({"name": "Olga", "email": "olga@example.org"})).await;
    administrator.create("role-assignments", json!({"userId": id, "role": "owner"})).await;
    let token = administrator.invite(&id).await.token;
    Persona::new(reqwest::Client::new(), base.to_owned(), id, token)
}
