//! What the document promises as a filter or an order is taken, by lists, exports and samples.

use crate::app::App;
use crate::records::{Team, one_of_each};
use serde_json::{Value, json};

/// A value that fits the items of a filter.
fn value(document: &Value, items: &Value) -> String {
    if items["items"].is_object() {
        return value(document, &items["items"]);
    }
    if let Some(name) = items["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        let target = &document["components"]["schemas"][name];
        if target["items"].is_object() {
            return value(document, target);
        }
        let words = &target["enum"];
        return words.as_array().map_or("2026-03-01", |words| words[0].as_str().expect("a word")).to_owned();
    }
    match (items["type"].as_str(), items["format"].as_str()) {
        (Some("integer" | "number"), _) => "2",
        (Some("boolean"), _) => "true",
        (_, Some("uuid")) => "00000000-0000-7000-8000-000000000000",
        (_, Some("date")) => "2026-03-01",
        _ => "x",
    }
    .to_owned()
}

/// Everything that may be asked for by the filters of an operation: equality, then each operator.
fn questions(document: &Value, operation: &Value) -> Vec<Vec<(String, String)>> {
    const OPERATORS: [&str; 7] = ["", "[ne]", "[null]", "[gt]", "[gte]", "[lt]", "[lte]"];
    let filters = operation["parameters"].as_array().expect("parameters").iter();
    let filters: Vec<&Value> = filters.filter(|p| p["explode"] == false && p["name"] != "sort").collect();
    let asked = |operator: &str| {
        let promised = filters.iter().filter(|filter| {
            operator.is_empty()
                || filter["description"].as_str().is_some_and(|text| text.contains(&format!("`{operator}`")))
        });
        promised
            .map(|filter| {
                let one = value(document, &filter["schema"]);
                let value = match operator {
                    "" | "[ne]" => format!("{one},{one}"),
                    "[null]" => "true".to_owned(),
                    _ => one,
                };
                (format!("{}{operator}", filter["name"].as_str().expect("a name")), value)
            })
            .collect::<Vec<_>>()
    };
    OPERATORS.map(asked).into_iter().filter(|question| !question.is_empty()).collect()
}

#[tokio::test]
async fn every_filter_and_order_that_is_promised_is_taken() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    one_of_each(&app, &team).await;
    let document = isms::app::registry().document();
    let mut examined = 0;
    for spec in isms::resources::specs() {
        for (path, more) in [("", ""), (":export", "&format=csv"), (":sample", "&size=1&seed=x")] {
            let path = format!("/v1/{}{path}", spec.plural);
            let operation = &document["paths"][&path]["get"];
            assert!(operation.is_object(), "{path}");
            for question in questions(&document, operation) {
                let asked: Vec<String> = question.iter().map(|(name, value)| format!("{name}={value}")).collect();
                let reply = team.manager.get(&format!("{path}?{}{more}", asked.join("&"))).await;
                assert!(matches!(reply.status, 200 | 403), "{path}: {}", reply.text);
                examined += asked.len();
            }
            let sort = operation["parameters"].as_array().expect("parameters").iter().find(|p| p["name"] == "sort");
            for key in sort.into_iter().flat_map(|sort| sort["schema"]["items"]["enum"].as_array().expect("keys")) {
                let key = key.as_str().expect("a key");
                let reply = team.manager.get(&format!("{path}?sort={key}{more}")).await;
                assert!(matches!(reply.status, 200 | 403), "{path}?sort={key}: {}", reply.text);
                examined += 1;
            }
        }
    }
    println!("{examined} filters and orders examined");
    assert!(examined > 3_000);
}

#[tokio::test]
async fn a_list_of_texts_names_several_and_a_comma_is_escaped() {
    let app = App::start().await;
    let manager = app.manager().await;
    for name in ["Press", "Saw", "Saw, small", r"Saw\big"] {
        manager.create("assets", json!({"name": name, "kind": "hardware"})).await;
    }
    for (asked, found) in [
        ("name=Press,Saw", vec!["Press", "Saw"]),
        (r"name=Saw\, small", vec!["Saw, small"]),
        (r"name=Saw\\big,Press", vec!["Press", r"Saw\big"]),
        ("reference=AST-0001,AST-0002", vec!["Press", "Saw"]),
        ("name[ne]=Press,Saw", vec!["Saw, small", r"Saw\big"]),
    ] {
        let page = manager.get(&format!("/v1/assets?sort=createdAt&{asked}")).await.expect(200);
        let names: Vec<&str> = page["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|item| item["name"].as_str().expect("a name"))
            .collect();
        assert_eq!(names, found, "{asked}");
    }
    let query = r#"{ assets(filter: {name: ["Saw, small", "Saw\\big"]}) { nodes { name } } }"#;
    let answer = manager.post("/graphql", json!({"query": query})).await.expect(200);
    assert_eq!(answer["data"]["assets"]["nodes"].as_array().map(Vec::len), Some(2), "{answer}");
}

#[tokio::test]
async fn a_bare_day_is_the_whole_day() {
    let app = App::start().await;
    let manager = app.manager().await;
    manager.create("assets", json!({"name": "Press", "kind": "hardware"})).await;
    let today = app.today().to_string();
    let (yesterday, tomorrow) = (app.in_days(-1), app.in_days(1));
    for (asked, found) in [
        (format!("createdAt={today}"), 1),
        (format!("createdAt={yesterday},{today}"), 1),
        (format!("createdAt={yesterday}"), 0),
        (format!("createdAt[ne]={today}"), 0),
        (format!("createdAt[ne]={yesterday}"), 1),
        (format!("createdAt[gte]={today}"), 1),
        (format!("createdAt[gt]={today}"), 0),
        (format!("createdAt[gt]={yesterday}"), 1),
        (format!("createdAt[lte]={today}"), 1),
        (format!("createdAt[lt]={today}"), 0),
        (format!("createdAt[lt]={tomorrow}"), 1),
        (format!("createdAt={}", app.now()), 1),
    ] {
        assert_eq!(manager.every(&format!("/v1/assets?{asked}")).await.len(), found, "{asked}");
    }
}

#[tokio::test]
async fn what_has_no_value_comes_last_whichever_way_the_others_run() {
    let app = App::start().await;
    let manager = app.manager().await;
    for (name, review) in [("a", Some(9)), ("b", None), ("c", Some(3)), ("d", None), ("e", Some(6))] {
        let review = review.map(|days| app.in_days(days));
        manager.create("legal-requirements", json!({"title": name, "citation": "1", "reviewOn": review})).await;
    }
    for (sort, order) in [("reviewOn", "ceabd"), ("-reviewOn", "aecdb"), ("-reviewOn,title", "aecbd")] {
        // Page after page, so that the place where each begins is found again.
        let (mut names, mut cursor) = (String::new(), String::new());
        loop {
            let page = manager.get(&format!("/v1/legal-requirements?limit=1&sort={sort}{cursor}")).await.expect(200);
            names.push_str(page["items"][0]["title"].as_str().unwrap_or_default());
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(names, order, "{sort}");
    }
}
