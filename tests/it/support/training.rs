//! Training: assigned to an audience, taken, repeated, excused, and its effect judged by somebody else.

use super::reader;
use crate::app::App;
use crate::persona::Persona;
use serde_json::{Value, json};

const ASSIGNMENTS: &str = "training-assignments";

struct School {
    manager: Persona,
    owner: Persona,
    unit: String,
    learner: Persona,
}

impl School {
    async fn of(app: &App) -> Self {
        let unit = app.unit("Works", None).await;
        let learner = reader(app, &unit).await;
        Self { manager: app.manager().await, owner: app.owner().await, unit, learner }
    }

    async fn course(&self, also: Value) -> String {
        let mut draft = json!({"title": "Phishing", "audienceIds": [self.unit], "ownerId": self.owner.id});
        draft.as_object_mut().expect("a draft").extend(also.as_object().expect("fields").clone());
        self.manager.create("trainings", draft).await
    }

    /// Assigns the course to its audience and gives the learner's assignment.
    async fn assigned(&self, app: &App, course: &str) -> String {
        self.owner.act("trainings", course, "assign", json!({"dueOn": app.in_days(10)})).await.expect(200);
        self.of_learner(course).await.remove(0)
    }

    async fn of_learner(&self, course: &str) -> Vec<String> {
        self.learner.every(&format!("/v1/training-assignments?trainingId={course}")).await
    }
}

#[tokio::test]
async fn a_course_is_assigned_to_those_of_its_audience_who_need_it() {
    let app = App::start().await;
    let school = School::of(&app).await;
    let course = school.course(json!({"everyMonths": 12})).await;
    let past = json!({"dueOn": app.in_days(-1)});
    school.owner.act("trainings", &course, "assign", past).await.refuses("/dueOn");
    let assignment = school.assigned(&app, &course).await;
    let read = school.manager.read("trainings", &course).await;
    assert_eq!((&read["people"], &read["open"], &read["trained"]), (&json!(1), &json!(1), &json!(0)));
    let again = json!({"dueOn": app.in_days(20)});
    school.owner.act("trainings", &course, "assign", again.clone()).await.expect(200);
    assert_eq!(school.of_learner(&course).await.len(), 1, "who is assigned is not assigned again");
    let taken = json!({"completedOn": app.in_days(0)});
    school.learner.act(ASSIGNMENTS, &assignment, "complete", taken).await.expect(200);
    school.owner.act("trainings", &course, "assign", again).await.expect(200);
    assert_eq!(school.of_learner(&course).await.len(), 1, "who has passed waits");
    assert_eq!(school.manager.read("trainings", &course).await["trained"], 1);
    app.advance(chrono::Duration::days(370));
    assert_eq!(school.manager.read("trainings", &course).await["trained"], 0);
    let next = json!({"dueOn": app.in_days(20)});
    school.owner.act("trainings", &course, "assign", next).await.expect(200);
    assert_eq!(school.of_learner(&course).await.len(), 2, "after its months it is taken again");
}

#[tokio::test]
async fn a_course_is_assigned_to_named_people_too() {
    let app = App::start().await;
    let school = School::of(&app).await;
    let course = school.course(json!({})).await;
    let (manager, nobody) = (&school.manager, uuid::Uuid::now_v7());
    let unknown = json!({"dueOn": app.in_days(5), "personIds": [manager.id, nobody]});
    school.owner.act("trainings", &course, "assign", unknown).await.refuses("/personIds/1");
    let named = json!({"dueOn": app.in_days(5), "personIds": [manager.id, manager.id]});
    school.owner.act("trainings", &course, "assign", named.clone()).await.expect(200);
    assert_eq!(manager.every("/v1/training-assignments").await.len(), 1);
    school.learner.act("trainings", &course, "assign", named).await.problem(403, "denied");
}

#[tokio::test]
async fn below_the_pass_mark_the_course_is_to_be_repeated() {
    let app = App::start().await;
    let school = School::of(&app).await;
    let course = school.course(json!({"passMark": 80})).await;
    let assignment = school.assigned(&app, &course).await;
    let taken = |days, score| json!({"completedOn": app.in_days(days), "score": score});
    let (learner, owner) = (&school.learner, &school.owner);
    learner.act(ASSIGNMENTS, &assignment, "complete", taken(0, Some(90))).await.problem(409, "conflict");
    owner.act(ASSIGNMENTS, &assignment, "complete", taken(1, Some(90))).await.refuses("/completedOn");
    owner.act(ASSIGNMENTS, &assignment, "complete", taken(0, None)).await.refuses("/score");
    let failed = owner.act(ASSIGNMENTS, &assignment, "complete", taken(0, Some(79))).await.expect(200);
    assert_eq!((&failed["state"], &failed["completedOn"]), (&json!("failed"), &Value::Null));
    owner.change(ASSIGNMENTS, &assignment, json!({"score": 95})).await.refuses("/score");
    owner.change(ASSIGNMENTS, &assignment, json!({"score": 100_000})).await.refuses("/score");
    let passed = owner.act(ASSIGNMENTS, &assignment, "complete", taken(0, Some(80))).await.expect(200);
    assert_eq!((&passed["state"], &passed["valid"]), (&json!("completed"), &json!(true)));
    learner.change(ASSIGNMENTS, &assignment, json!({"score": 100})).await.problem(403, "denied");
}

