//! `isms trail`: takes the sealed trail of a server home, and checks it there.

use crate::resource::{Error, Outcome};
use crate::store::choose_tls;
use crate::trail::packed;
use crate::trail::{Archive, Keyring, TrailEntry};
use chrono::{DateTime, Utc};
use clap::Subcommand;
use isms_seal::failure::{Failure, Place};
use isms_seal::key::Key;
use isms_seal::package;
use isms_seal::seals::{self, Trust};
use isms_seal::tile::{Kind, Tile};
use isms_seal::verify::Summary;
use reqwest::Client;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The longest log that is taken home, entries: more would not fit into memory to be checked.
const MOST: u64 = 50_000_000;
/// The largest answer that is taken, bytes.
const LARGEST: usize = 256 << 20;
/// How long a server may say nothing.
const PATIENCE: Duration = Duration::from_mins(1);

/// What can be done with a trail.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Take the trail of a server home into a folder
    Fetch {
        /// The server, such as https://isms.example
        server: String,
        /// The folder
        #[arg(long)]
        to: PathBuf,
        /// Token of somebody who may export the organisation
        #[arg(long, env = "ISMS_TOKEN", hide_env_values = true)]
        token: String,
    },
    /// Make a key that seals trails, such as one that takes over from another
    Key {
        /// The file, which is not there yet
        file: PathBuf,
    },
    /// Check a trail in a folder, or an audit package, offline; ends with 0 when it is proven, 1 when it is not, 2 when it
    /// cannot be read
    Verify {
        /// The folder with a trail, or the zip file of a package
        folder: PathBuf,
        /// File with the keys that are believed, one to a line; without it, those that came with the trail
        #[arg(long)]
        keys: Option<PathBuf>,
        /// File with a checkpoint that was kept from earlier; may be given more than once
        #[arg(long)]
        held: Vec<PathBuf>,
        /// Take held checkpoints for explained that a restore which the trail declares has ended
        #[arg(long)]
        accept_restores: bool,
    },
}

/// Does it.
///
/// # Errors
/// [`Error::Malformed`] for what cannot be read, [`Error::Conflict`] with all that is wrong for what is not proven.
pub(super) async fn run(command: Command) -> Outcome<()> {
    match command {
        Command::Fetch { server, to, token } => fetch(&server, &to, &token).await,
        Command::Key { file } => match Keyring::read(&file) {
            Err(Error::NotFound) => Keyring::open(&file).map(drop),
            Err(error) => Err(error),
            Ok(_) => Err(Error::Malformed(format!("{} holds a key already", file.display()))),
        },
        Command::Verify { folder, keys, held, accept_restores } => {
            check(&folder, keys.as_deref(), held, accept_restores)
        }
    }
}

fn read(file: &Path) -> Outcome<String> {
    std::fs::read_to_string(file).map_err(|error| Error::Malformed(format!("{}: {error}", file.display())))
}

