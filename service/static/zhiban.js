// Progressive enhancement only: every page works without this file.
// 1. drafts: what is typed into a form marked data-draft is kept in this browser until the form has acted
// 2. a form is not sent twice by a double click   3. dangerous acts ask first   4. a lost network says so and keeps all

const said = document.body.dataset; // the words, in the reader's language
const HEAD = `zhiban:draft:${said.who ?? ""}:`; // whoever signs in next on this device finds nothing of it

const store = {
  get(name) { try { return JSON.parse(localStorage.getItem(HEAD + name)); } catch { return null; } },
  set(name, value) { try { localStorage.setItem(HEAD + name, JSON.stringify(value)); } catch { /* full or forbidden */ } },
  drop(name) { try { localStorage.removeItem(HEAD + name); } catch { /* forbidden */ } },
  names() { try { return Object.keys(localStorage).filter((one) => one.startsWith(HEAD)).map((one) => one.slice(HEAD.length)); } catch { return []; } },
};

const SECRET = new Set(["token", "version", "back"]);
const fields = (form) => [...form.elements].filter((one) => one.name && !SECRET.has(one.name) && !["file", "password", "submit", "button"].includes(one.type));

function typed(form) {
  const kept = {};
  for (const one of fields(form)) {
    if (["checkbox", "radio"].includes(one.type)) { (kept[one.name] ??= []); if (one.checked) kept[one.name].push(one.value); }
    else (kept[one.name] ??= []).push(one.value);
  }
  return kept;
}

function fill(form, kept) {
  const seen = {};
  for (const one of fields(form)) {
    const values = kept[one.name];
    if (!values) continue;
    if (["checkbox", "radio"].includes(one.type)) one.checked = values.includes(one.value);
    else { const n = (seen[one.name] ??= 0); if (n < values.length) one.value = values[n]; seen[one.name] = n + 1; }
    one.dispatchEvent(new Event("restored", { bubbles: true }));
  }
}

function note(form, text, act) {
  let line = form.querySelector(".kept");
  if (!line) { line = document.createElement("p"); line.className = "kept hint"; line.setAttribute("role", "status"); form.prepend(line); }
  line.textContent = text + " ";
  if (act) {
    const button = document.createElement("button");
    button.type = "button"; button.className = "quiet"; button.textContent = said.drop;
    button.addEventListener("click", act);
    line.append(button);
  }
  return line;
}

// what has acted need not be kept: the page after it names the key of the form that was sent
const done = document.querySelector("[data-once]")?.dataset.once;
if (done) for (const name of store.names()) if (store.get(name)?.fields?.once?.[0] === done) store.drop(name);

for (const form of document.querySelectorAll("form[data-draft]")) {
  const name = form.dataset.draft;
  const refused = form.querySelector("[aria-invalid]") || document.querySelector(".trouble");
  const kept = store.get(name);
  if (kept && !refused) {
    fill(form, kept.fields);
    note(form, said.kept, () => { store.drop(name); location.reload(); });
  }
  const keep = () => store.set(name, { at: Date.now(), fields: typed(form) });
  if (refused) keep();
  let waits;
  form.addEventListener("input", () => { clearTimeout(waits); waits = setTimeout(keep, 300); });
  form.addEventListener("submit", () => { clearTimeout(waits); keep(); });
  addEventListener("pagehide", () => { if (waits) keep(); });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  // a browser that thinks itself offline may still reach an office on its own network: the office is asked
  if (form.dataset.draft && !navigator.onLine && !form.dataset.reached) {
    event.preventDefault();
    const lost = () => note(form, said.offline).scrollIntoView({ block: "center" });
    fetch("/healthz", { cache: "no-store" }).then(() => { form.dataset.reached = "1"; form.requestSubmit(event.submitter); }, lost);
    return;
  }
  delete form.dataset.reached;
  const question = event.submitter?.dataset.sure ?? form.dataset.sure;
  if (question && !confirm(question)) { event.preventDefault(); return; }
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  // a button that is disabled at once would not be sent with its value
  setTimeout(() => { for (const button of form.querySelectorAll("button")) button.disabled = true; });
});

// coming back with the browser's own button: the page is as it was, and may be sent again
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  }
});

// a menu closes when one goes elsewhere
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
});
