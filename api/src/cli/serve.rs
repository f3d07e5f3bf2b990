//! `isms serve`: the service itself.

use super::told;
use crate::app::App;
use crate::caller::Clock;
use crate::config::Config;
use crate::resource::{Error, Outcome};
use crate::running::{self, Duties};
use crate::store::{Duty, Store};
use crate::trail::{Checker, Keyring, Sealer};
use isms_authz::Engine;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// How often it seals, checks and looks after itself.
const OFTEN: Duration = Duration::from_secs(1);
/// How often it looks at what changes seldom.
const NOW_AND_THEN: Duration = Duration::from_secs(30);
/// How often it tidies up.
const SELDOM: Duration = Duration::from_hours(1);

/// Serves until told to stop; then nothing is under way any more, and the database is closed.
///
/// # Errors
/// When the address cannot be listened on, the policies are refused, or what lies around the database does not fit it.
pub(super) async fn serve(store: Store, engine: Arc<Engine>, config: Config) -> Outcome<()> {
    let clock = Clock::System;
    let bind = |setting: &str, address: SocketAddr| {
        TcpListener::bind(address).map_err(|error| Error::Malformed(format!("setting {setting}: {address}: {error}")))
    };
    let listener = bind("listen", config.listen)?;
    let measures = config.metrics_listen.map(|address| bind("metrics-listen", address)).transpose()?;
    let address = listener.local_addr().map_err(|error| Error::Internal(error.to_string()))?;
    let store = store.trusting_clock(config.clock_is_right);
    let app = App::with_engine(store, clock.clone(), config, engine)?;
    let (store, config) = (app.store.clone(), app.config().clone());
    store.begin_with_clock(&clock).await?;
    found(&store, &config, &clock).await?;
    store.open_contents().map_err(|error| Error::Malformed(format!("setting files: {}", told(&error))))?;
    store.forget_answers(clock.now()).await?;
    let keyring = keyring(&store, &config).await?;
    if keyring.takes_over() {
        // At once, so that from now on it is the one, whether anything is written or not.
        store.seal_trails(&keyring, clock.now(), 0).await?;
    }
    store.end_interrupted(&clock, true).await?;
    let stop = running::Stop::new().map_err(|error| Error::Internal(error.to_string()))?;
    let duties = duties(&store, &clock, keyring, self::keyring(&store, &config).await?);
    say!(
        "isms serves on http://{address}\n  API documents  http://{address}/docs\n  GraphiQL       http://{address}/graphiql\n  Guide          http://{address}/guide\n  Health         http://{address}/readyz"
    );
    let served =
        running::serve(app, listener, measures, stop).await.map_err(|error| Error::Internal(error.to_string()));
    duties.end().await;
    served
}

/// Founds the first organisation in an empty database, unless what an earlier one has left lies around: then it is
/// likely to be the wrong database.
async fn found(store: &Store, config: &Config, clock: &Clock) -> Outcome<()> {
    if !store.is_empty().await? {
        return Ok(());
    }
    let left = if config.found {
        None
    } else if config.trail_key.is_file() {
        Some(format!("the key of a trail lies at {}", config.trail_key.display()))
    } else if store.has_contents().await? {
        Some(format!("files of records lie at {}", config.files))
    } else {
        None
    };
    if let Some(left) = left {
        return Err(Error::Malformed(format!(
            "the database is empty, but {left} already: is it the right database? Set database-url, bring back a backup \
             (isms restore --help), or found a new organisation all the same with --found"
        )));
    }
    let (name, administrator, address) = ("My organisation", "Administrator", "administrator@example.org");
    if let Some(founded) = store.found_first(name, administrator, address, clock.now()).await? {
        say!("A new organisation was founded. Its administrator's token, shown this once:\n\n  {}\n", founded.token);
    }
    Ok(())
}

