//! The sealed trail in the database: what grows the tree, and what checkpoints, tiles and proofs are made of.

use super::{Keyring, Store, TrailCheckpoint, TrailKey, origin, sealed};
use crate::resource::{Error, Outcome};
use isms_entity::Time;
use isms_seal::checkpoint::Checkpoint;
use isms_seal::entry::Entry;
use isms_seal::failure::Place;
use isms_seal::key::Key;
use isms_seal::seals::{self, Trust};
use isms_seal::tree::{self, Hash, Node, Peaks};
use sea_orm::DbBackend;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, LockType, Order, Query as Sql, SelectStatement};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Subtrees of this height and more keep their hash; lower ones are made of their leaves when they are asked for.
const KEPT: u8 = 8;
/// So many entries are sealed in one transaction.
const BATCH: i64 = 20_000;

pub(super) fn of(organisation: Uuid) -> Expr {
    Expr::col(Alias::new("organisation_id")).eq(organisation)
}

/// How far an organisation's log is sealed.
#[derive(Clone, Copy, Debug)]
struct Standing {
    /// Entries of its trail.
    position: i64,
    /// Entries that the newest checkpoint seals.
    size: i64,
    /// When that was signed, by the clock of the server.
    at: i64,
    /// How many were signed.
    number: i64,
}

impl Standing {
    /// Whether another checkpoint is to be signed.
    const fn is_due(&self, now: Time, heartbeat: i64) -> bool {
        self.number == 0 || self.size < self.position || now.0 - self.at >= heartbeat
    }
}

impl Store {
    /// Seals what every organisation's trail has grown by; a log that rests gets a checkpoint every `heartbeat`
    /// microseconds. Tells how many checkpoints were signed. One log that cannot be sealed keeps none of the others.
    ///
    /// # Errors
    /// The last thing that went wrong: the database refuses, or what is kept contradicts what was signed.
    pub async fn seal_trails(&self, keyring: &Keyring, now: Time, heartbeat: i64) -> Outcome<u64> {
        let due = Expr::col(Alias::new("sealed_size"))
            .lt(Expr::col(Alias::new("trail_position")))
            .or(Expr::col(Alias::new("sealed_number")).eq(0))
            .or(Expr::col(Alias::new("sealed_at")).lte(now.0 - heartbeat));
        let all = Sql::select()
            .column(Alias::new("organisation_id"))
            .from(Alias::new("tenant_counter"))
            .and_where(due)
            .to_owned();
        let (mut signed, mut wrong) = (0, None);
        for row in self.all(&all).await? {
            let organisation: Uuid = row.try_get("", "organisation_id")?;
            match self.seal_batches(organisation, keyring, now, heartbeat).await {
                Ok(many) => signed += many,
                Err(error) => {
                    tracing::error!(%organisation, ?error, "a trail could not be sealed");
                    wrong = Some(error);
                }
            }
        }
        wrong.map_or(Ok(signed), Err)
    }

    /// As many checkpoints as it takes to reach the entry that was the last when this began.
    async fn seal_batches(&self, organisation: Uuid, keyring: &Keyring, now: Time, heartbeat: i64) -> Outcome<u64> {
        let mut signed = 0;
        loop {
            let transaction = self.in_turn(organisation).await?.begin().await?;
            match transaction.seal_trail(organisation, keyring, now, heartbeat).await {
                Ok(Some(is_full)) => {
                    transaction.commit().await?;
                    signed += 1;
                    if !is_full {
                        return Ok(signed);
                    }
                }
                Ok(None) => {
                    transaction.rollback().await;
                    return Ok(signed);
                }
                Err(error) => {
                    transaction.rollback().await;
                    return Err(error);
                }
            }
        }
    }

    async fn standing(&self, organisation: Uuid) -> Outcome<Standing> {
        let mut select = Sql::select();
        select
            .columns(["trail_position", "sealed_size", "sealed_at", "sealed_number"].map(Alias::new))
            .from(Alias::new("tenant_counter"))
            .and_where(of(organisation));
        if self.backend() == DbBackend::Postgres {
            select.lock(LockType::Update);
        }
        let row = self.one(&select).await?.ok_or_else(|| Error::Internal("the organisation has no trail".into()))?;
        Ok(Standing {
            position: row.try_get("", "trail_position")?,
            size: row.try_get("", "sealed_size")?,
            at: row.try_get("", "sealed_at")?,
            number: row.try_get("", "sealed_number")?,
        })
    }

