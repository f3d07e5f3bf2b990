//! Limits refuse before anything is read.

use super::world::{World, service, service_and_store};

#[actix_web::test]
async fn each_limit_refuses_by_name() {
    let (service, admin, store) = service_and_store().await;
    let world = World::build(service, &admin).await;
    let deep = format!("{{ units {{ nodes {{ {} id {} }} }} }}", "parent { ".repeat(12), "}".repeat(12));
    let aliases: String = (0..60).map(|i| format!("a{i}: id ")).collect();
    let roots: String = (0..30).map(|i| format!("a{i}: me {{ id }} ")).collect();
    let spread = "...a ".repeat(300);
    let cases = [
        ("depth", deep),
        ("aliases", format!("{{ me {{ {aliases} }} }}")),
        ("root fields", format!("{{ {roots} }}")),
        ("complexity", "{ risks(first: 200) { nodes { assets(first: 200) { risks(first: 200) { id } } } } }".into()),
        ("first", "query($n: Int = 201) { risks(first: $n) { nodes { id } } }".into()),
        ("first", "{ risks { nodes { assets(first: 0) { id } } } }".into()),
        ("cycle", "{ me { ...a } } fragment a on Me { ...b } fragment b on Me { ...a }".into()),
        ("directives", format!("{{ me {{ id {} }} }}", "@include(if: true) ".repeat(31))),
        ("tokens", format!("{{ me {{ {} }} }}", "id ".repeat(5000))),
        ("nesting", format!("{{ risks(q: {}{}) }}", "[".repeat(5000), "]".repeat(5000))),
        ("bytes", format!("{{ me {{ id }} }} #{}", "x".repeat(40_000))),
        (
            "fragment spreads",
            format!("{{ me {{ {spread} }} }} fragment a on Me {{ {} }} fragment b on Me {{ id }}", "...b ".repeat(20)),
        ),
        (
            "introspection lists",
            "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }".into(),
        ),
    ];
    let first = store.statements();
    for (limit, query) in &cases {
        let answer = world.ask(&world.manager, query).await;
        assert_eq!(answer["errors"][0]["extensions"]["limit"], *limit, "{answer}");
        assert!(answer.get("data").is_none());
    }
    // The rights of the caller each time, and once a minute that the token was used.
    let sent = store.statements() - first;
    assert!(sent <= cases.len() as u64 + 2, "{sent} statements");
    println!("{} limits refuse", cases.len());
}

#[actix_web::test]
async fn a_usual_query_and_introspection_are_within_the_limits() {
    let (service, admin) = service().await;
    let world = World::build(service, &admin).await;
    let of_type = "ofType { kind name ".repeat(9) + &"}".repeat(9);
    let query = format!(
        "{{ __schema {{ queryType {{ name }} types {{ kind name fields(includeDeprecated: true) {{ name args {{ name type {{ kind name {of_type} }} }}
            type {{ kind name {of_type} }} }} inputFields {{ name type {{ kind name {of_type} }} }} enumValues {{ name }} possibleTypes {{ name }} }} }} }}"
    );
    let data = world.data(&world.manager, &query).await;
    assert!(data["__schema"]["types"].as_array().unwrap().len() > 50);
}