/// What the service does beside its requests.
fn duties(store: &Store, clock: &Clock, seals: Keyring, checks: Keyring) -> Duties {
    let mut duties = Duties::new(store.clone());
    let trails = store.clone();
    let sealer = Arc::new(Sealer::new(store.clone(), seals, clock.clone()));
    duties.every(OFTEN, "sealing", Some(Duty::Seals), move || {
        let (sealer, store) = (Arc::clone(&sealer), trails.clone());
        async move {
            match sealer.seal().await {
                Ok(_) => store.note_duty(Duty::Trails, None),
                // What one trail contradicts keeps none of the others.
                Err(Error::Internal(why)) => store.note_duty(Duty::Trails, Some(&why)),
                Err(error) => return Err(error),
            }
            Ok(())
        }
    });
    let checker = Arc::new(Mutex::new(Checker::new(store.clone(), checks, clock.clone())));
    duties.every(OFTEN, "checking", Some(Duty::Checks), move || {
        let checker = Arc::clone(&checker);
        async move { checker.lock().await.run().await }
    });
    let on = |work: fn(Store, Clock) -> Work| {
        let (store, clock) = (store.clone(), clock.clone());
        move || work(store.clone(), clock.clone())
    };
    duties.every(OFTEN, "writing again", None, on(|store, _| Box::pin(async move { store.try_writing().await })));
    duties.every(OFTEN, "ending what was interrupted", None, on(|store, clock| Box::pin(interrupted(store, clock))));
    let frozen = on(|store, _| Box::pin(frozen(store)));
    duties.every(OFTEN, "ending what others wait for in vain", None, frozen);
    let clock_is_right = on(|store, clock| Box::pin(async move { store.check_clock(&clock).await }));
    duties.every(NOW_AND_THEN, "comparing clocks", Some(Duty::Clock), clock_is_right);
    duties.every(
        NOW_AND_THEN,
        "comparing shapes",
        Some(Duty::Shape),
        on(|store, _| Box::pin(async move { store.has_todays_shape().await.map(drop) })),
    );
    duties.every(SELDOM, "tidying", None, on(|store, clock| Box::pin(tidy(store, clock))));
    duties
}

type Work = futures::future::BoxFuture<'static, Outcome<()>>;

async fn interrupted(store: Store, clock: Clock) -> Outcome<()> {
    store.end_interrupted(&clock, false).await
}

async fn frozen(store: Store) -> Outcome<()> {
    let ended = store.end_frozen().await?;
    if ended > 0 {
        tracing::warn!(ended, "a server did not go on with a transaction that others waited for");
    }
    Ok(())
}

/// Clears away files that no record has, old refusals, receipts and answers.
async fn tidy(store: Store, clock: Clock) -> Outcome<()> {
    let files = store.clear_away(clock.now()).await?;
    if files > 0 {
        tracing::info!(files, "cleared away what belonged to no record");
    }
    store.forget_answers(clock.now()).await?;
    store.forget_denials(clock.now()).await?;
    store.forget_readings(clock.now()).await.map(drop)
}

/// The key that seals the trail. Where something was sealed before, its key is somewhere: a new one is made on purpose,
/// and another one takes over when somebody has said so.
async fn keyring(store: &Store, config: &Config) -> Outcome<Keyring> {
    let file = config.trail_key.display();
    match Keyring::read(&config.trail_key) {
        Err(Error::NotFound) if store.has_sealed().await? => Err(Error::Malformed(format!(
            "setting trail-key: {file} is not there, and trails were sealed before: bring their key, or make another one with \
             `isms trail key`"
        ))),
        Err(Error::NotFound) => {
            let made = Keyring::open(&config.trail_key)?;
            say!("The key that seals the trail lies in {file}: keep a copy elsewhere.\n");
            Ok(made)
        }
        Ok(keyring) if config.new_trail_key => Ok(keyring.taking_over(true)),
        Ok(keyring) => match store.check_key(&keyring).await {
            Ok(()) => Ok(keyring),
            Err(Error::Conflict(why)) => Err(Error::Malformed(format!(
                "setting trail-key: {file}: {why}: bring the key that sealed it, or have this one take over with \
                 --new-trail-key"
            ))),
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    }
}
