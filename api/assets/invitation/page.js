"use strict";
// The link's secret stands behind # and is sent to this service alone, in a header.
const secret = location.hash.slice(1);
const at = (id) => document.getElementById(id);
const say = (id, text) => { at(id).textContent = text; };

async function ask(path, options = {}) {
  const headers = { Authorization: `Bearer ${secret}`, "Content-Type": "application/json" };
  const answer = await fetch(path, { ...options, headers, cache: "no-store" });
  const body = await answer.json();
  if (!answer.ok) { throw new Error(answer.status === 401 ? "This link is not good, or not any more: ask who invited you for another." : (body.detail || body.title)); }
  return body;
}

function trouble(error) {
  say("title", "This did not work");
  say("trouble", error.message);
  at("trouble").hidden = false;
}

const kinds = { stage1: "Certification, stage 1", stage2: "Certification, stage 2", surveillance: "Surveillance",
  recertification: "Recertification", customer: "Audit by a customer", regulator: "Audit by an authority" };

function span(engagement) {
  const { windowFrom, windowUntil, frozenAt } = engagement;
  const days = `${windowFrom ? `from ${windowFrom} ` : ""}${windowUntil ? `until ${windowUntil}` : ""}`.trim() || "any day";
  return frozenAt ? `${days}; shown as of ${new Date(frozenAt).toLocaleString()} unless you ask otherwise` : days;
}

async function show() {
  if (!secret) { throw new Error("The address lacks the part behind #: open the whole link."); }
  const [me, organisations] = await Promise.all([ask("/v1/me"), ask("/v1/organisations")]);
  say("name", me.name);
  say("organisation", organisations.items[0].name);
  if (me.engagementId) {
    await audit(me.engagementId);
  } else {
    say("title", "Your access");
    say("note", "The token that it becomes is yours: with it you make others, and see who made them.");
    at("accept").disabled = false;
  }
  at("offer").hidden = false;
}

async function audit(id) {
  const engagement = await ask(`/v1/engagements/${id}`);
  say("what", "Invitation to an audit");
  say("title", engagement.title);
  say("note", "What you open and take out is noted, and you and the organisation both see it.");
  say("body", engagement.auditBody);
  say("kind", kinds[engagement.kind] || engagement.kind);
  say("window", span(engagement));
  say("expires", new Date(engagement.expiresAt).toLocaleString());
  say("terms", engagement.terms);
  at("audit").hidden = false;
}

async function accept() {
  at("accept").disabled = true;
  const body = JSON.stringify({ acceptTerms: at("agree").checked });
  const { token } = await ask("/v1/invitations:accept", { method: "POST", body });
  history.replaceState(null, "", location.pathname);
  say("token", token);
  say("steps", `export ISMS_TOKEN=${token}\ncurl -H "Authorization: Bearer $ISMS_TOKEN" ${location.origin}/v1/me\ncurl -H "Authorization: Bearer $ISMS_TOKEN" ${location.origin}/v1/risks`);
  at("offer").hidden = true;
  at("given").hidden = false;
}

at("agree").addEventListener("change", () => { at("accept").disabled = !at("agree").checked; });
at("accept").addEventListener("click", () => accept().catch(trouble));
at("copy").addEventListener("click", () => navigator.clipboard.writeText(at("token").textContent));
show().catch(trouble);
