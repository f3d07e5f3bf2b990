//! Faults of PostgreSQL: it crashes, is started again, or loses connections.

use crate::cluster::Cluster;
use crate::ground::Ground;
use crate::outcome::Outcome;
use crate::scene::Scene;
use crate::strike::{Struck, between};
use crate::tally::seconds;
use rand::Rng;
use rand::rngs::StdRng;
use tokio::task::block_in_place;
use tokio::time::sleep;

/// PostgreSQL crashes, is started again or loses connections.
///
/// # Errors
/// When something does not come up again.
pub async fn database(scene: &mut Scene, rng: &mut StdRng) -> Outcome<Struck> {
    let Ground::Postgres(cluster) = &scene.ground else { return Err("there is no PostgreSQL".into()) };
    match rng.random_range(0..4) {
        0 => {
            let away = between(rng, 0, 3_000);
            block_in_place(|| cluster.stop("immediate"))?;
            sleep(away).await;
            block_in_place(|| cluster.start())?;
            Ok(Struck::now(format!("crashed, away for {}", seconds(away)), false))
        }
        1 => {
            block_in_place(|| cluster.stop("fast"))?;
            block_in_place(|| cluster.start())?;
            Ok(Struck::now("started again", false))
        }
        2 => {
            let backends = cluster.backends().await?;
            let many = rng.random_range(1..=backends.len().max(1));
            cluster.terminate(backends.get(..many).unwrap_or_default()).await?;
            Ok(Struck::now(format!("{many} connections ended"), false))
        }
        _ => {
            let backends = cluster.backends().await?;
            if let Some(pid) = backends.get(rng.random_range(0..backends.len().max(1))) {
                Cluster::kill(*pid);
            }
            Ok(Struck::now("a connection killed", false))
        }
    }
}
