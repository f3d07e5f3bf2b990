//! What holds of the policies for every request that there can be, proven by an SMT solver: nothing of it is sampled.
//!
//! The solver is `cvc5` on the path, or what `CVC5` names. Without it the proofs are skipped, loudly; with
//! `REQUIRE_PROOFS` set that fails. Each claim has a policy set that breaks it: the proof must refuse that one, and what
//! it gives as the reason must be allowed by Cedar when it is asked. That the service builds principals and records as
//! they are is what other tests show.

use cedar_policy::{Authorizer, Decision, PolicySet, RequestEnv, ResourceConstraint, Schema};
use cedar_policy_symcc::solver::LocalSolver;
use cedar_policy_symcc::{CedarSymCompiler, CompiledPolicy, CompiledPolicySet};
use isms::resources;
use isms_authz::{Bundle, PrincipalKind};
use std::sync::Arc;

type Prover = CedarSymCompiler<LocalSolver>;

/// A solver, where there is one.
fn prover() -> Option<Prover> {
    let prover =
        LocalSolver::cvc5_with_args(["--tlimit-per=60000"]).ok().and_then(|solver| CedarSymCompiler::new(solver).ok());
    if prover.is_none() {
        assert!(std::env::var_os("REQUIRE_PROOFS").is_none(), "the proofs are required, and there is no cvc5");
        eprintln!("SKIPPED: nothing was proven of the policies, for there is no cvc5 (install it, or name it in CVC5)");
    }
    prover
}

/// The shipped policies with a change, and the schema.
struct Shipped {
    schema: Schema,
    text: String,
}

impl Shipped {
    fn new() -> Self {
        let bundle = Bundle::embedded();
        let types: Vec<&str> = resources::specs().iter().map(|spec| spec.policy_type).collect();
        let (schema, _) = Schema::from_cedarschema_str(&bundle.schema(&types)).expect("the schema");
        let texts: Vec<&str> = bundle.policies.iter().map(|(_, text)| text.as_str()).collect();
        Self { schema, text: texts.join("\n") }
    }

    fn policies(&self) -> PolicySet {
        self.text.parse().expect("policies")
    }

    /// The set with one passage changed, which must be there.
    fn changed(&self, from: &str, to: &str) -> PolicySet {
        assert!(self.text.contains(from), "the passage to break is gone: {from}");
        self.text.replacen(from, to, 1).parse().expect("policies")
    }

    /// The set with a policy more.
    fn with(&self, policy: &str) -> PolicySet {
        format!("{}\n{policy}", self.text).parse().expect("policies")
    }

    /// Every kind of request: who, what, of which type.
    fn requests(&self) -> Vec<RequestEnv> {
        self.schema.request_envs().collect()
    }
}

fn is(kind: &RequestEnv, principal: PrincipalKind) -> bool {
    kind.principal().to_string() == principal.name()
}

/// The verb of a kind of request, as policies write it.
fn verb(kind: &RequestEnv) -> String {
    kind.action().id().unescaped().to_owned()
}

/// The policies that may speak about this kind of request; the others match none such.
fn concerned(policies: &PolicySet, kind: &RequestEnv) -> PolicySet {
    let speaks = |constraint: &ResourceConstraint| match constraint {
        ResourceConstraint::Is(name) => name == kind.resource(),
        _ => true,
    };
    let list = policies.policies().filter(|policy| speaks(&policy.resource_constraint())).cloned();
    PolicySet::from_policies(list).expect("policies with names of their own")
}

/// What is claimed of a kind of request: it is never allowed, or only as these policies say.
#[derive(Clone)]
enum Claim {
    Denied,
    Within(Arc<PolicySet>),
}