fn check(folder: &Path, keys: Option<&Path>, held: Vec<PathBuf>, accept_restores: bool) -> Outcome<()> {
    let archive = Archive::at(folder);
    let mut packed = if folder.is_file() { Some(packed::read(folder)?) } else { None };
    let is_anchored = keys.is_some();
    let own = || packed.as_ref().map_or_else(|| archive.keys(), |packed| Ok(packed.keys.clone()));
    let text = keys.map_or_else(own, read)?;
    let text = lines_of(text);
    let keys: Option<Vec<Key>> =
        text.lines().filter(|line| !line.is_empty()).map(|line| Key::parse(line).ok()).collect();
    let keys =
        keys.filter(|keys| !keys.is_empty()).ok_or_else(|| Error::Malformed("the keys are no verifier keys".into()))?;
    let mut held: Vec<String> = held.iter().map(|file| read(file)).collect::<Outcome<_>>()?;
    let origin = keys.first().map(|key| key.name().to_owned()).unwrap_or_default();
    let refuse = |what: &str, failures: &[Failure]| {
        let lines: Vec<_> = failures.iter().map(|failure| format!("{}: {failure}", failure.name())).collect();
        Err(Error::Conflict(format!("the {what}:\n  {}", lines.join("\n  "))))
    };
    if let Some(packed) = &mut packed {
        return match packed.verify(&Trust { origin: &origin, keys: &keys, held: &held })? {
            Ok(summary) => {
                tell_package(&summary, is_anchored);
                Ok(())
            }
            Err(failures) => refuse("package is not what was packed", &failures),
        };
    }
    loop {
        match archive.verify(&Trust { origin: &origin, keys: &keys, held: &held })? {
            Ok(summary) => {
                tell(&origin, &summary);
                return Ok(());
            }
            Err(failures) if accept_restores && failures.iter().all(|failure| explained(failure).is_some()) => {
                for failure in &failures {
                    say!("Explained: {failure}");
                }
                let gone: Vec<usize> = failures.iter().filter_map(explained).collect();
                held = (0..).zip(held).filter(|(n, _)| !gone.contains(n)).map(|(_, note)| note).collect();
            }
            Err(failures) => return refuse("trail is not what was sealed", &failures),
        }
    }
}

/// Which held checkpoint it is that a declared restore explains.
const fn explained(failure: &Failure) -> Option<usize> {
    match failure {
        Failure::Restored { place: Place::Held(n), .. } => Some(*n),
        _ => None,
    }
}

/// Keys one to a line, also from what `GET /v1/trail/keys` answers.
fn lines_of(text: String) -> String {
    let Ok(answer) = serde_json::from_str::<Value>(&text) else { return text };
    let items = answer.get("items").and_then(Value::as_array).into_iter().flatten();
    let keys = items.filter_map(|item| item.get("key")?.as_str());
    keys.fold(String::new(), |lines, key| lines + key + "\n")
}

fn tell_package(summary: &package::Summary, is_anchored: bool) {
    let head = &summary.head;
    let at = DateTime::<Utc>::from_timestamp_micros(head.as_of).map(|at| at.to_rfc3339()).unwrap_or_default();
    let how = if is_anchored { "Proven" } else { "Fits itself" };
    say!("{how}: the package of {} for {}, as of {at}.", head.origin, head.purpose);
    say!("  {} files, each as it was packed, none left out and none added", summary.files + 2);
    say!(
        "  {} entries of the trail, all that were signed as its scope, each in the log of {}",
        head.entries,
        head.size
    );
    say!("  {} of them told whole; of the others place, time and digest are proven", summary.told);
    if summary.held > 0 {
        say!("  {} held checkpoints seal the same number of entries and agree", summary.held);
    }
    if !is_anchored {
        say!(
            "It is signed with the key that came with it: anybody could have made it so. Get the key of the organisation by"
        );
        say!("another way and name it with --keys; then it is proven.");
    }
}

fn tell(origin: &str, summary: &Summary) {
    let day =
        |micros: i64| DateTime::<Utc>::from_timestamp_micros(micros).map(|at| at.to_rfc3339()).unwrap_or_default();
    say!("Proven: {} entries of {origin}, sealed by {} checkpoints.", summary.entries, summary.checkpoints);
    if let Some((first, last)) = summary.span {
        say!("  from {} to {}", day(first), day(last));
    }
    say!("  root {}", crate::caller::token::hex(&summary.root));
    say!(
        "  {} personal values disclosed and true, {} not handed out, {} erased by entries that say so",
        summary.disclosed,
        summary.unopened,
        summary.erased
    );
    say!("  {} entries whose content was not handed out: their place, time and digest are proven", summary.withheld);
}

/// What a server is asked with.
struct Server<'a> {
    client: Client,
    base: &'a str,
    token: &'a str,
}