    /// The newest checkpoint.
    pub(super) async fn checkpoint(&self, organisation: Uuid) -> Outcome<Option<TrailCheckpoint>> {
        let mut select = checkpoints(organisation);
        select.order_by(Alias::new("number"), Order::Desc).limit(1);
        self.one(&select).await?.map(|row| read(&row)).transpose()
    }

    /// One more checkpoint, in the organisation's turn: one server at a time grows its tree. Tells whether there may be
    /// more to seal than fits into one.
    async fn seal_trail(
        &self,
        organisation: Uuid,
        keyring: &Keyring,
        now: Time,
        heartbeat: i64,
    ) -> Outcome<Option<bool>> {
        let signer = &keyring.signer(organisation)?;
        let standing = self.standing(organisation).await?;
        if !standing.is_due(now, heartbeat) {
            return Ok(None);
        }
        let last = self.checkpoint(organisation).await?;
        let size = u64::try_from(standing.size).unwrap_or_default();
        let mut peaks = self.peaks(organisation, size).await?;
        let keys = self.keys(organisation).await?;
        agree(&standing, &peaks, last.as_ref(), &origin(organisation), &keys)?;
        if let Some(last) = last.as_ref().filter(|_| !keyring.takes_over()) {
            sealed_by(last, &origin(organisation), &signer.key())?;
        }
        let to = Ord::min(standing.position, standing.size + BATCH);
        let leaves = self.leaves(organisation, standing.size + 1, to).await?;
        let (mut kept, mut at) = (Vec::new(), Ord::max(last.map_or(0, |last| last.at.0), now.0));
        for entry in &leaves {
            at = Ord::max(at, entry.at);
            let grown = peaks.push(tree::leaf(&entry.encode())).map_err(broken)?;
            kept.extend(grown.into_iter().filter(|(node, _)| node.level >= KEPT));
        }
        if number(peaks.size())? != to {
            return Err(Error::Internal(format!("the trail of {organisation} has a gap before entry {to}")));
        }
        self.keep_nodes(organisation, &kept).await?;
        let checkpoint = Checkpoint::dated(&origin(organisation), peaks.size(), peaks.root(), at);
        let note = checkpoint.sign(signer).map_err(|error| Error::Internal(error.to_string()))?;
        self.keep_key(organisation, &signer.key().to_string(), peaks.size(), at).await?;
        let next = standing.number + 1;
        let insert = Sql::insert()
            .into_table(Alias::new("trail_checkpoint"))
            .columns(["id", "organisation_id", "number", "size", "at", "note"].map(Alias::new))
            .values_panic([Uuid::now_v7().into(), organisation.into(), next.into(), to.into(), at.into(), note.into()])
            .to_owned();
        self.run(&insert).await?;
        let update = Sql::update()
            .table(Alias::new("tenant_counter"))
            .value(Alias::new("sealed_size"), to)
            .value(Alias::new("sealed_at"), now.0)
            .value(Alias::new("sealed_number"), next)
            .and_where(of(organisation))
            .to_owned();
        self.run(&update).await?;
        Ok(Some(to < standing.position))
    }

    pub(super) async fn keys(&self, organisation: Uuid) -> Outcome<Vec<TrailKey>> {
        let select = Sql::select()
            .columns(["key", "since", "at"].map(Alias::new))
            .from(Alias::new("trail_key"))
            .and_where(of(organisation))
            .order_by(Alias::new("since"), Order::Asc)
            .order_by(Alias::new("at"), Order::Asc)
            .to_owned();
        let key = |row: &sea_orm::QueryResult| -> Outcome<TrailKey> {
            let since: i64 = row.try_get("", "since")?;
            let (key, at) = (row.try_get("", "key")?, Time(row.try_get("", "at")?));
            Ok(TrailKey { key, since: u64::try_from(since).unwrap_or_default(), at })
        };
        self.all(&select).await?.iter().map(key).collect()
    }

