//! The same records, the same rights and few statements.

use super::world::{World, service, service_and_store};
use crate::gateway::{gateway, name, records};
use serde_json::{Value, json};

#[actix_web::test]
async fn both_doors_show_the_same_fields() {
    let (service, admin) = service().await;
    let world = World::build(service, &admin).await;
    let (mut types, mut fields) = (0, 0);
    for kind in records::all() {
        let spec = kind.spec();
        let shape = &gateway().unwrap().shape;
        let selection: Vec<String> = kind
            .fields()
            .list
            .iter()
            .map(|field| match shape.of(spec.name, &field.name) {
                Some((nested, _)) => {
                    let properties = kind.fields().components[nested]["properties"].as_object().unwrap();
                    let names: Vec<&str> = properties.keys().map(String::as_str).collect();
                    format!("{} {{ {} }}", field.name, names.join(" "))
                }
                None => field.name.clone(),
            })
            .chain(["allowedActions", "withheld"].map(str::to_owned))
            .collect();
        let plural = name::plural(spec);
        for token in [&world.manager, &world.owner, &admin] {
            let query = format!("{{ {plural}(first: 200) {{ nodes {{ {} }} }} }}", selection.join(" "));
            let shown = world.data(token, &query).await[&plural]["nodes"].clone();
            let listed = world.rest(token, &format!("{}?limit=200", spec.plural), None).await["items"].clone();
            assert_eq!(shown, listed, "{plural}");
        }
        types += 1;
        fields += selection.len();
    }
    println!("compared {types} types with {fields} fields at both doors");
    assert!(types > 10 && fields > 100);
}

#[actix_web::test]
async fn what_may_not_be_seen_is_not_there() {
    let (service, admin) = service().await;
    let world = World::build(service, &admin).await;
    let (hidden, missing) = (&world.assets[1], uuid::Uuid::now_v7());
    let query = format!(
        "{{ a: node(id: \"{hidden}\") {{ id }} b: node(id: \"{missing}\") {{ id }} c: asset(id: \"{hidden}\") {{ id }}
            d: node(id: \"{}\") {{ __typename id ... on Asset {{ name risks {{ title }} }} }}
            assets {{ totalCount nodes {{ id }} }} assetsCountBy(by: [kind]) {{ kind count }}
            risks(sort: [title]) {{ totalCount nodes {{ title assets {{ name unit {{ name }} }} owner {{ name risks {{ title }} }} }} }} }}",
        world.assets[0]
    );
    let olga = world.data(&world.owner, &query).await;
    assert_eq!([&olga["a"], &olga["b"], &olga["c"]], [&Value::Null; 3]);
    assert_eq!(olga["d"]["__typename"], "Asset");
    assert_eq!(olga["d"]["risks"].as_array().unwrap().len(), 4);
    assert_eq!(olga["assets"]["totalCount"], 3);
    assert_eq!(olga["assetsCountBy"], json!([{"kind": "information", "count": 3}]));
    assert_eq!(olga["risks"]["totalCount"], 4);
    for risk in olga["risks"]["nodes"].as_array().unwrap() {
        assert_eq!(risk["assets"].as_array().unwrap().len(), 3, "{risk}");
        assert_eq!(risk["owner"]["risks"].as_array().unwrap().len(), 4);
    }
    let mia = world.data(&world.manager, &query).await;
    assert_eq!(mia["a"]["id"], **hidden);
    assert_eq!(mia["assets"]["totalCount"], 6);
    assert_eq!(mia["risks"]["nodes"][0]["assets"].as_array().unwrap().len(), 6);
}

#[actix_web::test]
async fn a_level_of_edges_takes_one_statement() {
    let (service, admin, store) = service_and_store().await;
    let world = World::build(service, &admin).await;
    let mut counts = Vec::new();
    for first in [1, 6] {
        let query = format!(
            "{{ risks(first: {first}) {{ nodes {{ owner {{ name }} assets(first: 9) {{ name unit {{ name }} risks(first: 9) {{ title acceptances(first: 9) {{ id }} }} }} actions {{ id }} }} }} }}"
        );
        world.data(&world.manager, &query).await;
        let before = store.statements();
        world.data(&world.manager, &query).await;
        counts.push(store.statements() - before);
    }
    // The rights; risks; owner, assets, actions; unit, risks; acceptances. An empty answer asks for the rights again.
    println!("statements for one risk and for six: {counts:?}");
    assert_eq!(counts[0], counts[1]);
    assert!(counts[1] <= 10, "{counts:?}");
}

#[actix_web::test]
async fn lists_filter_and_page_as_rest_does() {
    let (service, admin) = service().await;
    let world = World::build(service, &admin).await;
    let page = "risks(first: 2, sort: [title_desc], filter: {currentLikelihood_gte: 2, state: identified})";
    let data = world
        .data(&world.manager, &format!("{{ {page} {{ nodes {{ title }} pageInfo {{ endCursor hasNextPage }} }} }}"))
        .await;
    assert_eq!(data["risks"]["nodes"], json!([{"title": "Risk 5"}, {"title": "Risk 4"}]));
    let cursor = data["risks"]["pageInfo"]["endCursor"].as_str().unwrap();
    let path = format!("risks?sort=-title&state=identified&currentLikelihood[gte]=2&limit=2&cursor={cursor}");
    let rest = world.rest(&world.manager, &path, None).await;
    let titles: Vec<_> = rest["items"].as_array().unwrap().iter().map(|risk| risk["title"].clone()).collect();
    assert_eq!(titles, ["Risk 2", "Risk 1"]);
    let wrong = world.ask(&world.manager, "{ risks(after: \"forged\") { nodes { id } } }").await;
    assert_eq!(wrong["errors"][0]["extensions"]["code"], "malformed");
}

#[actix_web::test]
async fn boards_count_what_the_caller_may_list() {
    let (service, admin) = service().await;
    let world = World::build(service, &admin).await;
    let query = "{ riskMatrix(rating: current) { unrated elsewhere cells { likelihood impact level label colour aboveCriterion count } }
        me { name kind roles { role unit { name } } scopes } soaCoverage { theme controls statuses { status applicable } }
        risksCountBy(by: [state, ownerId]) { state ownerId count } }";
    let mia = world.data(&world.manager, query).await;
    let cells = mia["riskMatrix"]["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 9);
    assert_eq!(cells.iter().map(|cell| cell["count"].as_u64().unwrap()).sum::<u64>(), 6, "{mia}");
    assert_eq!(cells[4]["aboveCriterion"], true);
    assert_eq!(mia["me"]["name"], "Mia");
    assert_eq!(mia["me"]["roles"][0]["role"], "manager");
    assert_eq!(mia["risksCountBy"].as_array().unwrap().len(), 2);
    let olga = world.data(&world.owner, query).await;
    let all = olga["riskMatrix"]["elsewhere"].as_u64().unwrap()
        + olga["riskMatrix"]["cells"]
            .as_array()
            .unwrap()
            .iter()
            .map(|cell| cell["count"].as_u64().unwrap())
            .sum::<u64>();
    assert_eq!(all, 4);
}
