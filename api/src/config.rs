//! Settings: flags first, then the environment, then a file; nonsense is refused by name.

use crate::resource::attached::{KEPT, Limits};
use crate::resource::{Error, Outcome};
use actix_web::http::Uri;
use clap::Args;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tracing_subscriber::filter::{LevelFilter, Targets};

/// Settings as they may be given; what is not given has a default.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Database: sqlite:… or postgres://user@host/name [default: sqlite://isms.db?mode=rwc]
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
    /// Address to serve on [default: 127.0.0.1:8080]
    #[arg(long, env = "ISMS_LISTEN", global = true)]
    pub listen: Option<String>,
    /// Address to serve /metrics on, of its own; none means no metrics are served
    #[arg(long, env = "ISMS_METRICS_LISTEN", global = true)]
    pub metrics_listen: Option<String>,
    /// Logs: pretty or json [default: pretty]
    #[arg(long, env = "ISMS_LOG_FORMAT", global = true)]
    pub log_format: Option<String>,
    /// Which logs: a level, or targets with levels (isms=debug,info) [default: info]
    #[arg(long, env = "ISMS_LOG", global = true)]
    pub log: Option<String>,
    /// Threads that serve requests [default: one for each core]
    #[arg(long, env = "ISMS_WORKERS", global = true)]
    pub workers: Option<usize>,
    /// Connections to the database [default: 8]
    #[arg(long, env = "ISMS_DATABASE_CONNECTIONS", global = true)]
    pub database_connections: Option<u32>,
    /// Requests per minute that one caller may make; 0 for no limit [default: 6000]
    #[arg(long, env = "ISMS_RATE_LIMIT", global = true)]
    pub rate_limit: Option<u32>,
    /// Largest body, bytes; imports take more [default: 2097152]
    #[arg(long, env = "ISMS_BODY_LIMIT", global = true)]
    pub body_limit: Option<usize>,
    /// Where files lie: a folder, or s3://bucket/prefix with the store's own AWS_… variables [default: isms-files]
    #[arg(long, env = "ISMS_FILES", global = true)]
    pub files: Option<String>,
    /// File with the key that seals the trail; made when it is not there [default: isms-trail.key]
    #[arg(long, env = "ISMS_TRAIL_KEY", global = true)]
    pub trail_key: Option<PathBuf>,
    /// Seal on with the key of trail-key what another key has sealed: said once, when a new key takes over
    #[arg(long, env = "ISMS_NEW_TRAIL_KEY", global = true)]
    #[serde(skip)]
    pub new_trail_key: bool,
    /// The clock is right although the service has rested for more than a week: said once
    #[arg(long, env = "ISMS_CLOCK_IS_RIGHT", global = true)]
    #[serde(skip)]
    pub clock_is_right: bool,
    /// Found a new organisation in an empty database although the key of a trail, or files, are there already
    #[arg(long, env = "ISMS_FOUND", global = true)]
    #[serde(skip)]
    pub found: bool,
    /// Largest file, bytes [default: 4294967296]
    #[arg(long, env = "ISMS_FILE_LIMIT", global = true)]
    pub file_limit: Option<u64>,
    /// Media type of files that are kept, told by their bytes, * for any end; may be given more than once
    /// [default: text, pictures, sound, video, PDF, office documents and archives]
    #[arg(long = "file-type", env = "ISMS_FILE_TYPES", value_delimiter = ',', global = true)]
    #[serde(default, alias = "file-type")]
    pub file_types: Vec<String>,
    /// Seconds after which a request is given up with 503 (imports: ten times as many) [default: 60]
    #[arg(long, env = "ISMS_REQUEST_TIMEOUT", global = true)]
    pub request_timeout: Option<u64>,
    /// Seconds that a body may take to begin with; every 32 KiB that come give one more [default: 15]
    #[arg(long, env = "ISMS_BODY_TIMEOUT", global = true)]
    pub body_timeout: Option<u64>,
    /// Web origin that browsers may call from; may be given more than once [default: none]
    #[arg(long = "cors-origin", env = "ISMS_CORS_ORIGINS", value_delimiter = ',', global = true)]
    #[serde(default, alias = "cors-origin")]
    pub cors_origins: Vec<String>,
    /// Address of a proxy in front, whose X-Forwarded-For is believed; may be given more than once [default: none]
    #[arg(long = "trusted-proxy", env = "ISMS_TRUSTED_PROXIES", value_delimiter = ',', global = true)]
    #[serde(default, alias = "trusted-proxy")]
    pub trusted_proxies: Vec<String>,
    /// File with these settings (TOML, the names of the flags)
    #[arg(long, env = "ISMS_CONFIG", global = true)]
    #[serde(skip)]
    pub config: Option<PathBuf>,
}