    /// Whether any checkpoint was ever signed: then the key that did is somewhere, and no new one is made unasked.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_sealed(&self) -> Outcome<bool> {
        let select = Sql::select().column(Alias::new("id")).from(Alias::new("trail_key")).limit(1).to_owned();
        Ok(self.one(&select).await?.is_some())
    }

    /// Whether every trail was last sealed with this key.
    ///
    /// # Errors
    /// [`Error::Conflict`] names the one that was not; when the database does not answer.
    pub async fn check_key(&self, keyring: &Keyring) -> Outcome<()> {
        for (organisation, last) in self.newest_checkpoints().await? {
            sealed_by(&last, &origin(organisation), &keyring.signer(organisation)?.key())?;
        }
        Ok(())
    }

    /// The newest checkpoint of each trail that has one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn newest_checkpoints(&self) -> Outcome<Vec<(Uuid, TrailCheckpoint)>> {
        let select = Sql::select().column(Alias::new("organisation_id")).from(Alias::new("tenant_counter")).to_owned();
        let mut newest = Vec::new();
        for row in self.all(&select).await? {
            let organisation = row.try_get("", "organisation_id")?;
            newest.extend(self.checkpoint(organisation).await?.map(|checkpoint| (organisation, checkpoint)));
        }
        Ok(newest)
    }

    async fn peaks(&self, organisation: Uuid, size: u64) -> Outcome<Peaks> {
        let nodes = Peaks::nodes(size).map_err(broken)?;
        let hashes = self.hashes(organisation, size, &nodes).await?;
        Peaks::resume(size, hashes).map_err(broken)
    }

    /// The hashes of these subtrees, in their order: two statements and one more for each 256 leaves that are looked at.
    pub(super) async fn hashes(&self, organisation: Uuid, size: u64, nodes: &[Node]) -> Outcome<Vec<Hash>> {
        let mut known: HashMap<Node, Hash> = HashMap::new();
        let levels: BTreeSet<u8> = nodes.iter().map(|node| node.level).filter(|level| *level >= KEPT).collect();
        for level in levels {
            let places = nodes.iter().filter(|node| node.level == level).map(|node| number(node.index));
            let places: Vec<i64> = places.collect::<Outcome<_>>()?;
            let select = Sql::select()
                .columns(["place", "hash"].map(Alias::new))
                .from(Alias::new("trail_node"))
                .and_where(of(organisation))
                .and_where(Expr::col(Alias::new("level")).eq(i32::from(level)))
                .and_where(Expr::col(Alias::new("place")).is_in(places))
                .to_owned();
            for row in self.all(&select).await? {
                let (place, hash): (i64, String) = (row.try_get("", "place")?, row.try_get("", "hash")?);
                let index = u64::try_from(place).unwrap_or_default();
                known.extend(sealed::hash(&hash).map(|hash| (Node { level, index }, hash)));
            }
        }
        let blocks: BTreeSet<u64> =
            nodes.iter().filter(|n| n.level < KEPT).map(|n| (n.index << n.level) >> KEPT).collect();
        for block in blocks {
            let first = block << KEPT;
            let last = Ord::min(first + (1 << KEPT), size);
            let leaves = self.leaves(organisation, number(first)? + 1, number(last)?).await?;
            let (mut below, mut level): (Vec<Hash>, u8) =
                (leaves.iter().map(|entry| tree::leaf(&entry.encode())).collect(), 0);
            while level < KEPT {
                let start = first >> level;
                known.extend((start..).zip(&below).map(|(index, hash)| (Node { level, index }, *hash)));
                let (pairs, _) = below.as_chunks::<2>();
                below = pairs.iter().map(|[left, right]| tree::parent(left, right)).collect();
                level += 1;
            }
        }
        let missing = || Error::Internal(format!("the trail of {organisation} lacks a hash"));
        nodes.iter().map(|node| known.get(node).copied().ok_or_else(missing)).collect()
    }

    /// The leaves at these positions, which begin with 1.
    pub(super) async fn leaves(&self, organisation: Uuid, from: i64, to: i64) -> Outcome<Vec<Entry>> {
        let select = Sql::select()
            .columns(["position", "at", "body"].map(Alias::new))
            .from(Alias::new("trail_entry"))
            .and_where(of(organisation))
            .and_where(Expr::col(Alias::new("position")).between(from, to))
            .order_by(Alias::new("position"), Order::Asc)
            .to_owned();
        let rows = self.all(&select).await?;
        let mut leaves = Vec::with_capacity(rows.len());
        for (row, due) in rows.iter().zip(from..) {
            let (position, at, body): (i64, i64, String) =
                (row.try_get("", "position")?, row.try_get("", "at")?, row.try_get("", "body")?);
            if position != due {
                return Err(Error::Internal(format!("the trail of {organisation} lacks entry {due}")));
            }
            leaves.push(sealed::leaf(position, at, &body)?);
        }
        Ok(leaves)
    }

    async fn keep_nodes(&self, organisation: Uuid, kept: &[(Node, Hash)]) -> Outcome<()> {
        for chunk in kept.chunks(1_000) {
            let mut insert = Sql::insert();
            insert.into_table(Alias::new("trail_node"));
            insert.columns(["id", "organisation_id", "level", "place", "hash"].map(Alias::new));
            for (node, hash) in chunk {
                insert.values_panic([
                    Uuid::now_v7().into(),
                    organisation.into(),
                    i32::from(node.level).into(),
                    number(node.index)?.into(),
                    crate::caller::token::hex(hash).into(),
                ]);
            }
            self.run(&insert).await?;
        }
        Ok(())
    }

    /// A key that signs for the first time is recorded with the checkpoint that it signs.
    async fn keep_key(&self, organisation: Uuid, key: &str, since: u64, at: i64) -> Outcome<()> {
        let insert = Sql::insert()
            .into_table(Alias::new("trail_key"))
            .columns(["id", "organisation_id", "key", "since", "at"].map(Alias::new))
            .values_panic([Uuid::now_v7().into(), organisation.into(), key.into(), number(since)?.into(), at.into()])
            .on_conflict(sea_orm::sea_query::OnConflict::new().do_nothing().to_owned())
            .to_owned();
        self.run(&insert).await.map(drop)
    }
}