/// Looks for a request against the claim. What is found is asked of Cedar itself.
async fn refute(
    prover: &mut Prover,
    shipped: &Shipped,
    policies: &PolicySet,
    kind: &RequestEnv,
    claim: &Claim,
) -> Option<String> {
    let policies = concerned(policies, kind);
    let compiled = CompiledPolicySet::compile(&policies, kind, &shipped.schema).expect("compiles");
    let found = match claim {
        Claim::Denied => {
            if prover.check_always_denies_opt(&compiled).await.expect("an answer") {
                return None;
            }
            prover.check_always_denies_with_counterexample_opt(&compiled).await.expect("an answer")
        }
        Claim::Within(limit) => {
            let limit = CompiledPolicySet::compile(limit, kind, &shipped.schema).expect("compiles");
            if prover.check_implies_opt(&compiled, &limit).await.expect("an answer") {
                return None;
            }
            prover.check_implies_with_counterexample_opt(&compiled, &limit).await.expect("an answer")
        }
    };
    let found = found.expect("a claim that does not hold has a request against it");
    let answer = Authorizer::new().is_authorized(&found.request, &policies, &found.entities);
    assert_eq!(answer.decision(), Decision::Allow, "what was found against the claim is denied: {}", found.request);
    if let Claim::Within(limit) = claim {
        let answer = Authorizer::new().is_authorized(&found.request, limit, &found.entities);
        assert_eq!(answer.decision(), Decision::Deny, "what was found against the claim is within it");
    }
    Some(found.request.to_string())
}

/// Every request that is against the claim made of its kind, over all kinds.
async fn examine(policies: &PolicySet, claim: impl Fn(&RequestEnv) -> Option<Claim>) -> Option<Vec<String>> {
    let mut prover = prover()?;
    let shipped = Shipped::new();
    let (mut proven, mut against) = (0, Vec::new());
    for kind in shipped.requests() {
        if let Some(claim) = claim(&kind) {
            against.extend(refute(&mut prover, &shipped, policies, &kind, &claim).await);
            proven += 1;
        }
    }
    println!("{proven} kinds of request examined, {} against the claim", against.len());
    assert!(proven > 0);
    Some(against)
}

fn nothing(against: Option<Vec<String>>) {
    if let Some(against) = against {
        assert!(against.is_empty(), "{}", against.join("\n"));
    }
}

fn something(against: Option<Vec<String>>) {
    assert!(against.is_none_or(|against| !against.is_empty()), "a broken policy set was taken for proven");
}

const WRITES: [&str; 6] = ["create", "update", "retire", "approve", "accept", "close"];

/// An external auditor writes nothing but what belongs to the request list and to their own invitation (I-07, I-80).
fn read_only(kind: &RequestEnv) -> Option<Claim> {
    let verb = verb(kind);
    let theirs = match kind.resource().to_string().as_str() {
        "AuditRequest" => ["create", "update", "accept", "close"].contains(&verb.as_str()),
        "Invitation" => verb == "accept",
        _ => false,
    };
    let is_write = WRITES.contains(&verb.as_str());
    (is(kind, PrincipalKind::ExternalAuditor) && is_write && !theirs).then_some(Claim::Denied)
}

#[tokio::test]
async fn i_07_an_external_auditor_changes_nothing_in_any_request() {
    let shipped = Shipped::new();
    nothing(examine(&shipped.policies(), read_only).await);
    let opened = shipped.changed(
        "@id(\"auditors-see-improvement\")",
        "permit (principal, action == Action::\"update\", resource is Risk) when { resource.retired == false };\n\
         @id(\"auditors-see-improvement\")",
    );
    something(examine(&opened, read_only).await);
    something(examine(&shipped.with("permit (principal, action, resource is Task);"), read_only).await);
}