#[tokio::test]
async fn an_open_assignment_past_its_day_is_overdue() {
    let app = App::start().await;
    let school = School::of(&app).await;
    let course = school.course(json!({})).await;
    let assignment = school.assigned(&app, &course).await;
    assert_eq!(school.learner.read(ASSIGNMENTS, &assignment).await["overdue"], false);
    app.advance(chrono::Duration::days(11));
    assert_eq!(school.learner.read(ASSIGNMENTS, &assignment).await["overdue"], true);
    assert_eq!(school.manager.read("trainings", &course).await["late"], 1);
}

#[tokio::test]
async fn i_02_nobody_excuses_themselves_or_judges_their_own_training() {
    let app = App::start().await;
    let school = School::of(&app).await;
    let course = school.course(json!({})).await;
    let named = json!({"dueOn": app.in_days(5), "personIds": [school.owner.id, school.learner.id]});
    school.owner.act("trainings", &course, "assign", named).await.expect(200);
    let of = async |person: &Persona| {
        school.manager.every(&format!("/v1/training-assignments?personId={}", person.id)).await.remove(0)
    };
    let (mine, theirs) = (of(&school.owner).await, of(&school.learner).await);
    let reason = json!({"reason": "On leave"});
    school.owner.act(ASSIGNMENTS, &mine, "waive", reason.clone()).await.problem(403, "denied");
    school.owner.act(ASSIGNMENTS, &mine, "complete", json!({"completedOn": app.in_days(0)})).await.expect(200);
    school.owner.act(ASSIGNMENTS, &mine, "evaluate", json!({"effective": true})).await.problem(403, "denied");
    let judged = school.manager.act(ASSIGNMENTS, &mine, "evaluate", json!({"effective": false})).await.expect(200);
    let expected = (&json!("notEffective"), &json!(school.manager.id));
    assert_eq!((&judged["effectiveness"], &judged["evaluatedBy"]), expected);
    school.owner.act(ASSIGNMENTS, &theirs, "evaluate", json!({"effective": true})).await.problem(409, "conflict");
    let waived = school.owner.act(ASSIGNMENTS, &theirs, "waive", reason).await.expect(200);
    assert_eq!((&waived["state"], &waived["waivedReason"]), (&json!("waived"), &json!("On leave")));
}

#[tokio::test]
async fn who_was_at_a_session_has_taken_the_course() {
    let app = App::start().await;
    let school = School::of(&app).await;
    let course = school.course(json!({})).await;
    let assignment = school.assigned(&app, &course).await;
    let session = json!({"trainingId": course, "title": "In spring", "heldOn": app.in_days(3)});
    let session = school.owner.create("training-sessions", session).await;
    let present = json!({"personIds": [school.learner.id, school.manager.id], "notes": "Two questions"});
    school.owner.act("training-sessions", &session, "hold", present.clone()).await.refuses("/personIds");
    app.advance(chrono::Duration::days(3));
    let held = school.owner.act("training-sessions", &session, "hold", present).await.expect(200);
    assert_eq!((&held["state"], &held["notes"]), (&json!("held"), &json!("Two questions")));
    let read = school.learner.read(ASSIGNMENTS, &assignment).await;
    let expected = (&json!("completed"), &json!(session), &json!(app.in_days(0)));
    assert_eq!((&read["state"], &read["sessionId"], &read["completedOn"]), expected);
    let unasked = format!("/v1/training-assignments?personId={}&state=completed", school.manager.id);
    assert_eq!(school.manager.every(&unasked).await.len(), 1);
    let reason = json!({"reason": "Trainer ill"});
    school.owner.act("training-sessions", &session, "cancel", reason).await.problem(409, "conflict");
}

#[tokio::test]
async fn presence_is_not_enough_where_a_score_is_needed() {
    let app = App::start().await;
    let school = School::of(&app).await;
    let course = school.course(json!({"passMark": 50})).await;
    let assignment = school.assigned(&app, &course).await;
    let session = json!({"trainingId": course, "title": "Today", "heldOn": app.in_days(0)});
    let session = school.owner.create("training-sessions", session).await;
    let present = json!({"personIds": [school.learner.id, school.manager.id]});
    school.owner.act("training-sessions", &session, "hold", present).await.expect(200);
    let read = school.learner.read(ASSIGNMENTS, &assignment).await;
    assert_eq!((&read["state"], &read["sessionId"]), (&json!("assigned"), &json!(session)));
}