impl Server<'_> {
    async fn bytes(&self, path: &str) -> Outcome<Vec<u8>> {
        let wrong = |why: &dyn std::fmt::Display| Error::Malformed(format!("{}{path}: {why}", self.base));
        loop {
            let request = self.client.get(format!("{}/v1/trail/{path}", self.base)).bearer_auth(self.token);
            let mut answer = request.send().await.map_err(|error| wrong(&error))?;
            let wait = answer.headers().get("retry-after").and_then(|wait| wait.to_str().ok()?.parse().ok());
            if let (429, Some(seconds)) = (answer.status().as_u16(), wait) {
                tokio::time::sleep(Duration::from_secs(u64::min(seconds, 120))).await;
                continue;
            }
            let mut bytes = Vec::new();
            while let Some(chunk) = answer.chunk().await.map_err(|error| wrong(&error))? {
                bytes.extend_from_slice(&chunk);
                if bytes.len() > LARGEST {
                    return Err(wrong(&"the answer is too large"));
                }
            }
            let status = answer.status();
            return if status.is_success() { Ok(bytes) } else { Err(wrong(&status)) };
        }
    }

    async fn items(&self, path: &str) -> Outcome<Vec<Value>> {
        let mut whole: Value = serde_json::from_slice(&self.bytes(path).await?)?;
        match whole.get_mut("items").map(Value::take) {
            Some(Value::Array(items)) => Ok(items),
            _ => Err(Error::Malformed(format!("{}{path}: there is no list", self.base))),
        }
    }
}

async fn fetch(base: &str, to: &Path, token: &str) -> Outcome<()> {
    choose_tls();
    let server = Server {
        client: Client::builder().read_timeout(PATIENCE).build().map_err(|error| Error::Internal(error.to_string()))?,
        base: base.trim_end_matches('/'),
        token,
    };
    let archive = Archive::new(to)?;
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let keys = server.items("keys").await?;
    archive.keep_keys(&keys.iter().map(|key| text(key, "key")).collect::<Vec<_>>())?;
    let (mut after, mut notes): (u64, Vec<String>) = (0, Vec::new());
    loop {
        let page = server.items(&format!("checkpoints?limit=200&after={after}")).await?;
        let Some(last) = page.last().and_then(|last| last.get("number")).and_then(Value::as_u64) else { break };
        if last <= after {
            return Err(Error::Malformed("the server tells its checkpoints in no order".into()));
        }
        after = last;
        notes.extend(page.iter().map(|checkpoint| text(checkpoint, "note")));
    }
    for (n, note) in notes.iter().enumerate() {
        archive.keep_checkpoint(n, note)?;
    }
    let note = notes.last().ok_or_else(|| Error::Malformed("the server has sealed nothing yet".into()))?;
    let believed: Vec<Key> = keys.iter().filter_map(|key| Key::parse(&text(key, "key")).ok()).collect();
    let origin = believed.first().map_or("", Key::name);
    let trust = Trust { origin, keys: &believed, held: &[] };
    let newest = seals::read(note, Place::Checkpoint(notes.len() - 1), &trust);
    let newest = newest.map_err(|failure| Error::Malformed(failure.to_string()))?.checkpoint;
    if newest.size > MOST {
        return Err(Error::Malformed(format!("a log of {} entries is more than this can take home", newest.size)));
    }
    for tile in
        Tile::written(0, newest.size).iter().filter(|tile| matches!(tile.kind(), Kind::Entries | Kind::Hashes(0)))
    {
        archive.keep_tile(tile, &server.bytes(&tile.to_string()).await?)?;
    }
    let mut taken = 0;
    while taken < newest.size {
        let left = (newest.size - taken).min(256);
        let page = server.items(&format!("entries?from={taken}&limit={left}")).await?;
        if page.is_empty() {
            return Err(Error::Malformed("the server does not tell all its entries".into()));
        }
        taken += page.len() as u64;
        let page: Vec<TrailEntry> = page.into_iter().map(serde_json::from_value).collect::<Result<_, _>>()?;
        archive.keep_entries(&page)?;
    }
    say!("{taken} entries and {} checkpoints are in {}.", notes.len(), to.display());
    say!("Check them with: isms trail verify {}", to.display());
    Ok(())
}
