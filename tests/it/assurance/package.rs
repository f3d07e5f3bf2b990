//! Audit packages: what auditors take home is what they see, is the same for the same state, and proves itself offline.

use crate::app::App;
use crate::evaluation::engagement::open;
use crate::persona::Persona;
use crate::records::{Team, annex_a, create_many, risk};
use crate::trail::sealed::verify as command;
use isms::trail::packed::{self, Packed};
use isms_seal::failure::Failure;
use isms_seal::key::Key;
use isms_seal::package::{Package, Summary, verify};
use isms_seal::seals::Trust;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::process::ExitCode;

/// Asks for a package and waits until it is there.
pub async fn packed(manager: &Persona, engagement: &str) -> String {
    let begun = manager.post(&format!("/v1/engagements/{engagement}/package"), json!({})).await.expect(202);
    let id = crate::persona::id(&begun);
    // That of the demo company takes some seconds, and longer where other tests run beside it.
    for _ in 0..1_200 {
        let package = manager.read("audit-packages", &id).await;
        if package["state"] != "preparing" {
            assert_eq!(package["state"], "ready", "{package}");
            return id;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the package does not come: {}", manager.read("audit-packages", &id).await);
}

/// The file of a package.
pub async fn download(persona: &Persona, id: &str) -> Vec<u8> {
    let request = persona.request(Method::GET, &format!("/v1/audit-packages/{id}/content"));
    let reply = request.send().await.expect("an answer");
    assert_eq!(reply.status(), 200);
    reply.bytes().await.expect("a file").to_vec()
}

/// The files in it, by path.
pub fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip file");
    let mut files = BTreeMap::new();
    for n in 0..zip.len() {
        let mut file = zip.by_index(n).expect("a file");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("its bytes");
        assert!(files.insert(file.name().to_owned(), bytes).is_none());
    }
    files
}

/// Packs files again, changed or not.
fn repacked(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(path.as_str(), zip::write::SimpleFileOptions::default()).expect("a file");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("a zip file").into_inner()
}

fn read(bytes: &[u8]) -> Result<Packed, String> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), bytes).expect("it is written");
    let mut packed = packed::read(file.path()).map_err(|error| error.to_string())?;
    let entries: Result<_, _> = packed.entries().map_err(|error| error.to_string())?.collect();
    packed.package.entries = entries.map_err(|error: isms::resource::Error| error.to_string())?;
    Ok(packed)
}

fn keys(text: &str) -> Vec<Key> {
    text.lines().map(|line| Key::parse(line).expect("a key")).collect()
}

fn proven(package: &Package, keys: &[Key]) -> Result<Summary, Vec<Failure>> {
    verify(package, &Trust { origin: keys[0].name(), keys, held: &[] })
}

/// Proves a package with the keys that came with it, and gives all that stands in it.
pub fn prove(bytes: &[u8]) -> String {
    let read = read(bytes).expect("it can be read");
    proven(&read.package, &keys(&read.keys)).expect("it is proven");
    unpacked(bytes).values().map(|file| String::from_utf8_lossy(file).into_owned()).collect()
}

/// An organisation with something to audit, and an auditor with the package of it.
struct Scene {
    app: App,
    team: Team,
    engagement: String,
    auditor: Persona,
}

impl Scene {
    async fn new() -> Self {
        let app = App::start().await;
        let team = Team::of(&app).await;
        create_many(&team.manager, "controls", annex_a()).await;
        let statement = team.manager.create("statements", json!({"title": "SoA"})).await;
        team.management.just("statements", &statement, "approve").await.expect(200);
        let fire = team.manager.create("risks", risk("Fire", &team.owner)).await;
        team.manager.change("risks", &fire, json!({"title": "Fire in the hall"})).await.expect(200);
        crate::support::evidence::brought(&team.manager, json!({"title": "Leavers of March"})).await;
        let secret = json!({"title": "Fraud", "confidential": true});
        team.owner.create("incidents", secret).await;
        app.seal().await;
        let engagement = open(&app, &team.manager, &team.management, json!({"heldBack": "Prices"})).await;
        let auditor = app.external_auditor(&team.manager, &engagement).await;
        Self { app, team, engagement, auditor }
    }
}

