//! Lists of values and of nonconformities come in from files.

use super::metric::active;
use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn a_sheet_of_values_comes_in_and_is_judged() {
    let app = App::start().await;
    let manager = app.manager().await;
    active(&manager, json!({})).await;
    let day = |days: i64| app.in_days(-days);
    let file =
        format!("Kennzahl;Von;Bis;Wert\r\nTrained;{};{};96\r\nTrained;{};{};70\r\n", day(60), day(31), day(30), day(1));
    manager.import("measurements", file.clone()).await.expect(200);
    let told = manager.get("/v1/measurements?sort=periodTo").await.expect(200);
    assert_eq!((&told["items"][0]["verdict"], &told["items"][1]["verdict"]), (&json!("green"), &json!("red")));
    assert_eq!(manager.import("measurements", file).await.status, 422, "the periods are measured already");
}

#[tokio::test]
async fn a_list_of_nonconformities_comes_in_as_people_keep_it() {
    let app = App::start().await;
    let manager = app.manager().await;
    let file = format!(
        "Abweichung;Kapitel;Einstufung;Festgestellt am;Quelle\r\nKein Protokoll;A.8.15;Hauptabweichung;{};Beschwerde\r\n",
        app.in_days(-3)
    );
    manager.import("nonconformities", file).await.expect(200);
    let told = manager.get("/v1/nonconformities").await.expect(200)["items"][0].clone();
    assert_eq!(
        (&told["grade"], &told["source"], &told["requirement"]),
        (&json!("major"), &json!("complaint"), &json!("A.8.15"))
    );
}
