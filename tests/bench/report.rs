//! What was measured, as tables.

use crate::Plan;
use crate::database::Database;
use crate::growth::Whole;
use crate::measure::{Line, Pages, Series};
use crate::neighbour;
use crate::upload::Transfer;
use crate::verify::Verified;
use crate::writes;

/// Says what is measured on which database.
pub fn begin(plan: &Plan, database: &Database, idle: u64, idle_bare: u64) {
    println!("\n## {}: {} risks in {} units\n", database.name(), plan.risks, plan.units);
    println!(
        "{} rounds of {} ms each, taken in turns; {} connections; medians; the product / the bare handler\n",
        plan.rounds,
        plan.round.as_millis(),
        plan.connections
    );
    println!("Resident memory, idle: {} / {} MiB\n", mebibytes(idle), mebibytes(idle_bare));
    println!(
        "| operation | caller | requests/s: ratio (range) | requests/s | CPU µs: server | CPU µs: database | p99 ms | statements |"
    );
    println!("|---|---|---|---|---|---|---|---|");
}

/// One operation of one caller.
pub fn line(line: &Line) {
    let (least, most) = line.ratio.range();
    println!(
        "| {} | {} | {:.2} ({least:.2}–{most:.2}) | {:.0} / {:.0} | {:.0} / {:.0} | {:.0} / {:.0} | {:.1} / {:.1} | {:.2} |",
        line.operation,
        line.caller,
        line.ratio.median(),
        line.rate[0],
        line.rate[1],
        line.cpu[0],
        line.cpu[1],
        line.backend[0],
        line.backend[1],
        line.p99[0],
        line.p99[1],
        line.statements,
    );
}

/// The first page and a late one.
pub fn pages(pages: &Pages) {
    let [first, last] = &pages.millis;
    println!("\nPage 1: {:.2} ms; page {}: {:.2} ms (median of 200)", first.median(), pages.number, last.median());
}

/// What is left in memory after all that.
pub fn end(resident: u64, bare: u64) {
    println!("Resident memory, after the load: {} / {} MiB", mebibytes(resident), mebibytes(bare));
}

/// What one caller's dear requests do to another's quick ones.
pub fn neighbour(plan: &Plan, database: &Database, lines: &[neighbour::Line]) {
    println!("\n## {}: beside eight dear requests of another caller, {} risks\n", database.name(), plan.risks);
    println!("| the other asks for | asked | p99, beside to alone (range) | p99 ms: alone / beside | dear answers |");
    println!("|---|---|---|---|---|");
    for neighbour::Line { dear, asked, ratio, p99, answers } in lines {
        let (least, most) = ratio.range();
        let answers: Vec<String> = answers.iter().map(|(status, many)| format!("{many} × {status}")).collect();
        println!(
            "| {dear} | {asked} | {:.2} ({least:.2}–{most:.2}) | {:.2} / {:.2} | {} |",
            ratio.median(),
            p99[0].median(),
            p99[1].median(),
            answers.join(", ")
        );
    }
}

/// The reads that look at everything, at each size.
pub fn growth(growth: &[Whole]) {
    println!("\n| read | risks | ms | statements |\n|---|---|---|---|");
    for Whole { read, risks, millis, statements } in growth {
        println!("| {read} | {risks} | {millis:.1} | {statements:.1} |");
    }
}

fn mebibytes(kibibytes: u64) -> String {
    format!("{:.1}", kibibytes as f64 / 1024.0)
}

/// Says against what writes are measured on which database.
pub fn begin_writes(plan: &Plan, database: &Database) {
    println!("\n## {}: writes, audited and not\n", database.name());
    println!(
        "{} rounds of {} ms each, taken in turns; medians; the product / by hand with a plain entry of the trail / by hand\n",
        plan.rounds,
        plan.round.as_millis()
    );
    println!(
        "| write | clients | audited to not (range) | by hand: entry to none (range) | writes/s | CPU µs: server | CPU µs: database | p99 ms |"
    );
    println!("|---|---|---|---|---|---|---|---|");
}

/// One kind of write by so many clients.
pub fn write(line: &writes::Line) {
    let ratio = |series: &Series| {
        let (least, most) = series.range();
        format!("{:.2} ({least:.2}–{most:.2})", series.median())
    };
    let three = |values: &[f64; 3], places: usize| values.map(|value| format!("{value:.places$}")).join(" / ");
    println!(
        "| {} | {} | {} | {} | {} | {} | {} | {} |",
        line.write,
        line.clients,
        ratio(&line.audited),
        ratio(&line.entry),
        three(&line.rate, 0),
        three(&line.cpu, 0),
        three(&line.backend, 0),
        three(&line.p99, 1)
    );
}

/// Says what is verified.
pub fn begin_verified() {
    println!("\n## The sealed trail, verified\n");
    println!(
        "| entries | checkpoints | bytes of a body | isms trail verify, s | entries/s | peak MiB | in memory: checkpoints and tree, s | bodies, s |"
    );
    println!("|---|---|---|---|---|---|---|---|");
}

/// One trail.
pub fn verified(trail: &Verified) {
    println!(
        "| {} | {} | {} | {:.2} | {:.0} | {} | {:.2} | {:.2} |",
        trail.entries,
        trail.checkpoints,
        trail.body,
        trail.whole.as_secs_f64(),
        trail.entries as f64 / trail.whole.as_secs_f64(),
        mebibytes(trail.peak),
        trail.tree.as_secs_f64(),
        trail.bodies.as_secs_f64()
    );
}

/// Says what is sent.
pub fn begin_transfers() {
    println!("\n## Files, in and out\n");
    println!("| way | MiB | MiB/s | resident before, MiB | peak, MiB |\n|---|---|---|---|---|");
}

/// One file.
pub fn transfer(file: &Transfer) {
    println!(
        "| {} | {} | {:.0} | {} | {} |",
        file.way,
        file.size,
        file.size as f64 / file.took.as_secs_f64(),
        mebibytes(file.before),
        mebibytes(file.peak)
    );
}