/// Settings that make sense.
#[derive(Clone, Debug)]
pub struct Config {
    /// Database URL.
    pub database_url: String,
    /// Address to serve on.
    pub listen: SocketAddr,
    /// Address to serve metrics on.
    pub metrics_listen: Option<SocketAddr>,
    /// Whether logs are JSON.
    pub json_logs: bool,
    /// Which logs.
    pub log: String,
    /// Threads that serve requests.
    pub workers: usize,
    /// Connections to the database.
    pub database_connections: u32,
    /// Requests per minute and caller; none for no limit.
    pub rate_limit: Option<u32>,
    /// Largest body, bytes.
    pub body_limit: usize,
    /// Where files lie.
    pub files: String,
    /// File with the key that seals the trail.
    pub trail_key: PathBuf,
    /// Whether the key takes over from another.
    pub new_trail_key: bool,
    /// Whether the clock is right, however long the service has rested.
    pub clock_is_right: bool,
    /// Whether a new organisation is wanted beside what an earlier one has left.
    pub found: bool,
    /// Which files are kept.
    pub file_limits: Limits,
    /// How long a request may take; an import ten times as long.
    pub request_timeout: Duration,
    /// How long a body may take to begin with.
    pub body_timeout: Duration,
    /// Web origins that browsers may call from.
    pub cors_origins: Vec<String>,
    /// Proxies whose word on where a request comes from is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

fn wrong<T>(setting: &str, detail: impl std::fmt::Display) -> Outcome<T> {
    Err(Error::Malformed(format!("setting {setting}: {detail}")))
}

impl Settings {
    /// Checks the settings, with those of the file where none is given otherwise.
    ///
    /// # Errors
    /// Names the setting that makes no sense.
    pub fn check(self) -> Outcome<Config> {
        let file = self.config.as_deref().map(read).transpose()?.unwrap_or_default();
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let address = |name: &str, value: &str| {
            value.parse().or_else(|_| wrong(name, format!("{value} is not an address like 127.0.0.1:8080")))
        };
        let listen = self.listen.or(file.listen).unwrap_or_else(|| "127.0.0.1:8080".into());
        let metrics = self.metrics_listen.or(file.metrics_listen);
        let origins = if self.cors_origins.is_empty() { file.cors_origins } else { self.cors_origins };
        let proxies = if self.trusted_proxies.is_empty() { file.trusted_proxies } else { self.trusted_proxies };
        let types = if self.file_types.is_empty() { file.file_types } else { self.file_types };
        let proxy = |text: &String| {
            text.parse().or_else(|_| wrong("trusted-proxy", format!("{text} is not an address like 10.0.0.1")))
        };
        let config = Config {
            database_url: self.database_url.or(file.database_url).unwrap_or_else(|| "sqlite://isms.db?mode=rwc".into()),
            listen: address("listen", &listen)?,
            metrics_listen: metrics.map(|value| address("metrics-listen", &value)).transpose()?,
            json_logs: match self.log_format.or(file.log_format).as_deref() {
                None | Some("pretty") => false,
                Some("json") => true,
                Some(other) => return wrong("log-format", format!("{other} is neither pretty nor json")),
            },
            log: self.log.or(file.log).unwrap_or_else(|| "info".into()),
            workers: self.workers.or(file.workers).unwrap_or(cores),
            database_connections: self.database_connections.or(file.database_connections).unwrap_or(8),
            rate_limit: Some(self.rate_limit.or(file.rate_limit).unwrap_or(6_000)).filter(|limit| *limit > 0),
            body_limit: self.body_limit.or(file.body_limit).unwrap_or(2 << 20),
            files: self.files.or(file.files).unwrap_or_else(|| "isms-files".into()),
            trail_key: self.trail_key.or(file.trail_key).unwrap_or_else(|| "isms-trail.key".into()),
            new_trail_key: self.new_trail_key,
            clock_is_right: self.clock_is_right,
            found: self.found,
            file_limits: Limits {
                most: self.file_limit.or(file.file_limit).unwrap_or(4 << 30),
                types: if types.is_empty() { KEPT.iter().map(ToString::to_string).collect() } else { types },
            },
            request_timeout: Duration::from_secs(self.request_timeout.or(file.request_timeout).unwrap_or(60)),
            body_timeout: Duration::from_secs(self.body_timeout.or(file.body_timeout).unwrap_or(15)),
            cors_origins: origins,
            trusted_proxies: proxies.iter().map(proxy).collect::<Outcome<_>>()?,
        };
        config.refuse_nonsense()?;
        Ok(config)
    }
}

impl Config {
    fn refuse_nonsense(&self) -> Outcome<()> {
        let known = ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| self.database_url.starts_with(scheme));
        if !known {
            return wrong("database-url", "begins with sqlite: or postgres:");
        }
        if !(1..=1024).contains(&self.workers) {
            return wrong("workers", "is a number from 1 to 1024");
        }
        if !(2..=1000).contains(&self.database_connections) {
            return wrong("database-connections", "is a number from 2 to 1000");
        }
        if !(1024..=1 << 30).contains(&self.body_limit) {
            return wrong("body-limit", "is a number of bytes from 1024 to 1073741824");
        }
        if self.files.is_empty() || self.files == "s3://" {
            return wrong("files", "is a folder or s3://bucket/prefix");
        }
        if !(1024..=32 << 30).contains(&self.file_limits.most) {
            return wrong("file-limit", "is a number of bytes from 1024 to 34359738368");
        }
        if let Some(text) = self.file_limits.types.iter().find(|text| !is_media_type(text)) {
            return wrong("file-type", format!("{text} is not a media type like application/pdf or image/*"));
        }
        for (name, time) in [("request-timeout", self.request_timeout), ("body-timeout", self.body_timeout)] {
            if !(1..=3_600).contains(&time.as_secs()) {
                return wrong(name, "is a number of seconds from 1 to 3600");
            }
        }
        check_log(&self.log)?;
        match self.cors_origins.iter().find(|origin| !is_origin(origin)) {
            Some(origin) => wrong("cors-origin", format!("{origin} is not an origin like https://isms.example")),
            None => Ok(()),
        }
    }
}

