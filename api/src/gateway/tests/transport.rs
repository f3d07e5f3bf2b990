//! Methods, media types and statuses.

use super::world::{World, service};
use actix_web::test::TestRequest;
use serde_json::{Value, json};

#[actix_web::test]
async fn the_transport_follows_the_specification() {
    let (service, admin) = service().await;
    let world = World::build(service, &admin).await;
    let bearer = ("Authorization", format!("Bearer {}", world.manager));
    let post = |body: Value| TestRequest::post().uri("/graphql").insert_header(bearer.clone()).set_json(body);
    let get = |query: &str| TestRequest::get().uri(&format!("/graphql?{query}")).insert_header(bearer.clone());
    let json_only = ("Accept", "application/json");
    let text = ("Accept", "text/html");
    let typed = ("Content-Type", "text/plain");
    let me = json!({"query": "{ me { name } }"});
    let wrong = json!({"query": "{ nothing }"});
    let two = json!({"query": "query a { me { id } } query b { me { name } }", "operationName": "b"});
    let cases = [
        ("post", post(me.clone()), 200),
        ("get", get("query=%7Bme%7Bname%7D%7D"), 200),
        ("named", post(two), 200),
        ("json", post(me.clone()).insert_header(json_only), 200),
        ("unknown field", post(wrong.clone()), 400),
        ("unknown field as json", post(wrong).insert_header(json_only), 200),
        ("no query", post(json!({})), 400),
        ("no query as json", post(json!({})).insert_header(json_only), 400),
        ("a list", post(json!([])), 400),
        ("unreadable", post(json!({"query": "{ me"})), 400),
        ("a mutation", post(json!({"query": "mutation { a }"})), 400),
        ("a mutation by get", get("query=mutation%7Ba%7D"), 405),
        ("variables of another type", post(json!({"query": "{ me { id } }", "variables": 3})), 400),
        ("not acceptable", post(me.clone()).insert_header(text), 406),
        ("another type", TestRequest::post().uri("/graphql").insert_header(bearer.clone()).insert_header(typed), 415),
        ("another method", TestRequest::put().uri("/graphql").insert_header(bearer.clone()), 405),
        ("nobody", TestRequest::post().uri("/graphql").set_json(me), 401),
    ];
    for (name, request, status) in cases {
        let (got, kind, body) = (world.send)(request).await;
        assert_eq!(got, status, "{name}: {body}");
        match (name.contains("json"), status) {
            (true, _) => assert!(kind.starts_with("application/json"), "{name}: {kind}"),
            (_, 200 | 400) => assert!(kind.starts_with("application/graphql-response+json"), "{name}: {kind}"),
            _ => assert!(kind.starts_with("application/problem+json"), "{name}: {kind}"),
        }
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body.get("data").is_some(), status == 200 && !name.contains("unknown"), "{name}: {body}");
    }
    let (status, _, page) = (world.send)(TestRequest::get().uri("/graphiql")).await;
    assert!(status == 200 && !page.contains("http"), "the page loads from elsewhere: {page}");
}
