//! Pages: every record exactly once, in order, whatever ties and nulls there are.

use crate::app::App;
use crate::persona::Persona;
use crate::records::{Team, create_many, rated};
use serde_json::{Value, json};
use std::collections::HashSet;

/// Risks with ties and nulls in level, review date and title.
async fn with_risks(app: &App) -> (Team, usize) {
    let team = Team::of(app).await;
    let drafts: Vec<Value> = (0..23)
        .map(|i| match i % 4 {
            0 => json!({"title": "Unrated"}),
            1 => rated("Same", &team.owner, 1, 1),
            2 => rated(&format!("Risk {i}"), &team.owner, 3, 3),
            _ => rated("same", &team.owner, 5, 5),
        })
        .collect();
    create_many(&team.manager, "risks", drafts).await;
    (team, 23)
}

async fn walk(persona: &Persona, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = persona.get(&format!("{path}{cursor}")).await.expect(200);
        let some = page["items"].as_array().expect("items");
        assert!(some.len() <= 3, "{path}");
        items.extend(some.iter().cloned());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

#[tokio::test]
async fn every_record_comes_exactly_once_in_every_order() {
    let app = App::start().await;
    let (team, count) = with_risks(&app).await;
    let mut tried = 0;
    for key in ["createdAt", "id", "reference", "title", "currentLevel", "reviewOn", "state", "currentLevel,-title"] {
        for direction in ["", "-"] {
            let path = format!("/v1/risks?limit=3&sort={direction}{key}");
            let items = walk(&team.manager, &path).await;
            let ids: HashSet<_> = items.iter().map(crate::persona::id).collect();
            assert_eq!((items.len(), ids.len()), (count, count), "{path}");
            tried += 1;
        }
    }
    println!("{tried} orders of {count} records examined");
    assert!(tried > 0);
}

#[tokio::test]
async fn one_direction_is_the_reverse_of_the_other() {
    let app = App::start().await;
    let (team, _) = with_risks(&app).await;
    for key in ["reference", "currentLevel", "title", "reviewOn"] {
        let of = async |sort: String| {
            let items = walk(&team.manager, &format!("/v1/risks?limit=3&sort={sort}")).await;
            items.iter().map(|item| item[key].clone()).collect::<Vec<_>>()
        };
        let (up, mut down) = (of(key.to_owned()).await, of(format!("-{key}")).await);
        down.reverse();
        let nulls = |list: &[Value]| list.iter().filter(|v| v.is_null()).count();
        let rest = |list: &[Value]| list.iter().filter(|v| !v.is_null()).cloned().collect::<Vec<_>>();
        assert_eq!(nulls(&up), nulls(&down), "{key}");
        assert_eq!(rest(&up), rest(&down), "{key}");
    }
}

#[tokio::test]
async fn both_databases_sort_alike() {
    let app = App::start().await;
    let manager = app.manager().await;
    for name in ["b", "A", "a", "B", "ä", "Z", "_", "1"] {
        manager.create("assets", json!({"name": name, "kind": "software"})).await;
    }
    let page = manager.get("/v1/assets?sort=name").await.expect(200);
    let names: Vec<_> =
        page["items"].as_array().expect("items").iter().map(|a| a["name"].as_str().expect("a name")).collect();
    assert_eq!(names, ["1", "A", "B", "Z", "_", "a", "b", "ä"]);
}

#[tokio::test]
async fn the_first_page_links_to_the_next() {
    let app = App::start().await;
    let (team, count) = with_risks(&app).await;
    let first = team.manager.get("/v1/risks?limit=20&sort=-title&count=true").await;
    assert_eq!(first.expect(200)["total"], count);
    let link = first.header("link").to_owned();
    let path = link.strip_prefix('<').and_then(|link| link.split_once('>')).map(|(path, _)| path).expect("a link");
    assert!(link.ends_with("rel=\"next\""), "{link}");
    let rest = team.manager.get(path).await;
    assert_eq!(rest.expect(200)["items"].as_array().map(Vec::len), Some(3));
    assert_eq!(rest.header("link"), "");
}

#[tokio::test]
async fn records_made_meanwhile_do_not_move_what_comes() {
    let app = App::start().await;
    let (team, count) = with_risks(&app).await;
    let first = team.manager.get("/v1/risks?limit=10&sort=title").await.expect(200);
    let seen: HashSet<_> = first["items"].as_array().expect("items").iter().map(crate::persona::id).collect();
    team.manager.create("risks", json!({"title": "AAA"})).await;
    let cursor = first["nextCursor"].as_str().expect("a cursor");
    let rest = team.manager.get(&format!("/v1/risks?limit=200&sort=title&cursor={cursor}")).await.expect(200);
    let rest: HashSet<_> = rest["items"].as_array().expect("items").iter().map(crate::persona::id).collect();
    assert!(seen.is_disjoint(&rest));
    assert_eq!(seen.len() + rest.len(), count);
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_only() {
    let app = App::start().await;
    let (team, _) = with_risks(&app).await;
    let manager = &team.manager;
    let page = manager.get("/v1/risks?limit=3&sort=title").await.expect(200);
    let cursor = page["nextCursor"].as_str().expect("a cursor");
    let mut forged = cursor.to_owned();
    forged.replace_range(20..21, if &cursor[20..21] == "A" { "B" } else { "A" });
    for path in [
        format!("/v1/risks?limit=3&cursor={cursor}"),
        format!("/v1/risks?limit=3&sort=-title&cursor={cursor}"),
        format!("/v1/risks?limit=3&sort=title&q=fire&cursor={cursor}"),
        format!("/v1/risks?limit=3&sort=title&state=analysed&cursor={cursor}"),
        format!("/v1/risks?limit=3&sort=title&retired=any&cursor={cursor}"),
        format!("/v1/assets?limit=3&sort=name&cursor={cursor}"),
        format!("/v1/risks?limit=3&sort=title&cursor={forged}"),
        "/v1/risks?cursor=".into(),
        "/v1/risks?cursor=AAAA".into(),
        "/v1/risks?cursor=%00".into(),
    ] {
        manager.get(&path).await.problem(400, "malformed");
    }
}

#[tokio::test]
async fn a_page_has_one_to_two_hundred_records() {
    let app = App::start().await;
    let manager = app.manager().await;
    for limit in ["0", "-1", "201", "1.5", "many", "", "99999999999999999999"] {
        manager.get(&format!("/v1/risks?limit={limit}")).await.problem(400, "malformed");
    }
    manager.get("/v1/risks?limit=200").await.expect(200);
}

#[tokio::test]
async fn only_what_is_indexed_is_sorted_by() {
    let app = App::start().await;
    let manager = app.manager().await;
    for sort in ["cause", "nonsense", "", "-", "title,", "title;drop", "handling"] {
        manager.get(&format!("/v1/risks?sort={sort}")).await.problem(400, "malformed");
    }
}
