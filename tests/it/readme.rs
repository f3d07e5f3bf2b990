//! The tour in the README works when it is typed.

use crate::app::App;
use std::process::Command;

#[tokio::test]
async fn the_tour_works_when_typed() {
    let readme = include_str!("../../README.md");
    let (_, tour) = readme.split_once("<!-- tour -->").expect("a tour");
    let script = tour.split("```").nth(1).and_then(|block| block.strip_prefix("sh\n")).expect("a block of shell");
    let app = App::start().await;
    // The service's clock is pinned, so the tour's is, too.
    let script = format!("date() {{ echo {}; }}\n{script}", app.in_days(180));
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", &script]).env("ISMS", &app.base).env("TOKEN", app.bootstrap_token());
    let out = tokio::task::spawn_blocking(move || bash.output()).await.expect("it ran").expect("bash is there");
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(out.status.success(), "{said}\n{}", String::from_utf8_lossy(&out.stderr));
    for sentence in [
        "\"created\":93",
        "\"state\":\"treatmentDecided\"",
        "does not accept it above the criterion",
        "\"state\":\"accepted\"",
        "\"stale\":true",
        "\"handling\":\"unhandled\"",
        "risk-owners-keep-their-risks",
        "\"contentType\":\"text/plain\"",
        "1,204 files, all readable",
        "nobody has decided whether it applies",
        "\"name\":\"Customer files\"",
    ] {
        assert!(said.contains(sentence), "the tour does not show {sentence}:\n{said}");
    }
}