#[tokio::test]
async fn a_package_holds_what_the_auditors_see_and_is_theirs_to_take() {
    let scene = Scene::new().await;
    let (manager, auditor) = (&scene.team.manager, &scene.auditor);
    let asked = format!("/v1/engagements/{}/package", scene.engagement);
    auditor.post(&asked, json!({})).await.problem(403, "denied");
    scene.team.owner.post(&asked, json!({})).await.problem(403, "denied");
    let id = packed(manager, &scene.engagement).await;
    let told = auditor.read("audit-packages", &id).await;
    assert_eq!((&told["progress"], &told["step"], &told["stalled"]), (&json!(100), &json!("done"), &json!(false)));
    scene.team.owner.get(&format!("/v1/audit-packages/{id}")).await.problem(404, "not-found");
    let bytes = download(auditor, &id).await;
    let files = unpacked(&bytes);
    let text = |path: &str| String::from_utf8(files[path].clone()).expect("a text");
    for path in [
        "index.html",
        "VERIFY.txt",
        "manifest.json",
        "head",
        "trail/checkpoint",
        "trail/keys",
        "trail/entries.jsonl",
        "statement/SOA-0001.pdf",
        "statement/SOA-0001.xlsx",
        "records/risks.csv",
        "records/risks.jsonl",
        "records/controls.csv",
        "policies/base.cedar",
        "evidence/EVI-0001/review.pdf",
        "oscal/catalog.json",
        "oscal/profile.json",
    ] {
        assert!(files.contains_key(path), "{path} in {:?}", files.keys());
    }
    assert!(text("records/risks.csv").contains("Fire in the hall"));
    assert!(text("index.html").contains("Held back:</strong> Prices") && !text("index.html").contains("<script"));
    assert!(text("trail/entries.jsonl").contains("Fire in the hall"));
    let whole: Vec<u8> = files.values().flatten().copied().collect();
    assert!(!String::from_utf8_lossy(&whole).contains("Fraud"), "a confidential incident is in the package");
    assert!(!text("records/users.csv").contains('@') && !text("trail/entries.jsonl").contains("@example.org"));
    let manifest: Value = serde_json::from_str(&text("manifest.json")).expect("JSON");
    assert_eq!(manifest["files"].as_array().map(Vec::len), Some(files.len() - 2));
    assert_eq!(told["files"], files.len());

    let read = read(&bytes).expect("it can be read");
    let summary = proven(&read.package, &keys(&read.keys)).expect("it is proven");
    assert_eq!(summary.head.entries, told["entries"].as_u64().expect("a number"));
    assert!(summary.told > 90 && summary.head.purpose.contains(&scene.engagement), "{summary:?}");
    // At home the command says the same; with another key, or half a file, it does not.
    let home = tempfile::tempdir().expect("a folder");
    let (file, key) = (home.path().join("package.zip"), home.path().join("other"));
    std::fs::write(&file, &bytes).expect("a write");
    assert_eq!(command(&file, &[]).await, ExitCode::SUCCESS);
    let other = isms_seal::key::Signer::new(keys(&read.keys)[0].name(), &[7; 32]).expect("a key");
    std::fs::write(&key, other.key().to_string() + "\n").expect("a write");
    assert_eq!(command(&file, &["--keys", key.to_str().expect("a path")]).await, ExitCode::from(1));
    let told = manager.get("/v1/trail/keys").await;
    std::fs::write(&key, told.text).expect("a write");
    assert_eq!(command(&file, &["--keys", key.to_str().expect("a path")]).await, ExitCode::SUCCESS);
    std::fs::write(&file, &bytes[..bytes.len() / 2]).expect("a write");
    assert_eq!(command(&file, &[]).await, ExitCode::from(2));
    let noted = manager.get(&format!("/v1/engagements/{}/readings", scene.engagement)).await.expect(200);
    assert!(noted.to_string().contains(&format!("/v1/audit-packages/{id}/content")), "{noted}");
    // What is taken back is not there any more.
    manager.act("audit-packages", &id, "withdraw", json!({"reason": ""})).await.refuses("/reason");
    auditor.act("audit-packages", &id, "withdraw", json!({"reason": "Mine"})).await.problem(403, "denied");
    manager.act("audit-packages", &id, "withdraw", json!({"reason": "Prices were in it"})).await.expect(200);
    auditor.get(&format!("/v1/audit-packages/{id}/content")).await.problem(404, "not-found");
}

