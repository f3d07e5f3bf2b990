//! `isms demo`: a year in the life of a believable company, played through the same rules as everything else.

mod basis;
mod company;
mod cycle;
mod data;
mod evidence;
mod operations;
mod risks;
mod stage;
mod support;
mod treatment;

use super::Operator;
use crate::evaluation::invitation::Invitation;
use crate::leadership::api_token::ApiToken;
use crate::resource::{Error, Outcome, Version, service};
use crate::store::{Query, Test};
use company::{ADMINISTRATOR, MANAGER};
use serde_json::json;
use stage::Stage;

/// One person for each role: role, key, name, what the token may be used for.
const CAST: [(&str, &str, &str, &[&str]); 7] = [
    ("management", "c.vandermeer", "Cornelia van der Meer, managing director", &["read", "write"]),
    ("manager", "n.fenwick", "Nadia Fenwick, information security manager", &["read", "write"]),
    ("owner", "s.iyer", "Sanjay Iyer, platform lead of Pulse", &["read", "write"]),
    ("auditor", "u.bakker", "Ursula Bakker, internal auditor", &["read", "write"]),
    ("administrator", ADMINISTRATOR, "Ilse Marrow, systems administrator", &["read", "write"]),
    ("member", "k.vogel", "Kai Vogel, test engineer", &["read", "write"]),
    ("integrator", "bridge", "scanner and ticket bridge", &["read", "write", "assets", "vulnerabilities", "actions"]),
];

/// Fills an empty database and tells how to look around.
///
/// # Errors
/// When the database is not empty, or the company's year does not follow the rules.
pub(super) async fn run(operator: Operator) -> Outcome<()> {
    if !operator.store.is_empty().await? {
        return Err(Error::Malformed("the demo fills empty databases only: name another with --database-url".into()));
    }
    let address = operator.config.listen;
    let mut stage = Stage::new(operator, 365);
    company::found(&mut stage).await?;
    basis::plan(&mut stage);
    // Risks name assets, threats and controls, which are there from here on.
    stage.play(-320).await?;
    risks::plan(&mut stage, &treatment::begins()?)?;
    treatment::plan(&mut stage)?;
    support::plan(&mut stage)?;
    cycle::plan(&mut stage);
    operations::plan(&mut stage);
    evidence::plan(&mut stage)?;
    stage.play(0).await?;
    stage.return_to_present();
    let tokens = tokens(&mut stage).await?;
    let link = invitation(&mut stage).await?;
    tell(&address.to_string(), &tokens, &link);
    Ok(())
}

/// A token for each role: people make their own, and the administrator the service's. The one that the company was
/// founded with is withdrawn, for nobody has seen it.
async fn tokens(stage: &mut Stage) -> Outcome<Vec<String>> {
    let caller = stage.caller(ADMINISTRATOR).await?.begin().await?;
    for found in caller.all::<ApiToken>(&Query::of([Test::is("name", "Bootstrap")])).await? {
        service::retire::<ApiToken>(&caller, found.row.id, Version::Any, true).await?;
    }
    caller.commit().await?;
    let mut tokens = Vec::new();
    for (role, key, _, scopes) in CAST {
        stage.read_rights_anew();
        let maker = if role == "integrator" { ADMINISTRATOR } else { key };
        let caller = stage.caller(maker).await?.begin().await?;
        let draft = json!({"name": format!("Demo, {role}"), "userId": stage.id(key)?, "scopes": scopes});
        let created = service::create::<ApiToken>(&caller, draft).await?;
        caller.commit().await?;
        tokens.extend(created.secret);
    }
    stage.read_rights_anew();
    Ok(tokens)
}

/// The link of an auditor of the certification body.
async fn invitation(stage: &mut Stage) -> Outcome<String> {
    let caller = stage.caller(MANAGER).await?.begin().await?;
    let draft =
        json!({"engagementId": stage.id("engagement")?, "name": "Tomas Lindqvist", "email": "lindqvist@nnz.example"});
    let created = service::create::<Invitation>(&caller, draft).await?;
    caller.commit().await?;
    Ok(created.secret.unwrap_or_default())
}

fn tell(address: &str, tokens: &[String], link: &str) {
    say!("Halvren Drives, maker of electric drives with its own firmware and cloud service, has moved in.");
    say!("A year of its ISMS is there: 23 units, 40 people, 121 assets, 96 controls, 80 risks, 12 treatment plans.");
    say!("\nTokens, shown this once:\n");
    for ((role, _, name, _), token) in CAST.iter().zip(tokens) {
        say!("  {role:<14} {token}  {name}");
    }
    say!("\nAn auditor of the certification body is invited by this link, which is good once:\n");
    say!("  http://{address}{link}");
    let token = tokens.get(1).map_or("", String::as_str);
    say!("\nStart `isms` on the same database, then try as the manager:\n");
    say!("  TOKEN={token}");
    say!("  curl -H \"Authorization: Bearer $TOKEN\" 'http://{address}/v1/risks?handling=overdueTreatment'");
    say!("  curl -H \"Authorization: Bearer $TOKEN\" 'http://{address}/v1/acceptances?stale=true'");
    say!(
        "  curl -H \"Authorization: Bearer $TOKEN\" 'http://{address}/v1/controls?status=partial&sort=ordinal&limit=5'"
    );
}
