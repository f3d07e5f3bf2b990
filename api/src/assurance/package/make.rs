//! Puts a package together: reads as the engagement's auditors do, writes a file beside the others, and hands it over.

use super::archive::Archive;
use super::collect::{Table, tables};
use super::index::{Index, how_to_verify, plain};
use super::oscal::oscal;
use super::trail::{Trail, trail};
use crate::caller::{Caller, token};
use crate::evaluation::audit_package::AuditPackage;
use crate::evaluation::engagement::Engagement;
use crate::evaluation::management_review::{ManagementReview, minutes};
use crate::planning::statement::{Statement, Version, organisation};
use crate::resource::export::workbook;
use crate::resource::heavy::{Line, heavy};
use crate::resource::{Attached, Content, Error, Outcome, scratch};
use crate::store::{Judge, Lease, Query, Test};
use crate::support::document_version::DocumentVersion;
use crate::support::evidence::Evidence;
use crate::trail::{Keyring, origin};
use bytes::Bytes;
use futures::{StreamExt, stream};
use isms_authz::{Action, Bundle};
use isms_entity::Recorded;
use isms_entity::evaluation::audit_package::{self, AuditPackageState};
use isms_entity::evaluation::engagement;
use isms_seal::package::Head;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufWriter, Read, Seek};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// So often it is begun.
const ATTEMPTS: usize = 3;
/// So much is read of the finished file at once, bytes.
const CHUNK: usize = 256 << 10;

/// Prepares a package that was asked for, to its end, good or bad; what goes wrong is told in the record.
pub async fn prepare(caller: Caller, id: Uuid, key: PathBuf, lease: Lease) {
    let mut ended = Err(Error::StaleAccess);
    // Somebody's rights may change meanwhile: then it is begun anew with those of then.
    for _ in 0..ATTEMPTS {
        ended = attempt(&caller, id, &key).await;
        if !matches!(ended, Err(Error::StaleAccess)) {
            break;
        }
    }
    if let Err(error) = ended {
        tracing::warn!(?error, %id, "an audit package could not be put together");
        let failed = change(&caller, id, |row| {
            row.state = AuditPackageState::Failed;
            row.failure = Some(match &error {
                Error::Internal(_) => "it could not be put together; the service's log tells why".to_owned(),
                other => other.to_string(),
            });
        });
        if let Err(error) = failed.await {
            tracing::warn!(?error, %id, "that could not be noted");
        }
    }
    drop(lease);
    caller.let_go(id).await;
}

async fn attempt(caller: &Caller, id: Uuid, key: &Path) -> Outcome<()> {
    let caller = &caller.renewed().await?;
    let row = caller.fetch::<AuditPackage>(id).await?.row;
    if row.state != AuditPackageState::Preparing {
        return Ok(());
    }
    let keyring = Keyring::read(key).map_err(|_| Error::Unavailable("the key of the trail is not there".into()))?;
    let engagement = caller.fetch::<Engagement>(row.engagement_id).await?.row;
    let reader = caller.as_auditor_of(&engagement).at(Some(row.as_of));
    let step = async |name: &str, progress: i32| {
        let name = name.to_owned();
        change(caller, id, move |row| {
            row.step = name;
            row.progress = progress;
        })
        .await
    };
    let file = scratch().map_err(|error| Error::Unavailable(format!("no room to put it together: {error}")))?;
    let mut archive = Archive::new(BufWriter::new(file));
    step("records", 5).await?;
    let tables = tables(&reader, |table, mut written| {
        archive.add_draft(&format!("records/{}.csv", table.spec.plural), &mut written.csv)?;
        archive.add_draft(&format!("records/{}.jsonl", table.spec.plural), &mut written.lines)
    });
    let tables = tables.await?;
    step("documents", 35).await?;
    let mut parts = vec![
        ("Statement of Applicability", statements(&reader, &mut archive).await?),
        ("Minutes of management reviews", reviews(&reader, &mut archive).await?),
        ("Documents", documents(&reader, &mut archive).await?),
    ];
    step("evidence", 50).await?;
    parts.push(("Evidence", evidence(&reader, &mut archive).await?));
    parts.push(("Policies that decide who may do what", policies(&mut archive)?));
    parts.push(("OSCAL, for programs", oscal(&reader, &mut archive, &engagement, row.as_of).await?));
    step("trail", 75).await?;
    let mut told = trail(&reader, &keyring, &tables, row.as_of).await?;
    step("packing", 95).await?;
    let (mut file, digest, files) =
        seal(&reader, &keyring, archive, &engagement, &row, &tables, &parts, &mut told).await?;
    deliver(caller, id, &mut file, |row| {
        row.manifest_digest = Some(digest);
        row.files = i32::try_from(files).ok();
        row.entries = i32::try_from(told.entries).ok();
    })
    .await
}