/// What is kept must give the root that was signed, by a key that signed before: nothing is sealed on top of what was
/// changed, and no log begins anew.
fn agree(
    standing: &Standing,
    peaks: &Peaks,
    last: Option<&TrailCheckpoint>,
    origin: &str,
    keys: &[TrailKey],
) -> Outcome<()> {
    let wrong = || Error::Internal(format!("the trail {origin} is not what was sealed with {} entries", standing.size));
    let Some(last) = last else { return if standing.number == 0 { Ok(()) } else { Err(wrong()) } };
    let keys: Vec<_> = keys.iter().filter_map(|key| Key::parse(&key.key).ok()).collect();
    let trust = Trust { origin, keys: &keys, held: &[] };
    let signed = seals::read(&last.note, Place::Held(0), &trust).map_err(|_| wrong())?.checkpoint;
    let agrees = (signed.size, signed.root) == (peaks.size(), peaks.root()) && signed.size == last.size;
    if agrees { Ok(()) } else { Err(wrong()) }
}

/// The newest checkpoint is this key's: no other takes its place unasked.
fn sealed_by(last: &TrailCheckpoint, origin: &str, key: &Key) -> Outcome<()> {
    let trust = Trust { origin, keys: std::slice::from_ref(key), held: &[] };
    match seals::read(&last.note, Place::Held(0), &trust) {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::Conflict(format!("the trail {origin} was last sealed with another key than {key}"))),
    }
}

pub(super) fn checkpoints(organisation: Uuid) -> SelectStatement {
    Sql::select()
        .columns(["number", "size", "at", "note"].map(Alias::new))
        .from(Alias::new("trail_checkpoint"))
        .and_where(of(organisation))
        .to_owned()
}

pub(super) fn read(row: &sea_orm::QueryResult) -> Outcome<TrailCheckpoint> {
    let (number, size): (i64, i64) = (row.try_get("", "number")?, row.try_get("", "size")?);
    let (at, note) = (Time(row.try_get("", "at")?), row.try_get("", "note")?);
    let count = |many: i64| u64::try_from(many).unwrap_or_default();
    Ok(TrailCheckpoint { number: count(number), size: count(size), at, note })
}

pub(super) fn number(of: u64) -> Outcome<i64> {
    i64::try_from(of).map_err(|_| Error::NotFound)
}

fn broken(error: tree::Error) -> Error {
    Error::Internal(format!("the trail: {error}"))
}