/// What an external auditor may see or do at most: one policy for each kind of record, made from its name alone.
fn envelope() -> PolicySet {
    let within = "principal.open && principal.inWindow && resource in principal.units
        && resource.organisation == principal.organisation";
    let mut text = String::from(
        "permit (principal is ExternalAuditor, action in [Action::\"list\", Action::\"read\"], resource is Organisation)
         when { resource.organisation == principal.organisation };
         permit (principal is ExternalAuditor, action in [Action::\"list\", Action::\"read\"], resource is Engagement)
         when { resource == principal.engagement && resource.organisation == principal.organisation };
         permit (principal is ExternalAuditor, action, resource is Invitation)
         when { resource.auditor == principal && resource.organisation == principal.organisation };
         permit (principal is ExternalAuditor, action, resource is AuditPackage)
         when { principal.open && resource.engagement == principal.engagement && resource.state == \"ready\"
                && resource.organisation == principal.organisation };
         permit (principal is ExternalAuditor, action, resource is AuditRequest)
         when { principal.open && resource.engagement == principal.engagement
                && resource.organisation == principal.organisation };",
    );
    for spec in resources::specs() {
        if ["Organisation", "Engagement", "Invitation", "AuditRequest", "AuditPackage"].contains(&spec.policy_type) {
            continue;
        }
        let (name, plural) = (spec.policy_type, spec.plural);
        let covered = format!("principal.kinds.contains(\"{plural}\")");
        let controls = match name {
            "Control" => "&& (principal.everyControl || principal.controls.contains(resource))",
            "ControlTest" => "&& (principal.everyControl || principal.controls.contains(resource.control))",
            "Evidence" => "&& (principal.everyControl || resource.controls.containsAny(principal.controls))",
            _ => "",
        };
        text += &format!(
            "permit (principal is ExternalAuditor, action, resource is {name}) when {{ {within} && {covered} {controls} }};\n"
        );
    }
    text.parse().expect("policies")
}

#[tokio::test]
async fn i_80_what_an_external_auditor_is_allowed_lies_in_an_open_engagement_its_units_kinds_controls_and_window() {
    let (shipped, envelope) = (Shipped::new(), Arc::new(envelope()));
    let claim =
        |kind: &RequestEnv| is(kind, PrincipalKind::ExternalAuditor).then_some(Claim::Within(Arc::clone(&envelope)));
    nothing(examine(&shipped.policies(), claim).await);
    for (from, to) in [
        ("when { principal.open && resource in principal.units }", "when { principal.open }"),
        ("when { principal.open && resource in principal.units }", "when { resource in principal.units }"),
        ("resource is Risk && principal.kinds.contains(\"risks\")", "resource is Risk"),
        ("(principal.everyControl || principal.controls.contains(resource.control))", "true"),
        ("principal.open && resource.engagement == principal.engagement", "principal.open"),
        (
            "principal.inWindow || resource is Organisation",
            "principal.inWindow || resource is Risk || resource is Organisation",
        ),
    ] {
        something(examine(&shipped.changed(from, to), claim).await);
    }
}

#[tokio::test]
async fn organisations_never_mix_in_any_request() {
    let shipped = Shipped::new();
    let own = "permit (principal, action, resource) when { resource.organisation == principal.organisation };";
    let own: Arc<PolicySet> = Arc::new(own.parse().expect("a policy"));
    nothing(examine(&shipped.policies(), |_| Some(Claim::Within(Arc::clone(&own)))).await);
    let broken = shipped.changed(
        "unless { resource.organisation == principal.organisation };",
        "unless { resource.organisation == principal.organisation || resource.retired };",
    );
    let risks = |kind: &RequestEnv| (kind.resource().to_string() == "Risk").then_some(Claim::Within(Arc::clone(&own)));
    something(examine(&broken, risks).await);
}

/// Whose own work it is that may not be approved, by type and verb: they have made it, written it, own it or done it.
const OWN_WORK: &[(&str, &str, &str)] = &[
    ("Scope", "approve", "(resource.state == \"draft\" || resource.state == \"inReview\") && AUTHORS"),
    ("ClimateDetermination", "approve", "(resource.state == \"draft\" || resource.state == \"inReview\") && AUTHORS"),
    ("Methodology", "approve", "resource.state == \"draft\" && AUTHORS"),
    ("Statement", "approve", "resource.state == \"inReview\" && resource.createdBy == principal"),
    ("Objective", "approve", "AUTHORS"),
    ("Change", "approve", "AUTHORS"),
    ("Campaign", "approve", "AUTHORS || (resource has owner && resource.owner == principal)"),
    ("AuditProgramme", "approve", "resource.state == \"draft\" && AUTHORS"),
    ("ManagementReview", "approve", "resource.createdBy == principal"),
    ("Engagement", "approve", "AUTHORS"),
    ("DocumentVersion", "approve", "AUTHORS"),
    ("Evidence", "approve", "AUTHORS || (resource has collector && resource.collector == principal)"),
    ("Competence", "approve", "AUTHORS || resource.person == principal"),
    ("Exception", "accept", "AUTHORS || (resource has owner && resource.owner == principal)"),
    ("Task", "approve", "resource.owner == principal || (resource has doneBy && resource.doneBy == principal)"),
    (
        "Acceptance",
        "accept",
        "resource.state == \"requested\" && resource.riskOwner == principal && resource.aboveCriterion",
    ),
    ("Finding", "close", "resource has auditee && resource.auditee == principal"),
    (
        "Nonconformity",
        "approve",
        "(resource has owner && resource.owner == principal) || resource.executors.contains(principal)",
    ),
    (
        "Nonconformity",
        "accept",
        "(resource has owner && resource.owner == principal) || resource.executors.contains(principal)",
    ),
    ("Improvement", "accept", "resource.createdBy == principal"),
    ("AccessRight", "approve", "resource has person && resource.person == principal"),
    ("AccessRight", "approve", "resource.kind == \"other\" && resource.createdBy == principal"),
];

#[tokio::test]
async fn i_02_nobody_approves_their_own_work_in_any_request() {
    let shipped = Shipped::new();
    let policies = shipped.policies();
    for (record, ..) in OWN_WORK {
        assert!(resources::specs().iter().any(|spec| spec.policy_type == *record), "there is no {record}");
    }
    for spec in resources::specs().iter().filter(|spec| spec.attributes.iter().any(|known| known.name == "authors")) {
        let record = spec.policy_type;
        assert!(
            OWN_WORK.iter().any(|(known, ..)| *known == record),
            "{record} has authors: say who may not approve it"
        );
    }
    for (record, act, own) in OWN_WORK {
        let own = own.replace("AUTHORS", "(resource.createdBy == principal || resource.authors.contains(principal))");
        let limit = format!("permit (principal is User, action, resource is {record}) unless {{ {own} }};");
        let limit: Arc<PolicySet> = Arc::new(limit.parse().expect("a policy"));
        let claim = |kind: &RequestEnv| {
            let named = is(kind, PrincipalKind::User) && kind.resource().to_string() == *record && verb(kind) == *act;
            named.then_some(Claim::Within(Arc::clone(&limit)))
        };
        nothing(examine(&policies, claim).await);
        let anybody = format!("permit (principal is User, action == Action::\"{act}\", resource is {record});");
        let unforbidden: Vec<_> = shipped
            .policies()
            .policies()
            .filter(|policy| policy.effect() == cedar_policy::Effect::Permit)
            .cloned()
            .collect();
        let broken = format!(
            "{}\n{anybody}",
            PolicySet::from_policies(unforbidden).expect("policies").to_cedar().expect("text")
        );
        something(examine(&broken.parse().expect("policies"), claim).await);
    }
}

#[tokio::test]
async fn no_policy_errs_in_any_request() {
    let Some(mut prover) = prover() else { return };
    let shipped = Shipped::new();
    let mut erring = async |policies: &PolicySet| {
        let (mut examined, mut erring) = (0, Vec::new());
        for kind in shipped.requests() {
            for policy in concerned(policies, &kind).policies() {
                let compiled = CompiledPolicy::compile(policy, &kind, &shipped.schema).expect("compiles");
                if !prover.check_never_errors_opt(&compiled).await.expect("an answer") {
                    erring.push(format!("{} in {kind:?}", policy.annotation("id").unwrap_or_default()));
                }
                examined += 1;
            }
        }
        println!("{examined} policies examined, each for a kind of request");
        erring
    };
    let erring_ones = erring(&shipped.policies()).await;
    assert!(erring_ones.is_empty(), "{}", erring_ones.join("\n"));
    let broken = "permit (principal is User, action == Action::\"read\", resource is Objective)
                  when { resource.edition + 9223372036854775807 > 0 };";
    assert!(!erring(&broken.parse().expect("a policy")).await.is_empty(), "an overflow was taken for proven");
}

#[test]
fn nothing_in_any_request_names_the_trail() {
    // There is no such type, so that no policy and no request can allow a change to it; the store only ever adds to it.
    let shipped = Shipped::new();
    let named = |kind: &RequestEnv| kind.resource().to_string().to_lowercase().contains("trail");
    assert!(!shipped.requests().iter().any(named));
    assert!(resources::specs().iter().all(|spec| spec.table != "trail_entry"));
}