/// Changes the record in a transaction of its own.
async fn change(caller: &Caller, id: Uuid, change: impl FnOnce(&mut audit_package::Model)) -> Outcome<()> {
    let caller = caller.renewed().await?.begin().await?;
    let before = preparing(&caller, id).await?;
    let permit = caller.permit::<AuditPackage>(Action::Update, &before)?;
    let mut after = before.clone();
    change(&mut after);
    caller.update(permit, &before, after, "prepare").await?;
    caller.commit().await
}

/// The record, as long as nobody has ended it.
async fn preparing(caller: &Caller, id: Uuid) -> Outcome<audit_package::Model> {
    let row = caller.fetch::<AuditPackage>(id).await?.row;
    if row.state == AuditPackageState::Preparing {
        Ok(row)
    } else {
        Err(Error::Conflict("it was ended meanwhile".into()))
    }
}

type Files = Vec<(String, String)>;
type Zip = Archive<BufWriter<File>>;

async fn statements(reader: &Caller, archive: &mut Zip) -> Outcome<Files> {
    let mut files = Vec::new();
    for found in reader.list_for::<Statement>(Action::Export, &Query::default()).await?.items {
        let (reference, state) = (found.row.reference.clone(), crate::resource::word(&found.row.state));
        let version = Version::of(reader, found).await?;
        let (line, sheets) = (Line::Duty(reader.id()), version.sheets());
        let paper = paper(version.print(line).await, || version.shown())?;
        let sheets = ("xlsx", heavy(line, move |_| workbook(&sheets)).await?);
        for (kind, bytes) in [paper, sheets] {
            let path = format!("statement/{reference}.{kind}");
            archive.add(&path, &bytes)?;
            files.push((path, format!("{reference}, version {}, {state} ({kind})", version.front.version)));
        }
    }
    Ok(files)
}

/// A paper with its kind; what is too long for one goes along as the data that it would show.
fn paper(printed: Outcome<Vec<u8>>, shown: impl FnOnce() -> Value) -> Outcome<(&'static str, Vec<u8>)> {
    match printed {
        Ok(bytes) => Ok(("pdf", bytes)),
        Err(Error::Conflict(_)) => Ok(("json", serde_json::to_vec_pretty(&shown())?)),
        Err(error) => Err(error),
    }
}

async fn reviews(reader: &Caller, archive: &mut Zip) -> Outcome<Files> {
    let mut files = Vec::new();
    let approved = Query::of([Test::is("state", "approved")]);
    for found in reader.list_for::<ManagementReview>(Action::Export, &approved).await?.items {
        let minutes = minutes::read(reader, found.row.id).await?;
        let (kind, bytes) = paper(minutes.print(Line::Duty(reader.id())).await, || minutes.told())?;
        let path = format!("minutes/{}.{kind}", found.row.reference);
        archive.add(&path, &bytes)?;
        files.push((path, format!("{} {}", found.row.reference, found.row.title)));
    }
    Ok(files)
}

async fn documents(reader: &Caller, archive: &mut Zip) -> Outcome<Files> {
    let mut files = Vec::new();
    for found in reader.list_for::<DocumentVersion>(Action::Export, &Query::default()).await?.items {
        let (row, folder) = (found.shown(), format!("documents/{}", found.row.reference));
        let what = format!("{} {} {}, {}", row.reference, row.title, row.number, crate::resource::word(&row.state));
        if let Some(body) = &row.body {
            let path = format!("{folder}.md");
            archive.add(&path, body.as_bytes())?;
            files.push((path, what.clone()));
        }
        files.extend(attached(reader, archive, &found, &folder, &what).await?);
    }
    Ok(files)
}

