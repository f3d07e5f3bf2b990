//! Faults that come from those who ask: too much at once, or gone before the answer.

use crate::outcome::Outcome;
use crate::scene::Scene;
use crate::service::Service;
use crate::strike::{Struck, between};
use crate::style::Style;
use rand::Rng;
use rand::rngs::StdRng;
use std::time::Instant;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

/// The service gives requests one second, and they are large.
pub async fn timeout(scene: &Scene, rng: &mut StdRng) -> Struck {
    scene.crew.change(Style::heavy());
    sleep(between(rng, 1_500, 2_800)).await;
    scene.crew.change(Style::usual());
    Struck::now("", true)
}

/// Clients hang up in the middle of what they asked for.
pub async fn disconnect(scene: &Scene, rng: &mut StdRng) -> Struck {
    scene.crew.change(Style::impatient());
    let end = Instant::now() + between(rng, 1_200, 2_500);
    while Instant::now() < end {
        for service in &scene.services {
            let _ = half_a_request(service, &scene.writer_token(), rng).await;
        }
        sleep(between(rng, 10, 120)).await;
    }
    scene.crew.change(Style::usual());
    Struck::now("", rng.random_bool(0.5))
}

/// A part of an import, and nothing more.
async fn half_a_request(service: &Service, token: &str, rng: &mut StdRng) -> Outcome<()> {
    let rows = "half,information,never whole\n".repeat(rng.random_range(1..2_000));
    let head = format!(
        "POST /v1/assets:import HTTP/1.1\r\nHost: storm\r\nContent-Type: text/csv\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: {}\r\n\r\nname,kind,description\n{rows}",
        rows.len() + 1_000
    );
    let mut stream = TcpStream::connect(service.address).await?;
    stream.write_all(head.as_bytes()).await?;
    sleep(between(rng, 0, 60)).await;
    Ok(())
}
