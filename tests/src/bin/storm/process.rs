//! Faults of the service's own process: it is killed, ended, or does not move.

use crate::ground::{Ground, connect};
use crate::judge::Finding;
use crate::outcome::Outcome;
use crate::scene::Scene;
use crate::service::Service;
use crate::strike::{Struck, between};
use crate::style::Style;
use crate::tally::seconds;
use crate::verdict::Wrong;
use rand::Rng;
use rand::rngs::StdRng;
use rustix::process::Signal;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// Kills all services and starts them again.
///
/// # Errors
/// When something does not come up again.
pub async fn kill(scene: &mut Scene) -> Outcome<Struck> {
    scene.services.iter_mut().for_each(Service::kill);
    scene.launch_all()?;
    let struck = Struck::now("", false);
    scene.ready().await?;
    Ok(struck)
}

/// Tells all services to end and starts them again.
///
/// # Errors
/// When something does not come up again.
pub async fn stop(scene: &mut Scene, rng: &mut StdRng) -> Outcome<Struck> {
    let begun = Instant::now();
    for service in &scene.services {
        service.signal(Signal::TERM);
    }
    for service in &mut scene.services {
        service.stop().await?;
    }
    let took = seconds(begun.elapsed());
    let alone = rng.random_bool(0.5) && matches!(scene.ground, Ground::Sqlite(_));
    let findings = if alone { copy_alone(scene).await? } else { Vec::new() };
    scene.launch_all()?;
    let note = format!("ended within {took}{}", if alone { ", isms.db looked at alone" } else { "" });
    let struck = Struck { findings, ..Struck::now(note, false) };
    scene.ready().await?;
    Ok(struck)
}

/// What the file of the database, without those beside it, lacks of what was acknowledged before the service ended.
async fn copy_alone(scene: &Scene) -> Outcome<Vec<Finding>> {
    let Ground::Sqlite(small) = &scene.ground else { return Ok(Vec::new()) };
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("alone.db");
    std::fs::copy(small.file(), &copy)?;
    let connection = connect(&format!("sqlite://{}?mode=rw", copy.display())).await?;
    let found = scene.judge.alone(&connection, &scene.crew.ledger.now()).await;
    connection.close().await?;
    found
}

/// The services do not move for a while.
pub async fn freeze(scene: &Scene, rng: &mut StdRng) -> Struck {
    let time = between(rng, 1_000, 4_000);
    for service in &scene.services {
        service.signal(Signal::STOP);
    }
    sleep(time).await;
    for service in &scene.services {
        service.signal(Signal::CONT);
    }
    let restart = rng.random_bool(0.3);
    Struck::now(seconds(time), restart)
}

/// One service does not move; the other has to write all the same, before patience ends.
///
/// # Errors
/// When something does not come up again.
pub async fn freeze_one(scene: &Scene, rng: &mut StdRng) -> Outcome<Struck> {
    let frozen = rng.random_range(0..scene.services.len());
    let other = 1 - frozen.min(1);
    if rng.random_bool(0.5) {
        scene.crew.change(Style::importing());
        sleep(between(rng, 50, 600)).await;
    }
    let service = scene.services.get(frozen).ok_or("there is no such service")?;
    service.signal(Signal::STOP);
    let (begun, time) = (Instant::now(), between(rng, 1_000, 8_000));
    let mut wrote = None;
    while begun.elapsed() < time || (wrote.is_none() && begun.elapsed() < scene.patience) {
        wrote = wrote.or_else(|| scene.crew.ledger.wrote(other, begun));
        sleep(Duration::from_millis(20)).await;
    }
    service.signal(Signal::CONT);
    scene.crew.change(Style::usual());
    let told = wrote.map_or("never".to_owned(), |wrote| format!("after {}", seconds(wrote)));
    let mut struck = Struck::now(format!("{:.1} s, the other wrote {told}", begun.elapsed().as_secs_f64()), false);
    if wrote.is_none_or(|wrote| wrote > scene.patience) {
        let told = format!("the other service wrote {told} while one was frozen; patience is {:?}", scene.patience);
        struck.findings.push(Finding { wrong: Wrong::Stuck, told });
    }
    Ok(struck)
}

/// One service of two is killed and started again.
///
/// # Errors
/// When something does not come up again.
pub async fn two(scene: &mut Scene, rng: &mut StdRng) -> Outcome<Struck> {
    let one = rng.random_range(0..scene.services.len());
    let service = scene.services.get_mut(one).ok_or("there is no such service")?;
    service.kill();
    sleep(between(rng, 0, 800)).await;
    service.start(&scene.launch)?;
    let struck = Struck::now(format!("service {one}"), false);
    service.ready().await?;
    Ok(struck)
}