async fn evidence(reader: &Caller, archive: &mut Zip) -> Outcome<Files> {
    let mut files = Vec::new();
    // What was destroyed since is not handed out, though its bytes may be there for another hour.
    let gone = Query::of([Test::Absent("disposed_at", false)]).with_retired();
    let gone: HashSet<Uuid> = reader.present().for_rules::<Evidence>(&gone).await?.iter().map(|row| row.id).collect();
    let there = Query::of([Test::Absent("disposed_at", true)]);
    for found in reader.list_for::<Evidence>(Action::Export, &there).await?.items {
        if gone.contains(&found.row.id) {
            files.extend(destroyed(archive, &found)?);
            continue;
        }
        let (folder, what) =
            (format!("evidence/{}", found.row.reference), format!("{} {}", found.row.reference, found.row.title));
        files.extend(attached(reader, archive, &found, &folder, &what).await?);
    }
    Ok(files)
}

/// Tells of a file that was there at the instant that the package shows, and is not any more.
fn destroyed<R: Attached>(archive: &mut Zip, found: &crate::store::Found<R>) -> Outcome<Option<(String, String)>> {
    let Some(content) = R::content(found.shown()) else { return Ok(None) };
    let reference = found.row.common().reference;
    let path = format!("destroyed/{reference}.txt");
    let told = format!(
        "{} (SHA-256 {}) was there at the instant that this package shows, and was destroyed since, as its retention \
         was over.\n",
        content.name, content.digest
    );
    archive.add(&path, told.as_bytes())?;
    Ok(Some((path, format!("{reference}: {}, destroyed since", content.name))))
}

/// The file of a record, as its bytes were when they came in.
async fn attached<R: Attached>(
    reader: &Caller,
    archive: &mut Zip,
    found: &crate::store::Found<R>,
    folder: &str,
    what: &str,
) -> Outcome<Option<(String, String)>> {
    let Some(content) = R::content(found.shown()) else { return Ok(None) };
    let size = u64::try_from(content.size).unwrap_or_default();
    let path = format!("{folder}/{}", plain(&content.name));
    let bytes = match reader.content(found, &content, 0..size).await {
        Ok(bytes) => bytes,
        Err(Error::NotFound) => return destroyed(archive, found),
        Err(error) => return Err(error),
    };
    let mut bytes = Box::pin(bytes);
    let mut file = archive.begin(&path, size, false)?;
    while let Some(chunk) = bytes.next().await {
        file.write(&chunk?)?;
    }
    if file.end() != content.digest {
        let reference = found.row.common().reference;
        return Err(Error::Conflict(format!("the file of {reference} is not the one that came in (I-01)")));
    }
    Ok(Some((path, format!("{what}: {}", content.name))))
}

fn policies(archive: &mut Zip) -> Outcome<Files> {
    let bundle = Bundle::embedded();
    let mut all: Vec<_> = bundle.schemas.iter().chain(&bundle.policies).collect();
    all.sort_unstable();
    let mut files = Vec::new();
    for (name, text) in all {
        let path = format!("policies/{name}");
        archive.add(&path, text.as_bytes())?;
        files.push((path, name.clone()));
    }
    Ok(files)
}