/// A word alone is a level. The library takes any other for a target that logs all, and mutes the rest.
fn check_log(log: &str) -> Outcome<()> {
    if let Err(error) = log.parse::<Targets>() {
        return wrong("log", error);
    }
    match log.split(',').map(str::trim).find(|part| !part.contains('=') && part.parse::<LevelFilter>().is_err()) {
        Some(part) => wrong("log", format!("{part:?} is none of off, error, warn, info, debug and trace")),
        None => Ok(()),
    }
}

/// A type and a subtype, whose end may be open (RFC 9110, 8.3.1).
fn is_media_type(text: &str) -> bool {
    let plain = |part: &str| part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c));
    text.split_once('/').is_some_and(|(kind, rest)| {
        !kind.is_empty() && plain(kind) && !rest.is_empty() && plain(rest.strip_suffix('*').unwrap_or(rest))
    })
}

/// Scheme, host and maybe a port, and nothing behind (RFC 6454).
fn is_origin(text: &str) -> bool {
    let whole = text.parse::<Uri>().ok().filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")));
    let parts = whole.and_then(|uri| Some((uri.scheme_str()?.to_owned(), uri.authority()?.clone())));
    parts.is_some_and(|(scheme, authority)| {
        !authority.as_str().contains('@') && text == format!("{scheme}://{authority}")
    })
}

fn read(path: &Path) -> Outcome<Settings> {
    let text =
        std::fs::read_to_string(path).or_else(|error| wrong("config", format!("{}: {error}", path.display())))?;
    toml::from_str(&text).or_else(|error| wrong("config", format!("{}: {}", path.display(), error.message())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(settings: Settings) -> String {
        match settings.check() {
            Err(Error::Malformed(why)) => why,
            _ => String::new(),
        }
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        let log = |text: &str| refused(Settings { log: Some(text.into()), ..Settings::default() });
        assert!(log("nonsense").contains("log") && log("info,isms=loud").contains("log"));
        assert_eq!(log("warn,isms=debug"), "");
        let origin = |text: &str| refused(Settings { cors_origins: vec![text.into()], ..Settings::default() });
        for text in ["https://a/path", "https://a/", "https://a?b", "https://u@a", "ftp://a", "a", "*"] {
            assert!(origin(text).contains("cors-origin"), "{text}");
        }
        assert_eq!(origin("https://isms.example:8443"), "");
        let proxy = |text: &str| refused(Settings { trusted_proxies: vec![text.into()], ..Settings::default() });
        assert!(proxy("proxy.example").contains("trusted-proxy") && proxy("10.0.0.1").is_empty());
        let kind = |text: &str| refused(Settings { file_types: vec![text.into()], ..Settings::default() });
        assert!(kind("pdf").contains("file-type") && kind("*").contains("file-type"));
        assert!(kind("image/*").is_empty() && kind("application/vnd.ms-*").is_empty());
        assert!(refused(Settings { file_limit: Some(0), ..Settings::default() }).contains("file-limit"));
        assert!(refused(Settings { request_timeout: Some(0), ..Settings::default() }).contains("request-timeout"));
    }
}