#[tokio::test]
async fn the_same_state_is_the_same_package() {
    let scene = Scene::new().await;
    let manager = &scene.team.manager;
    manager.just("engagements", &scene.engagement, "freeze").await.expect(200);
    let first = packed(manager, &scene.engagement).await;
    scene.app.advance(chrono::Duration::days(2));
    manager.create("risks", risk("Flood", &scene.team.owner)).await;
    scene.app.seal().await;
    let second = packed(manager, &scene.engagement).await;
    let (first, second) = (download(manager, &first).await, download(manager, &second).await);
    assert!(first == second, "{} and {} bytes", first.len(), second.len());
    assert!(!String::from_utf8_lossy(&unpacked(&first)["records/risks.csv"]).contains("Flood"));
}

#[tokio::test]
async fn the_trail_in_a_package_tells_no_more_than_the_records_in_it() {
    let scene = Scene::new().await;
    let (manager, management) = (&scene.team.manager, &scene.team.management);
    let storm = json!({"code": "OWN-1", "name": "Storm", "nature": "environmental", "category": "failure"});
    manager.create("threats", storm).await;
    let control = manager.every("/v1/controls?code=A.5.1").await.remove(0);
    // Without people: who made, changed or decided something stands in no body.
    let engagement = open(&scene.app, manager, management, json!({"recordKinds": ["threats", "statements"]})).await;
    let files = unpacked(&download(manager, &packed(manager, &engagement).await).await);
    let whole: String = files.values().map(|file| String::from_utf8_lossy(file)).collect();
    assert!(whole.contains("Storm") && !whole.contains(&manager.id) && !whole.contains(&management.id));
    // With one control: the statement's other entries stand in no body either.
    let engagement = open(&scene.app, manager, management, json!({"controlIds": [control]})).await;
    let files = unpacked(&download(manager, &packed(manager, &engagement).await).await);
    for path in [
        "trail/entries.jsonl",
        "records/statements.jsonl",
        "records/controls.csv",
        "oscal/catalog.json",
        "oscal/profile.json",
    ] {
        let text = String::from_utf8_lossy(&files[path]);
        assert!(!text.contains("A.5.2") && !text.contains("a.5.2") && text.len() > 500, "{path}: {text}");
    }
}

#[tokio::test]
async fn a_file_that_was_destroyed_since_the_freeze_is_told_of_by_its_digest() {
    let scene = Scene::new().await;
    let (manager, auditor) = (&scene.team.manager, &scene.auditor);
    let piece = auditor.every("/v1/evidence-items").await.remove(0);
    manager.just("engagements", &scene.engagement, "freeze").await.expect(200);
    let digest = auditor.read("evidence-items", &piece).await["contentDigest"].as_str().expect("a digest").to_owned();
    scene.app.advance(chrono::Duration::days(1));
    // As when its retention was over and it was cleared away.
    let folders = std::fs::read_dir(scene.app.files()).expect("the folder").flatten();
    for folder in folders.filter(|entry| entry.path().is_dir()) {
        std::fs::remove_dir_all(folder.path()).expect("it is destroyed");
    }
    auditor.get(&format!("/v1/evidence-items/{piece}/content")).await.problem(404, "not-found");
    let id = packed(manager, &scene.engagement).await;
    let files = unpacked(&download(auditor, &id).await);
    let told = String::from_utf8_lossy(&files["destroyed/EVI-0001.txt"]).into_owned();
    assert!(told.contains(&digest), "{told}");
    prove(&download(auditor, &id).await);
}

