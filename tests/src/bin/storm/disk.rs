//! Faults of the disk under an SQLite database: it is full, or does not write.

use crate::ground::Ground;
use crate::outcome::Outcome;
use crate::scene::Scene;
use crate::shim::{EIO, ENOSPC};
use crate::strike::{Struck, between};
use crate::style::Style;
use rand::Rng;
use rand::rngs::StdRng;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// The disk of the database is full for a while.
///
/// # Errors
/// When something does not come up again.
pub async fn fill(scene: &mut Scene, rng: &mut StdRng) -> Outcome<Struck> {
    scene.crew.change(Style::importing());
    let ballast = match &scene.ground {
        Ground::Sqlite(small) if small.mounted => Some(small.ballast()),
        _ => None,
    };
    let begun = Instant::now();
    match (&ballast, &scene.shim) {
        (Some(ballast), _) => {
            let ballast = ballast.clone();
            tokio::task::spawn_blocking(move || load(&ballast)).await??;
        }
        (None, Some(shim)) => shim.fail(ENOSPC, 100, i32::MAX)?,
        (None, None) => return Err("there is no small disk to fill, and no shim".into()),
    }
    while scene.crew.ledger.broken(begun) == 0 && begun.elapsed() < Duration::from_secs(6) {
        sleep(Duration::from_millis(20)).await;
    }
    let full = scene.crew.ledger.broken(begun);
    scene.crew.change(Style::usual());
    sleep(between(rng, 300, 1_500)).await;
    if let Some(ballast) = ballast {
        std::fs::remove_file(ballast)?;
    }
    if let Some(shim) = &scene.shim {
        shim.heal()?;
    }
    Ok(Struck::now(if full > 0 { "full" } else { "never full" }, true))
}

/// Fills the disk to its last block.
fn load(ballast: &Path) -> Outcome<()> {
    let mut file = File::create(ballast)?;
    for size in [1 << 20, 1 << 12] {
        let block = vec![1; size];
        while file.write_all(&block).is_ok() {}
    }
    Ok(())
}

/// Writing to the database fails for a while.
///
/// # Errors
/// When something does not come up again.
pub async fn io(scene: &mut Scene, rng: &mut StdRng) -> Outcome<Struck> {
    let shim = scene.shim.as_ref().ok_or("there is no shim")?;
    let (error, name) = if rng.random_bool(0.6) { (EIO, "EIO") } else { (ENOSPC, "ENOSPC") };
    let (percent, most) = match rng.random_range(0..4) {
        0 => (100, rng.random_range(1..8)),
        1 => (100, i32::MAX),
        2 => (30, i32::MAX),
        _ => (4, i32::MAX),
    };
    shim.fail(error, percent, most)?;
    sleep(between(rng, 200, 1_500)).await;
    shim.heal()?;
    let most = if most == i32::MAX { "all".to_owned() } else { most.to_string() };
    Ok(Struck::now(format!("{name} {percent} % of {most}"), true))
}
