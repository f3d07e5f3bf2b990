//! `isms serve`: the service itself.

use super::told;
use crate::app::App;
use crate::authz::Engine;
use crate::caller::Clock;
use crate::config::Config;
use crate::resource::{Error, Outcome};
use crate::running;
use crate::store::Store;
use crate::trail::{Checker, Keyring, Sealer};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

/// Serves until told to stop.
///
/// # Errors
/// When the address cannot be listened on, or the policies are refused.
pub(super) async fn serve(store: Store, engine: Arc<Engine>, config: Config) -> Outcome<()> {
    let clock = Clock::System;
    let bind = |setting: &str, address: SocketAddr| {
        TcpListener::bind(address).map_err(|error| Error::Malformed(format!("setting {setting}: {address}: {error}")))
    };
    let listener = bind("listen", config.listen)?;
    let measures = config.metrics_listen.map(|address| bind("metrics-listen", address)).transpose()?;
    let app = App::with_engine(store, clock.clone(), config, engine)?;
    let (store, config) = (app.store.clone(), app.config().clone());
    store.open_contents().map_err(|error| Error::Malformed(format!("setting files: {}", told(&error))))?;
    store.forget_answers(clock.now()).await?;
    let sealer = Sealer::new(store.clone(), keyring(&store, &config).await?, clock.clone());
    tokio::spawn(sealer.run());
    tokio::spawn(Checker::new(store.clone(), keyring(&store, &config).await?, clock.clone()).run());
    tokio::spawn(tidy(store.clone(), clock.clone()));
    if store.is_empty().await? {
        let founded = store.found("My organisation", "Administrator", "administrator@example.org", clock.now()).await?;
        println!(
            "A new organisation was founded. Its administrator's token, shown this once:\n\n  {}\n",
            founded.token
        );
    }
    let address = config.listen;
    println!(
        "isms serves on http://{address}\n  API documents  http://{address}/docs\n  GraphiQL       http://{address}/graphiql\n  Health         http://{address}/readyz"
    );
    running::serve(app, listener, measures).await.map_err(|error| Error::Internal(error.to_string()))
}

/// Clears away files that no record has, and old refusals, now and every hour.
async fn tidy(store: Store, clock: Clock) {
    let mut hours = tokio::time::interval(Duration::from_hours(1));
    loop {
        hours.tick().await;
        match store.clear_away(clock.now()).await {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "cleared away what belonged to no record"),
            Err(error) => tracing::warn!(why = told(&error), "files could not be cleared away"),
        }
        if let Err(error) = store.forget_denials(clock.now()).await {
            tracing::warn!(why = told(&error), "old refusals could not be forgotten");
        }
    }
}

/// The key that seals the trail. Where something was sealed before, its key is somewhere: a new one is made on purpose.
async fn keyring(store: &Store, config: &Config) -> Outcome<Keyring> {
    match Keyring::read(&config.trail_key) {
        Err(Error::NotFound) if store.has_sealed().await? => Err(Error::Malformed(format!(
            "setting trail-key: {} is not there, and trails were sealed before: bring their key, or make another one with \
             `isms trail key`",
            config.trail_key.display()
        ))),
        Err(Error::NotFound) => {
            let made = Keyring::open(&config.trail_key)?;
            println!("The key that seals the trail lies in {}: keep a copy elsewhere.\n", config.trail_key.display());
            Ok(made)
        }
        other => other,
    }
}