#[tokio::test]
async fn assignments_follow_their_course_to_a_new_owner_and_are_not_for_others() {
    let app = App::start().await;
    let school = School::of(&app).await;
    let course = school.course(json!({})).await;
    let assignment = school.assigned(&app, &course).await;
    let heir = app.owner().await;
    let path = format!("/v1/training-assignments/{assignment}");
    heir.get(&path).await.problem(404, "not-found");
    school.manager.change("trainings", &course, json!({"ownerId": heir.id})).await.expect(200);
    heir.get(&path).await.expect(200);
    school.owner.get(&path).await.problem(404, "not-found");
}

#[tokio::test]
async fn assignments_and_sessions_are_not_moved_out_of_sight() {
    let app = App::start().await;
    let school = School::of(&app).await;
    let course = school.course(json!({})).await;
    let assignment = school.assigned(&app, &course).await;
    let session = json!({"trainingId": course, "title": "In spring", "heldOn": app.in_days(3)});
    let session = school.owner.create("training-sessions", session).await;
    let elsewhere = json!({"unitId": app.unit("Elsewhere", None).await});
    let moved = school.owner.change(ASSIGNMENTS, &assignment, elsewhere.clone()).await.expect(200);
    assert_eq!(moved["unitId"], school.unit.as_str());
    let moved = school.owner.change("training-sessions", &session, elsewhere).await.expect(200);
    assert_eq!(moved["unitId"], app.root().await.as_str());
}

#[tokio::test]
async fn what_was_taken_where_the_day_has_begun_already_is_not_in_the_future() {
    let app = App::start().await;
    let school = School::of(&app).await;
    let course = school.course(json!({})).await;
    let assignment = school.assigned(&app, &course).await;
    let taken = json!({"completedOn": app.in_days(1)});
    school.learner.act(ASSIGNMENTS, &assignment, "complete", taken.clone()).await.refuses("/completedOn");
    app.advance(chrono::Duration::hours(2));
    school.learner.act(ASSIGNMENTS, &assignment, "complete", taken).await.expect(200);
}

#[tokio::test]
async fn i_04_a_course_is_handed_over_whichever_units_its_learners_work_in() {
    let app = App::start().await;
    let school = School::of(&app).await;
    let office = app.unit("Office", None).await;
    let (local, heir) = (app.person("manager", Some(&office)).await, app.owner().await);
    let course =
        json!({"title": "Phishing", "ownerId": school.owner.id, "unitId": office, "audienceIds": [school.unit]});
    let course = local.create("trainings", course).await;
    let assignment = school.assigned(&app, &course).await;
    school.learner.act(ASSIGNMENTS, &assignment, "complete", json!({"completedOn": app.in_days(0)})).await.expect(200);
    local.change("trainings", &course, json!({"ownerId": heir.id})).await.expect(200);
    let read = heir.read(ASSIGNMENTS, &assignment).await;
    assert_eq!((&read["trainingOwnerId"], &read["state"]), (&json!(heir.id), &json!("completed")));
    let history = heir.get(&format!("/v1/training-assignments/{assignment}/history")).await.expect(200);
    assert!(history.to_string().contains("follow"), "{history}");
}

#[tokio::test]
async fn i_12_a_unit_is_closed_though_people_took_courses_and_acknowledged_there() {
    let app = App::start().await;
    let library = super::Library::of(&app).await;
    let (manager, administrator) = (&library.manager, app.bootstrap());
    let document = library.document(json!({})).await;
    let version = library.published(&document, json!({})).await;
    let acknowledged = library.reader.create("acknowledgements", json!({"versionId": version})).await;
    let course = manager.create("trainings", json!({"title": "Phishing"})).await;
    let named = json!({"dueOn": app.in_days(5), "personIds": [library.reader.id]});
    manager.act("trainings", &course, "assign", named).await.expect(200);
    let assignment = library.reader.every("/v1/training-assignments").await.remove(0);
    library.reader.act(ASSIGNMENTS, &assignment, "complete", json!({"completedOn": app.in_days(0)})).await.expect(200);
    let office = app.unit("Office", None).await;
    let heir = app.owner_of(&office).await;
    administrator.just("units", &library.unit, "retire").await.problem(409, "conflict");
    manager.change("documents", &document, json!({"unitId": office, "ownerId": heir.id})).await.expect(200);
    administrator.change("users", &library.reader.id, json!({"unitId": office})).await.expect(200);
    for (plural, id) in [("acknowledgements", &acknowledged), (ASSIGNMENTS, &assignment)] {
        assert_eq!(manager.read(plural, id).await["unitId"], office.as_str(), "{plural}");
    }
    assert_eq!(heir.read("acknowledgements", &acknowledged).await["documentOwnerId"], heir.id.as_str());
    administrator.just("units", &library.unit, "retire").await.expect(200);
}
