//! The database that the storm goes over: an SQLite file, on a small disk of its own where there can be one, or a PostgreSQL cluster.

use crate::cluster::Cluster;
use crate::outcome::Outcome;
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbBackend};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Size of the small disk.
const SIZE: &str = "size=640m";

/// An SQLite database.
#[derive(Debug)]
pub struct Small {
    folder: PathBuf,
    template: PathBuf,
    /// Whether it lies on a small disk of its own.
    pub mounted: bool,
}

/// The database.
#[derive(Debug)]
pub enum Ground {
    /// A file.
    Sqlite(Small),
    /// A cluster of its own.
    Postgres(Cluster),
}

impl Ground {
    /// An SQLite database in this folder.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn sqlite(work: &Path) -> Outcome<Self> {
        let (folder, template) = (work.join("disk"), work.join("template"));
        std::fs::create_dir_all(&folder)?;
        std::fs::create_dir_all(&template)?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(&folder);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        Ok(Self::Sqlite(Small { folder, template, mounted }))
    }

    /// Whether it lies on a small disk of its own.
    pub const fn is_mounted(&self) -> bool {
        matches!(self, Self::Sqlite(Small { mounted: true, .. }))
    }

    /// Which SQL it speaks.
    pub const fn backend(&self) -> DbBackend {
        match self {
            Self::Sqlite(_) => DbBackend::Sqlite,
            Self::Postgres(_) => DbBackend::Postgres,
        }
    }

    /// Its name, as one asks for it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// The address that the service is given.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(small) => format!("sqlite://{}?mode=rwc", small.file().display()),
            Self::Postgres(cluster) => cluster.url(),
        }
    }

    /// A connection for the judge.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn connect(&self) -> Outcome<DatabaseConnection> {
        let url = match self {
            Self::Sqlite(small) => format!("sqlite://{}?mode=ro", small.file().display()),
            Self::Postgres(cluster) => cluster.url(),
        };
        connect(&url).await
    }

    /// Keeps the database as it is, for all later seasons; no service is running.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub async fn keep(&self) -> Outcome<()> {
        match self {
            Self::Sqlite(small) => copy_all(&small.folder, &small.template),
            Self::Postgres(cluster) => cluster.keep().await,
        }
    }

    /// Leaves the files of the database in another folder, for whoever looks into what was wrong.
    ///
    /// # Errors
    /// When they cannot be copied.
    pub fn leave(&self, folder: &Path) -> Outcome<()> {
        std::fs::create_dir_all(folder)?;
        match self {
            Self::Sqlite(small) => copy_all(&small.folder, folder),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Starts afresh from what was kept; no service is running.
    ///
    /// # Errors
    /// When it cannot be done.
    pub async fn fresh(&mut self) -> Outcome<()> {
        match self {
            Self::Sqlite(small) => {
                small.clear()?;
                copy_all(&small.template, &small.folder)
            }
            Self::Postgres(cluster) => cluster.fresh().await,
        }
    }
}

/// One connection to this database.
///
/// # Errors
/// When the database does not answer.
pub async fn connect(url: &str) -> Outcome<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).max_connections(1).connect_timeout(Duration::from_secs(20));
    Ok(Database::connect(options).await?)
}

impl Small {
    /// The file with the records.
    pub fn file(&self) -> PathBuf {
        self.folder.join("isms.db")
    }

    /// The file that fills the disk.
    pub fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }

    fn clear(&self) -> Outcome<()> {
        for entry in std::fs::read_dir(&self.folder)? {
            std::fs::remove_file(entry?.path())?;
        }
        Ok(())
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        if self.mounted {
            let _ = Command::new("umount").arg("-l").arg(&self.folder).output();
        }
    }
}

fn copy_all(from: &Path, to: &Path) -> Outcome<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
