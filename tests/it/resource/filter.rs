//! Filters: typed, named after the fields, refused when they make no sense.

use crate::app::App;
use crate::records::{Team, asset, rated};
use serde_json::json;

#[tokio::test]
async fn a_filter_keeps_what_it_names_and_nothing_else() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let manager = &team.manager;
    let server = manager.create("assets", asset("Server")).await;
    let mut draft = rated("100% Fire_storm", &team.owner, 4, 4);
    draft["assetIds"] = json!([server]);
    draft["category"] = json!("site");
    let high = manager.create("risks", draft).await;
    let low = manager.create("risks", rated("Dust", &team.owner, 1, 1)).await;
    let none = manager.create("risks", json!({"title": "Flood"})).await;
    manager.just("risks", &low, "analyse").await.expect(200);
    let all = [&high, &low, &none];
    let (owner, day) = (&team.owner.id, app.in_days(365));
    let cases: Vec<(String, Vec<&String>)> = vec![
        ("state=analysed".into(), vec![&low]),
        ("state=identified,analysed".into(), all.to_vec()),
        ("state[ne]=analysed".into(), vec![&high, &none]),
        ("currentLevel=3".into(), vec![&high]),
        ("currentLevel[gte]=1".into(), vec![&high, &low]),
        ("currentLevel[gt]=1".into(), vec![&high]),
        ("currentLevel[lt]=3&currentLevel[gte]=1".into(), vec![&low]),
        ("currentLevel[null]=true".into(), vec![&none]),
        ("currentLevel[null]=false".into(), vec![&high, &low]),
        (format!("ownerId={owner}"), vec![&high, &low]),
        ("ownerId[null]=true".into(), vec![&none]),
        (format!("assetId={server}"), vec![&high]),
        (format!("assetIds={server}"), vec![&high]),
        ("category=site".into(), vec![&high]),
        ("category[ne]=site".into(), vec![&low, &none]),
        ("affects=confidentiality".into(), vec![&high, &low]),
        ("aboveCriterion=true".into(), vec![&high]),
        ("handling=unrated,withinCriterion".into(), vec![&low, &none]),
        (format!("reviewOn[lte]={day}"), vec![&high, &low]),
        (format!("reviewOn[lt]={day}"), vec![]),
        ("createdAt[gte]=2026-03-02T09:00:00Z".into(), all.to_vec()),
        ("createdAt[gt]=2026-03-02T09:00:00Z".into(), vec![]),
        ("reference=RSK-0001".into(), vec![&high]),
        ("q=fire".into(), vec![&high]),
        ("q=100%25".into(), vec![&high]),
        ("q=e_s".into(), vec![&high]),
        ("q=%25".into(), vec![&high]),
        ("q=_".into(), vec![&high]),
        ("q='%20OR%201=1".into(), vec![]),
        ("title=Dust".into(), vec![&low]),
        ("title='; DROP TABLE risk; --".into(), vec![]),
        ("q=".into(), all.to_vec()),
    ];
    for (query, expected) in &cases {
        assert_eq!(manager.every(&format!("/v1/risks?{query}")).await.iter().collect::<Vec<_>>(), *expected, "{query}");
        let counted = manager.get(&format!("/v1/risks?{query}&count=true")).await.expect(200);
        assert_eq!(counted["total"], expected.len(), "{query}");
    }
    println!("{} filters examined", cases.len());
}

#[tokio::test]
async fn a_filter_that_makes_no_sense_is_refused_by_name() {
    let app = App::start().await;
    let manager = app.manager().await;
    let bad = [
        "nonsense=1",
        "state=gone",
        "state=",
        "currentLevel=high",
        "currentLevel[gte]=",
        "currentLevel[like]=1",
        "currentLevel=9223372036854775808",
        "ownerId=me",
        "ownerId[gt]=1",
        "assetId=1",
        "aboveCriterion=yes",
        "reviewOn=tomorrow",
        "reviewOn=2026-02-30",
        "createdAt[gte]=now",
        "title[gte]=a",
        "title[null]=true",
        "handling=fine",
        "retired=maybe",
        "count=1",
        "asOf=then",
        "asOf=2999-01-01",
        "reviewOn[gt]=2026-01-01&reviewOn[gt]=2026-01-02",
        "q=%00",
        "title=%00",
        "contentHash[",
        "[eq]=1",
        "title[eq][eq]=1",
        "limit=5&limit=6",
        "allowedActions=update",
        "q=%ff",
        "%ff=1",
        "q=%zz",
        "q=%4",
    ];
    for query in bad {
        let problem = manager.get(&format!("/v1/risks?{query}")).await.problem(400, "malformed");
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{query}");
    }
    println!("{} wrong filters examined", bad.len());
}

