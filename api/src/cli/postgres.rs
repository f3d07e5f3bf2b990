//! PostgreSQL's own tools, which copy its databases out and in. What they connect with is in no command line.

use crate::resource::{Error, Outcome};
use reqwest::Url;
use std::ffi::OsStr;
use std::process::{Command, Stdio};

/// Runs one of the tools on this database.
///
/// # Errors
/// When it is not there, or what it says when it fails.
pub(super) fn run<Argument: AsRef<OsStr>>(tool: &str, url: &str, arguments: &[Argument]) -> Outcome<String> {
    let mut command = Command::new(tool);
    command.args(arguments).stdin(Stdio::null()).envs(surroundings(url)?);
    let ended = command.output().map_err(|error| {
        Error::Malformed(format!("{tool} cannot be run ({error}): install the client programs of PostgreSQL"))
    })?;
    if ended.status.success() {
        Ok(String::from_utf8_lossy(&ended.stdout).into_owned())
    } else {
        Err(Error::Conflict(format!("{tool}: {}", String::from_utf8_lossy(&ended.stderr).trim())))
    }
}

/// The name of the database.
///
/// # Errors
/// When the address makes no sense.
pub(super) fn name(url: &str) -> Outcome<String> {
    let named = |(name, value): (String, String)| (name == "PGDATABASE").then_some(value);
    Ok(surroundings(url)?.into_iter().filter_map(named).next_back().unwrap_or_default())
}

/// The variables by which the tools know where to connect.
fn surroundings(url: &str) -> Outcome<Vec<(String, String)>> {
    let wrong = |why: &str| Error::Malformed(format!("setting database-url: {why}"));
    let url = Url::parse(url).map_err(|error| wrong(&error.to_string()))?;
    let plain = |text: &str| crate::resource::percent(text).ok_or_else(|| wrong("is not UTF-8"));
    let mut variables = vec![("PGDATABASE".to_owned(), plain(url.path().trim_start_matches('/'))?)];
    if let Some(host) = url.host_str().filter(|host| !host.is_empty()) {
        variables.push(("PGHOST".into(), plain(host.trim_matches(['[', ']']))?));
    }
    if let Some(port) = url.port() {
        variables.push(("PGPORT".into(), port.to_string()));
    }
    if !url.username().is_empty() {
        variables.push(("PGUSER".into(), plain(url.username())?));
    }
    if let Some(password) = url.password() {
        variables.push(("PGPASSWORD".into(), plain(password)?));
    }
    for (name, value) in url.query_pairs() {
        let name = match name.as_ref() {
            "host" => "PGHOST",
            "port" => "PGPORT",
            "user" => "PGUSER",
            "password" => "PGPASSWORD",
            "dbname" => "PGDATABASE",
            "sslmode" | "ssl-mode" => "PGSSLMODE",
            "sslrootcert" | "ssl-root-cert" | "ssl-ca" => "PGSSLROOTCERT",
            "sslcert" | "ssl-cert" => "PGSSLCERT",
            "sslkey" | "ssl-key" => "PGSSLKEY",
            "options" => "PGOPTIONS",
            // What else there is concerns the service's own driver.
            _ => continue,
        };
        variables.push((name.into(), value.into_owned()));
    }
    Ok(variables)
}
