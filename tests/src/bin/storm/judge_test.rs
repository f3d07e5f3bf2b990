//! A judge that cannot fail is worth nothing: whatever is done to the database by hand, it has to tell.

use super::{Finding, Judge};
use crate::deed::{Answer, Attempt, Deed, Plan, Way};
use crate::ground::connect;
use crate::outcome::Outcome;
use crate::verdict::Wrong;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use sha2::{Digest, Sha256};
use std::path::PathBuf;

const RECORDS: [&str; 8] =
    ["asset", "risk", "evidence", "organisation", "unit", "user", "role_assignment", "api_token"];
const ORGANISATION: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const FILE: &[u8] = b"what was brought";

/// A database with one record from before the storm, in a folder of its own.
struct Bench {
    folder: tempfile::TempDir,
    connection: DatabaseConnection,
    judge: Judge,
}

fn id(n: usize) -> String {
    format!("{n:032x}")
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Bench {
    async fn new() -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let connection = connect(&format!("sqlite://{}?mode=rwc", folder.path().join("bench.db").display())).await?;
        for table in RECORDS {
            connection
                .execute_unprepared(&format!("CREATE TABLE \"{table}\" (id BLOB, version INT, reference TEXT)"))
                .await?;
        }
        for table in [
            "trail_entry (organisation_id BLOB, position BIGINT, at BIGINT, record_type TEXT, record_id BLOB, \
             record_version INT, \"after\" TEXT, request_id TEXT)",
            "tenant_counter (organisation_id BLOB, trail_position BIGINT, sealed_size BIGINT)",
            "trail_checkpoint (size BIGINT)",
            "unclaimed_content (id BLOB)",
            "idempotency_key (key TEXT)",
        ] {
            connection.execute_unprepared(&format!("CREATE TABLE {table}")).await?;
        }
        connection.execute_unprepared(&format!("INSERT INTO tenant_counter VALUES (x'{ORGANISATION}', 0, 0)")).await?;
        let mut bench = Self { folder, connection, judge: Judge::default() };
        bench.write(1, "before", "{}").await?;
        bench.judge = Judge::new(&bench.connection, bench.files()).await?;
        Ok(bench)
    }

    fn files(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    async fn by_hand(&self, sql: &str) -> Outcome<()> {
        self.connection.execute_unprepared(sql).await?;
        Ok(())
    }

    /// A new asset with its entry, as the service writes them.
    async fn write(&self, n: usize, request: &str, after: &str) -> Outcome<()> {
        self.by_hand(&format!("INSERT INTO asset VALUES (x'{}', 1, 'AST-{n:04}')", id(n))).await?;
        self.entry(n, n, request, after).await?;
        self.by_hand(&format!("INSERT INTO idempotency_key VALUES ('key-{n}')")).await
    }

    async fn entry(&self, position: usize, n: usize, request: &str, after: &str) -> Outcome<()> {
        let (id, at) = (id(n), 1_000 + position);
        self.by_hand(&format!(
            "INSERT INTO trail_entry VALUES (x'{ORGANISATION}', {position}, {at}, 'Asset', x'{id}', 1, '{after}', '{request}')"
        ))
        .await?;
        self.by_hand(&format!("UPDATE tenant_counter SET trail_position = {position}")).await
    }

    async fn judged(&mut self, deeds: Vec<Deed>) -> Outcome<Vec<Wrong>> {
        let (_, findings) = self.judge.judge(&self.connection, deeds).await?;
        let mut kinds: Vec<Wrong> = findings.iter().map(|finding: &Finding| finding.wrong).collect();
        kinds.sort_unstable();
        kinds.dedup();
        Ok(kinds)
    }
}

fn created(n: usize, request: &str, status: Option<u16>) -> Deed {
    let records = if status == Some(201) { vec![(id(n), 1)] } else { Vec::new() };
    let plan = Plan {
        way: Way::Create,
        method: "POST",
        path: "/v1/assets".into(),
        media: "application/json",
        version: None,
        body: Vec::new(),
        key: Some(format!("key-{n}")),
        nonce: Some(format!("nonce-{n}")),
        records: Some(1),
        digest: None,
        stranger: false,
    };
    let answer = Answer { status, records, ..Answer::default() };
    Deed { plan, client: 0, round: 1, attempts: vec![Attempt { request: request.into(), answer }] }
}

/// A bench with two writes that were acknowledged.
async fn bench() -> Outcome<(Bench, Vec<Deed>)> {
    let bench = Bench::new().await?;
    bench.write(2, "two", r#"{"name": "nonce-2"}"#).await?;
    bench.write(3, "three", r#"{"name": "nonce-3"}"#).await?;
    Ok((bench, vec![created(2, "two", Some(201)), created(3, "three", Some(201))]))
}

/// What the judge tells after this was done by hand.
async fn after(sql: &str) -> Outcome<Vec<Wrong>> {
    let (mut bench, deeds) = bench().await?;
    bench.by_hand(sql).await?;
    bench.judged(deeds).await
}

#[tokio::test]
async fn what_is_as_it_was_answered_is_not_wrong() -> Outcome<()> {
    assert_eq!(after("SELECT 1").await?, []);
    Ok(())
}

#[tokio::test]
async fn a_record_that_went_is_told() -> Outcome<()> {
    assert_eq!(after("DELETE FROM asset WHERE reference = 'AST-0003'").await?, [Wrong::Lost]);
    Ok(())
}

#[tokio::test]
async fn an_entry_that_went_is_told() -> Outcome<()> {
    let told = after("DELETE FROM trail_entry WHERE position = 2").await?;
    assert_eq!(told, [Wrong::Lost, Wrong::Unaudited, Wrong::Trail]);
    Ok(())
}

#[tokio::test]
async fn a_write_that_went_whole_is_told() -> Outcome<()> {
    let whole = "DELETE FROM trail_entry WHERE position = 3; DELETE FROM asset WHERE reference = 'AST-0003'; \
                 DELETE FROM idempotency_key WHERE key = 'key-3'; UPDATE tenant_counter SET trail_position = 2";
    assert_eq!(after(whole).await?, [Wrong::Lost]);
    Ok(())
}

#[tokio::test]
async fn a_write_that_goes_in_a_later_round_is_told() -> Outcome<()> {
    let (mut bench, deeds) = bench().await?;
    assert_eq!(bench.judged(deeds).await?, []);
    bench.by_hand("UPDATE trail_entry SET request_id = 'before' WHERE position = 2").await?;
    assert_eq!(bench.judged(Vec::new()).await?, [Wrong::Lost]);
    Ok(())
}

#[tokio::test]
async fn an_entry_that_is_there_twice_is_told() -> Outcome<()> {
    let (mut bench, deeds) = bench().await?;
    bench.entry(4, 3, "three", r#"{"name": "nonce-3"}"#).await?;
    assert_eq!(bench.judged(deeds).await?, [Wrong::Doubled, Wrong::Unaudited]);
    Ok(())
}

#[tokio::test]
async fn a_reference_that_is_given_twice_is_told() -> Outcome<()> {
    assert_eq!(after("UPDATE asset SET reference = 'AST-0002'").await?, [Wrong::Doubled]);
    Ok(())
}

#[tokio::test]
async fn a_record_without_an_entry_is_told() -> Outcome<()> {
    assert_eq!(after("UPDATE asset SET version = 2 WHERE reference = 'AST-0003'").await?, [Wrong::Unaudited]);
    assert_eq!(after(&format!("INSERT INTO risk VALUES (x'{}', 1, 'RSK-0001')", id(9))).await?, [Wrong::Unaudited]);
    Ok(())
}

#[tokio::test]
async fn a_trail_with_a_gap_or_out_of_order_is_told() -> Outcome<()> {
    assert_eq!(after("UPDATE trail_entry SET position = 5 WHERE position = 3").await?, [Wrong::Trail]);
    assert_eq!(after("UPDATE trail_entry SET at = 5 WHERE position = 3").await?, [Wrong::Trail]);
    assert_eq!(after("UPDATE tenant_counter SET trail_position = 4").await?, [Wrong::Trail]);
    assert_eq!(after("UPDATE tenant_counter SET sealed_size = 2").await?, [Wrong::Trail]);
    Ok(())
}

#[tokio::test]
async fn an_entry_that_tells_of_something_else_is_told() -> Outcome<()> {
    assert_eq!(after("UPDATE trail_entry SET \"after\" = '{}' WHERE position = 3").await?, [Wrong::Disagrees]);
    Ok(())
}

#[tokio::test]
async fn an_answer_that_is_kept_for_nothing_is_told() -> Outcome<()> {
    let (mut bench, mut deeds) = bench().await?;
    bench.by_hand("INSERT INTO idempotency_key VALUES ('key-4')").await?;
    deeds.push(created(4, "four", None));
    assert_eq!(bench.judged(deeds).await?, [Wrong::Torn]);
    assert_eq!(after("DELETE FROM idempotency_key WHERE key = 'key-3'").await?, [Wrong::Lost]);
    Ok(())
}

#[tokio::test]
async fn what_was_refused_and_what_nobody_sent_is_told() -> Outcome<()> {
    let (mut bench, mut deeds) = bench().await?;
    bench.write(4, "four", r#"{"name": "nonce-4"}"#).await?;
    bench.write(5, "five", r#"{"name": "nonce-5"}"#).await?;
    deeds.push(created(4, "four", Some(422)));
    assert_eq!(bench.judged(deeds).await?, [Wrong::RefusedButWritten, Wrong::Other]);
    Ok(())
}

#[tokio::test]
async fn a_file_that_went_is_told() -> Outcome<()> {
    for (bytes, told) in [(Some(FILE), vec![]), (Some(&b"another"[..]), vec![Wrong::File]), (None, vec![Wrong::File])] {
        let mut bench = Bench::new().await?;
        let row = format!(r#"{{"content_id": "file", "content_digest": "{}", "name": "nonce-2"}}"#, hex(FILE));
        bench.write(2, "two", &row).await?;
        let folder = bench.files().join("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa");
        std::fs::create_dir_all(&folder)?;
        if let Some(bytes) = bytes {
            std::fs::write(folder.join("file"), bytes)?;
        }
        let mut deed = created(2, "two", Some(201));
        deed.plan = Plan { way: Way::Upload, digest: Some(hex(FILE)), ..deed.plan };
        assert_eq!(bench.judged(vec![deed]).await?, told);
    }
    Ok(())
}
