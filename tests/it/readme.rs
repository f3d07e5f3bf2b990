//! Whatever the README, the guide and the READMEs of folders have a reader type works when it is typed.

use crate::process::{Service, serve};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// What the shell of a reader has: the program, and cargo, which runs it. The service that founds an organisation is the one
/// that is asked from then on. Building and testing is what brought us here; of it, what is named has to be there.
const SHELL: &str = r#"
isms() { ISMS_TEST_PROGRAM=$(printf '%s\n' "$@") "$PROGRAM" --exact process::the_program --nocapture; }
trap 'kill $(jobs -p) 2> /dev/null || true' EXIT
cargo() {
  local does=$1 named; shift
  case $does in
    run)
      if [ "${1:-}" = -p ]; then [ -d "$SOURCES/tests/src/bin/$4" ] || return; return 0; fi
      if [ "${1:-}" = -- ]; then shift; fi
      if [ "${1:-serve}" != serve ]; then isms "$@"; return; fi
      local said; said=$(mktemp served.XXXXXX)
      if [ "${2:-}" = --listen ]; then set -- serve; fi
      ISMS_TEST_PROGRAM=$(printf '%s\n' "${@:-serve}" --listen 127.0.0.1:0 --rate-limit 0 --workers 1) \
        "$PROGRAM" --exact process::the_program --nocapture > $said 2>&1 &
      until grep -q 'serves on' $said; do kill -0 $! || { cat $said; return 1; }; sleep 0.1; done
      if grep -q '^  isms_' $said; then
        TOKEN=$(sed -n 's/^  \(isms_.*\)/\1/p' $said); ISMS=$(sed -n 's/.*serves on //p' $said)
      fi;;
    bench)
      named=${2:-reads}
      grep -q "\"$named\"" "$SOURCES/tests/bench/main.rs";;
    build | test) ;;
    *) echo "cargo $does is not known here"; return 1;;
  esac
}
"#;

/// The blocks of shell of a text, in order.
fn blocks(text: &str) -> Vec<String> {
    let blocks = text.split("```sh\n").skip(1);
    blocks.map(|rest| rest.split_once("```").expect("a block that ends").0.to_owned()).collect()
}

/// Types all of it into one shell, in a folder; what the shell says.
async fn typed(folder: &Path, script: String, asked: Option<&Service>) -> String {
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", &format!("{SHELL}\n{script}")])
        .current_dir(folder)
        .env_remove("DATABASE_URL")
        .env("SOURCES", sources())
        .env("PROGRAM", std::env::current_exe().expect("this test binary"));
    if let Some(service) = asked {
        bash.env("ISMS", &service.base).env("TOKEN", service.token.as_deref().expect("a token is shown once"));
    }
    let out = tokio::task::spawn_blocking(move || bash.output()).await.expect("it ran").expect("bash is there");
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(out.status.success(), "{said}\n{}", String::from_utf8_lossy(&out.stderr));
    said
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn shows(said: &str, sentences: &[&str]) {
    for sentence in sentences {
        assert!(said.contains(sentence), "what is typed does not show {sentence}:\n{said}");
    }
}

#[tokio::test]
async fn the_readme_works_when_typed() {
    let folder = TempDir::new().expect("a folder");
    let readme = std::fs::read_to_string(sources().join("README.md")).expect("a README");
    assert!(readme.lines().count() <= 150, "the README has at most 150 lines");
    let said = typed(folder.path(), blocks(&readme).join("\n"), None).await;
    shows(&said, &["Files leak by mail", "\"state\":\"identified\"", "Mara Manager", "\"gate\"", "\"reasons\":["]);
}

#[tokio::test]
async fn the_guide_works_when_typed() {
    let folder = TempDir::new().expect("a folder");
    let service = serve(folder.path(), &[], &[]).expect("it serves");
    let chapters = isms::running::CHAPTERS;
    let there = std::fs::read_dir(sources().join("api/guide")).expect("a guide");
    let there = there.filter(|file| file.as_ref().expect("a file").path().extension().is_some_and(|end| end == "md"));
    assert_eq!(chapters.len(), there.count(), "the guide lists every chapter");
    let script: Vec<String> = chapters.iter().flat_map(|(_, text)| blocks(text)).collect();
    assert!(script.len() >= 7, "the guide has blocks of shell");
    let said = typed(folder.path(), script.join("\n"), Some(&service)).await;
    shows(
        &said,
        &[
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
            "\"link\":\"/invitation#isms_",
            "\"decision\":\"allow\"",
        ],
    );
}

#[tokio::test]
async fn what_the_readmes_of_folders_have_one_type_is_there() {
    let folder = TempDir::new().expect("a folder");
    let mut read = 0;
    for of in ["api", "entity", "migration", "openapi", "policies", "tests", "tests/bench"] {
        let text = std::fs::read_to_string(sources().join(of).join("README.md")).expect("each folder has a README");
        read += blocks(&text).len();
        typed(folder.path(), blocks(&text).join("\n"), None).await;
    }
    assert!(read > 1, "there is something to type");
}

#[test]
fn links_between_texts_lead_somewhere() {
    let mut followed = 0;
    let mut texts = vec![sources().join("README.md"), sources().join("CHANGELOG.md")];
    for of in ["api", "api/guide", "entity", "migration", "openapi", "policies", "tests", "tests/bench"] {
        let files = std::fs::read_dir(sources().join(of)).expect("a folder").map(|file| file.expect("a file").path());
        texts.extend(files.filter(|file| file.extension().is_some_and(|ending| ending == "md")));
    }
    for text in texts {
        let read = std::fs::read_to_string(&text).expect("a text");
        for link in read.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link) {
            if link.starts_with("http") || link.starts_with('#') {
                continue;
            }
            let path = link.split('#').next().unwrap_or(link);
            let target = text.parent().expect("a folder").join(path);
            assert!(target.exists(), "{}: {link} leads nowhere", text.display());
            followed += 1;
        }
    }
    assert!(followed > 15, "only {followed} links were followed");
}