/// Adds what tells of the rest, and signs it; gives the file, its manifest's SHA-256 and how many files it holds.
#[expect(clippy::too_many_arguments, reason = "each is one part of the package, named at the call")]
async fn seal(
    reader: &Caller,
    keyring: &Keyring,
    mut archive: Zip,
    engagement: &engagement::Model,
    row: &audit_package::Model,
    tables: &[Table],
    parts: &[(&'static str, Files)],
    told: &mut Trail,
) -> Outcome<(File, String, usize)> {
    let name = organisation(reader).await?;
    let origin = origin(reader.organisation());
    archive.add_draft("trail/entries.jsonl", &mut told.lines)?;
    archive.add("trail/checkpoint", told.checkpoint.as_bytes())?;
    archive.add("trail/keys", told.keys.as_bytes())?;
    let index = Index { organisation: &name, engagement, as_of: row.as_of, tables, parts, entries: told.entries };
    archive.add("index.html", index.page().as_bytes())?;
    archive.add("VERIFY.txt", how_to_verify(&origin).as_bytes())?;
    let files = archive.listed().iter();
    let files = files.map(|file| json!({"path": file.path, "size": file.size, "sha256": token::hex(&file.sha256)}));
    let manifest = json!({
        "format": "isms-package/1",
        "generator": concat!("isms ", env!("CARGO_PKG_VERSION")),
        "organisation": {"id": reader.organisation(), "name": name},
        "engagement": {
            "id": engagement.id, "reference": engagement.reference, "title": engagement.title, "kind": engagement.kind,
            "auditBody": engagement.audit_body, "unitIds": engagement.unit_ids, "clauses": engagement.clauses,
            "recordKinds": engagement.record_kinds, "controlIds": engagement.control_ids,
            "windowFrom": engagement.window_from, "windowUntil": engagement.window_until,
            "heldBack": engagement.held_back,
        },
        "asOf": row.as_of,
        "files": files.collect::<Vec<_>>(),
    });
    let manifest = serde_json::to_string_pretty(&manifest)? + "\n";
    let digest: [u8; 32] = Sha256::digest(&manifest).into();
    let head = Head {
        origin,
        purpose: format!("{} {}", engagement.reference, engagement.id),
        as_of: row.as_of.0,
        entries: told.entries,
        scope: told.scope,
        size: told.size,
        manifest: digest,
    };
    let signed = keyring.signer(reader.organisation())?.note(&head.text());
    let count = archive.listed().len() + 2;
    archive.add("manifest.json", manifest.as_bytes())?;
    archive.add("head", signed.map_err(|error| Error::Internal(error.to_string()))?.as_bytes())?;
    let file = archive.finish()?.into_inner().map_err(|error| Error::Internal(error.to_string()))?;
    Ok((file, token::hex(&digest), count))
}

/// What the service has made itself is taken as it is.
struct Own;

impl Judge for Own {
    fn most(&self) -> u64 {
        u64::MAX
    }

    fn begins(&self, _head: &[u8]) -> Outcome<()> {
        Ok(())
    }

    fn is_whole(&self, _digest: &str) -> Outcome<()> {
        Ok(())
    }
}

/// Keeps the file among the others, and says that it is there.
async fn deliver(
    caller: &Caller,
    id: Uuid,
    file: &mut File,
    also: impl FnOnce(&mut audit_package::Model),
) -> Outcome<()> {
    let wrong = |error: std::io::Error| Error::Internal(error.to_string());
    file.rewind().map_err(wrong)?;
    let row = caller.fetch::<AuditPackage>(id).await?.row;
    let permit = caller.permit::<AuditPackage>(Action::Update, &row)?;
    let bytes = stream::unfold(file, |file| async move {
        let mut chunk = vec![0; CHUNK];
        match file.read(&mut chunk) {
            Ok(0) => None,
            Ok(many) => {
                chunk.truncate(many);
                Some((Ok(Bytes::from(chunk)), file))
            }
            Err(error) => Some((Err(Error::Internal(error.to_string())), file)),
        }
    });
    let received = caller.receive(&permit, Box::pin(bytes), &Own).await?;
    let content = Content {
        id: received.id,
        name: format!("{}.zip", row.reference),
        media_type: "application/zip".into(),
        size: i64::try_from(received.size).map_err(|_| Error::TooLarge)?,
        digest: received.digest,
    };
    let caller = caller.renewed().await?.begin().await?;
    let before = preparing(&caller, id).await?;
    let permit = caller.permit::<AuditPackage>(Action::Update, &before)?;
    let mut after = before.clone();
    caller.claim(content.id).await?;
    AuditPackage::set_content(&mut after, content);
    (after.state, after.step, after.progress) = (AuditPackageState::Ready, "done".into(), 100);
    also(&mut after);
    caller.update(permit, &before, after, "deliver").await?;
    caller.commit().await
}
