//! The scene: a database, the services on it, the people, the clients and the judge.

use crate::crew::Crew;
use crate::ground::Ground;
use crate::judge::Judge;
use crate::outcome::Outcome;
use crate::people::{self, People};
use crate::service::{Launch, Service};
use crate::shim::Shim;
use crate::trail::Trail;
use crate::wire::Wire;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The scene.
pub struct Scene {
    /// The services, which end before the database does.
    pub services: Vec<Service>,
    /// The database.
    pub ground: Ground,
    /// What services are started with.
    pub launch: Launch,
    /// What makes writing fail, where that is asked for.
    pub shim: Option<Shim>,
    /// The clients.
    pub crew: Crew,
    /// The judge of this season.
    pub judge: Judge,
    /// Checkpoints that were kept.
    pub trail: Trail,
    /// How long a service may wait for another one that does not move.
    pub patience: Duration,
    people: People,
    work: PathBuf,
    season: u32,
}

impl Scene {
    /// Founds an organisation on an empty database and makes its people.
    ///
    /// # Errors
    /// When the service does not start or refuses.
    pub async fn new(ground: Ground, program: &Path, work: &Path, seed: u64, shim: Option<Shim>) -> Outcome<Self> {
        let launch = Launch {
            program: program.to_path_buf(),
            url: ground.url(),
            files: work.join("files"),
            key: work.join("trail.key"),
            request_timeout: None,
            shim: shim.as_ref().map(|shim| (shim.library.clone(), shim.control.clone())),
        };
        let many = if ground.backend() == DbBackend::Postgres { 2 } else { 1 };
        let mut services = Vec::new();
        for n in 0..many {
            services.push(Service::new(work.join(format!("service-{n}.log")))?);
        }
        let people = found(services.first_mut().ok_or("there is no service")?, &launch).await?;
        ground.keep().await?;
        let bases: Vec<String> = services.iter().map(Service::base).collect();
        Ok(Self {
            crew: Crew::new(&bases, &people, seed)?,
            services,
            ground,
            launch,
            shim,
            judge: Judge::default(),
            trail: Trail::new(program.to_path_buf(), work.to_path_buf()),
            patience: Duration::from_secs(5),
            people,
            work: work.to_path_buf(),
            season: 0,
        })
    }

    /// Begins again with what the organisation had when it was founded.
    ///
    /// # Errors
    /// When the database or a service does not come up.
    pub async fn begin_season(&mut self) -> Outcome<()> {
        self.services.iter_mut().for_each(Service::kill);
        self.services.iter_mut().for_each(Service::forget_log);
        let _ = std::fs::remove_dir_all(&self.launch.files);
        self.season += 1;
        self.ground.fresh().await?;
        self.launch.url = self.ground.url();
        self.launch.files = self.work.join(format!("files-{}", self.season));
        let key = self.work.join(format!("key-{}", self.season));
        std::fs::create_dir_all(&key)?;
        self.launch.key = key.join("trail.key");
        std::fs::copy(self.work.join("trail.key"), &self.launch.key)?;
        self.start().await?;
        self.crew.forget();
        self.trail.forget();
        let connection = self.look().await?;
        self.judge = Judge::new(&connection, self.launch.files.clone()).await?;
        Ok(connection.close().await?)
    }

    /// A connection that sees the database as it is at one instant.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn look(&self) -> Outcome<DatabaseConnection> {
        let connection = self.ground.connect().await?;
        let begin = match self.ground.backend() {
            DbBackend::Sqlite => "BEGIN",
            _ => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        connection.execute_unprepared(begin).await?;
        Ok(connection)
    }

    /// Starts all services and waits until they serve.
    ///
    /// # Errors
    /// When one does not.
    pub async fn start(&mut self) -> Outcome<()> {
        self.launch_all()?;
        self.ready().await
    }

    /// Starts all services.
    ///
    /// # Errors
    /// When one cannot be run.
    pub fn launch_all(&mut self) -> Outcome<()> {
        for service in &mut self.services {
            service.start(&self.launch)?;
        }
        Ok(())
    }

    /// Waits until all services serve.
    ///
    /// # Errors
    /// When one does not.
    pub async fn ready(&mut self) -> Outcome<()> {
        for service in &mut self.services {
            service.ready().await?;
        }
        Ok(())
    }

    /// Kills all services and starts them again.
    ///
    /// # Errors
    /// When one does not come up.
    pub async fn restart(&mut self) -> Outcome<()> {
        self.services.iter_mut().for_each(Service::kill);
        self.start().await
    }

    /// What services have told of panics since the last look, and whether one has ended by itself.
    ///
    /// # Errors
    /// When a log cannot be read.
    pub fn complaints(&mut self) -> Outcome<Vec<String>> {
        let mut told = Vec::new();
        for service in &mut self.services {
            told.extend(service.panics()?);
            if let Some(status) = service.ended()? {
                told.push(format!("a service ended by itself ({status})"));
            }
        }
        Ok(told)
    }

    /// The token of somebody who writes.
    pub fn writer_token(&self) -> String {
        self.people.writers.first().cloned().unwrap_or_default()
    }

    /// The person who takes the trail home, at the first service.
    ///
    /// # Errors
    /// When there is no service.
    pub fn keeper(&self) -> Outcome<Wire> {
        let service = self.services.first().ok_or("there is no service")?;
        Wire::new(service.base(), &self.people.keeper)
    }
}

async fn found(service: &mut Service, launch: &Launch) -> Outcome<People> {
    service.start(launch)?;
    service.ready().await?;
    let people = people::settle_in(&Wire::new(service.base(), service.told_token()?)?).await?;
    service.stop().await?;
    Ok(people)
}