#[tokio::test]
async fn whatever_is_changed_in_a_package_is_found() {
    let scene = Scene::new().await;
    let early = packed(&scene.team.manager, &scene.engagement).await;
    let early = read(&download(&scene.auditor, &early).await).expect("a package");
    scene.team.manager.create("risks", risk("Flood", &scene.team.owner)).await;
    let id = packed(&scene.team.manager, &scene.engagement).await;
    let bytes = download(&scene.auditor, &id).await;
    let honest = read(&bytes).expect("a package");
    let keys = keys(&honest.keys);
    proven(&honest.package, &keys).expect("what is honest is proven");
    let mut rng = StdRng::seed_from_u64(7);
    let attacks: usize = std::env::var("TRAIL_ATTACKS").ok().and_then(|many| many.parse().ok()).unwrap_or(60);
    let mut tried = 0;
    let mut attack = |name: &str, change: &dyn Fn(&mut Package, &mut StdRng)| {
        for _ in 0..attacks {
            let mut package = honest.package.clone();
            change(&mut package, &mut rng);
            assert!(proven(&package, &keys).is_err(), "{name} was not found");
            tried += 1;
        }
    };
    let at = |rng: &mut StdRng, many: usize| rng.random_range(0..many);
    attack("an edited entry", &|package, rng| {
        let n = at(rng, package.entries.len());
        let byte = at(rng, 49);
        package.entries[n].entry[byte] ^= 1 << at(rng, 8);
    });
    attack("an edited body", &|package, rng| {
        let told: Vec<usize> = (0..package.entries.len()).filter(|n| package.entries[*n].told.is_some()).collect();
        let body = &mut package.entries[told[at(rng, told.len())]].told.as_mut().expect("told").body;
        let byte = at(rng, body.len());
        body[byte] ^= 1;
    });
    attack("a dropped entry", &|package, rng| drop(package.entries.remove(at(rng, package.entries.len()))));
    attack("an inserted entry", &|package, rng| {
        let copy = package.entries[at(rng, package.entries.len())].clone();
        package.entries.insert(at(rng, package.entries.len()), copy);
    });
    attack("swapped entries", &|package, rng| {
        let n = at(rng, package.entries.len() - 1);
        package.entries.swap(n, n + 1);
    });
    attack("a truncated list", &|package, rng| package.entries.truncate(at(rng, package.entries.len())));
    attack("a changed proof", &|package, rng| {
        let n = at(rng, package.entries.len());
        let proof = &mut package.entries[n].proof;
        let hash = at(rng, proof.len());
        proof[hash][at(rng, 32)] ^= 1;
    });
    attack("a wrong salt", &|package, rng| {
        let opened = |n: &usize| package.entries[*n].told.as_ref().is_some_and(|told| !told.openings.is_empty());
        let told: Vec<usize> = (0..package.entries.len()).filter(opened).collect();
        let Some(n) = told.get(at(rng, told.len().max(1))).copied() else {
            // Nothing personal was disclosed: then one is made up.
            package.entries[0].entry[0] ^= 1;
            return;
        };
        package.entries[n].told.as_mut().expect("told").openings[0].salt[at(rng, 32)] ^= 1;
    });
    attack("a changed file", &|package, rng| {
        let n = at(rng, package.files.len());
        package.files[n].sha256[at(rng, 32)] ^= 1;
    });
    attack("a file left out", &|package, rng| drop(package.files.remove(at(rng, package.files.len()))));
    attack("a file added", &|package, rng| {
        let mut file = package.files[at(rng, package.files.len())].clone();
        file.path.push_str("-2");
        package.files.push(file);
    });
    attack("a changed manifest", &|package, rng| {
        let n = at(rng, package.manifest.len());
        package.manifest[n] ^= 1;
    });
    attack("a changed head", &|package, rng| {
        let n = at(rng, package.head.len());
        let mut bytes = package.head.clone().into_bytes();
        bytes[n] ^= 1;
        package.head = String::from_utf8_lossy(&bytes).into_owned();
    });
    attack("a changed checkpoint", &|package, rng| {
        let n = at(rng, package.checkpoint.len());
        let mut bytes = package.checkpoint.clone().into_bytes();
        bytes[n] ^= 1;
        package.checkpoint = String::from_utf8_lossy(&bytes).into_owned();
    });
    attack("a checkpoint of before", &|package, _| package.checkpoint = early.package.checkpoint.clone());
    attack("the head of another package", &|package, _| package.head = early.package.head.clone());
    attack("the entries of another package", &|package, _| package.entries = early.package.entries.clone());
    println!("{tried} changed packages examined");
    assert!(tried >= 17 * 10);

    // Signed again by somebody else: it fits itself, and not the organisation's key.
    let other = isms_seal::key::Signer::new(keys[0].name(), &[7; 32]).expect("a key");
    let mut forged = honest.package.clone();
    let text = forged.head.split_once("\n\n").expect("a note").0.to_owned() + "\n";
    forged.head = other.note(&text).expect("a note");
    assert!(proven(&forged, &keys).is_err());
    // A file that is there twice, the forged one first.
    let mut twice = unpacked(&bytes);
    twice.insert("records/risks.csX".into(), b"forged".to_vec());
    let twice = repacked(&twice);
    let (name, as_name) = (b"records/risks.csX", b"records/risks.csv");
    let places = twice.windows(name.len()).enumerate().filter(|(_, seen)| seen == name).map(|(n, _)| n);
    let places: Vec<usize> = places.collect();
    assert_eq!(places.len(), 2, "in its header and in the directory");
    let mut twice = twice;
    for place in places {
        twice[place..place + name.len()].copy_from_slice(as_name);
    }
    let found = read(&twice).is_ok_and(|read| proven(&read.package, &keys).is_ok());
    assert!(!found, "a file that is there twice was not found");
    // In the file itself: a byte of a document, a file less, a file more, another order of entries.
    let files = unpacked(&bytes);
    proven(&read(&repacked(&files)).expect("a package").package, &keys).expect("packed anew it is the same");
    for path in files.keys() {
        let mut changed = files.clone();
        let bytes = changed.get_mut(path).expect("a file");
        let n = bytes.len() / 2;
        bytes[n] ^= 1;
        let found = read(&repacked(&changed)).is_ok_and(|read| proven(&read.package, &keys).is_ok());
        assert!(!found, "a change in {path} was not found");
        changed.remove(path);
        let found = read(&repacked(&changed)).is_ok_and(|read| proven(&read.package, &keys).is_ok());
        assert!(!found, "that {path} is missing was not found");
    }
}

#[tokio::test]
async fn one_package_of_an_engagement_is_put_together_at_a_time() {
    let scene = Scene::new().await;
    let manager = &scene.team.manager;
    packed(manager, &scene.engagement).await;
    let rows = scene.app.database().await;
    let run = async |sql: &str| rows.execute_unprepared(sql).await.map(|done| done.rows_affected()).expect(sql);
    assert_eq!(run("UPDATE audit_package SET state = 'preparing'").await, 1);
    let path = format!("/v1/engagements/{}/package", scene.engagement);
    let told = manager.post(&path, json!({})).await.problem(409, "conflict");
    assert!(told["detail"].as_str().is_some_and(|detail| detail.contains("PKG-0001")), "{told}");
    // One that has not got on for ten minutes is given up.
    assert_eq!(run("UPDATE audit_package SET updated_at = updated_at - 601000000").await, 1);
    packed(manager, &scene.engagement).await;
}