#[tokio::test]
async fn a_filter_by_what_the_caller_may_not_see_finds_nothing() {
    let app = App::start().await;
    let (north, south) = (app.unit("North", None).await, app.unit("South", None).await);
    let manager = app.manager().await;
    let hidden = manager.create("assets", json!({"name": "Vault", "kind": "site", "unitId": south})).await;
    let risk = manager.create("risks", json!({"title": "Theft", "unitId": north, "assetIds": [hidden]})).await;
    let owner = app.owner_of(&north).await;
    assert_eq!(owner.read("risks", &risk).await["assetIds"], json!([]));
    assert_eq!(owner.every(&format!("/v1/risks?assetId={hidden}")).await, Vec::<String>::new());
    assert_eq!(manager.every(&format!("/v1/risks?assetId={hidden}")).await, vec![risk]);
}

#[tokio::test]
async fn a_change_keeps_references_that_the_caller_does_not_see() {
    let app = App::start().await;
    let (north, south) = (app.unit("North", None).await, app.unit("South", None).await);
    let manager = app.manager().await;
    let hidden = manager.create("assets", json!({"name": "Vault", "kind": "site", "unitId": south})).await;
    let owner = app.owner_of(&north).await;
    let draft = json!({"title": "Theft", "unitId": north, "assetIds": [hidden], "ownerId": owner.id});
    let risk = manager.create("risks", draft).await;
    owner.change("risks", &risk, json!({"cause": "Open doors"})).await.expect(200);
    assert_eq!(manager.read("risks", &risk).await["assetIds"], json!([hidden]));
}

#[tokio::test]
async fn totals_count_only_what_the_caller_may_list() {
    let app = App::start().await;
    let unit = app.unit("Works", None).await;
    let (manager, owner) = (app.manager().await, app.owner_of(&unit).await);
    manager.create("assets", json!({"name": "Here", "kind": "site", "unitId": unit})).await;
    manager.create("assets", json!({"name": "There", "kind": "site"})).await;
    assert_eq!(owner.get("/v1/assets?count=true").await.expect(200)["total"], 1);
    assert_eq!(manager.get("/v1/assets?count=true").await.expect(200)["total"], 2);
}

#[tokio::test]
async fn a_list_of_values_is_given_in_either_way_and_one_value_once() {
    let app = App::start().await;
    let manager = app.manager().await;
    for kind in ["software", "hardware", "information"] {
        manager.create("assets", json!({"name": kind, "kind": kind, "location": "Hall 1, left"})).await;
    }
    let names = async |asked: &str| -> Vec<String> {
        let page = manager.get(&format!("/v1/assets?{asked}")).await.expect(200);
        let items = page["items"].as_array().expect("items");
        items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
    };
    for (as_one, repeated) in [
        ("kind=software,hardware&sort=name", "kind=software&kind=hardware&sort=name"),
        ("kind[ne]=software,hardware", "kind[ne]=software&kind[ne]=hardware"),
        (
            "location=Hall 1\\, left,x&sort=-name,reference",
            "location=x&sort=-name&location=Hall 1\\, left&sort=reference",
        ),
    ] {
        let told = names(as_one).await;
        assert!(!told.is_empty() && told == names(repeated).await, "{as_one}: {told:?}");
    }
    for twice in
        ["limit=1&limit=2", "q=a&q=b", "reviewOn[gt]=2026-01-01&reviewOn[gt]=2026-01-02", "retired=any&retired=any"]
    {
        manager.get(&format!("/v1/assets?{twice}")).await.problem(400, "malformed");
    }
    let many = vec!["kind=software"; 101].join("&");
    manager.get(&format!("/v1/assets?{many}")).await.problem(400, "malformed");
}
