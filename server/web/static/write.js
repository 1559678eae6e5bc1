// Helps while writing: says what is wrong before the form is sent, keeps a draft, adds rows in place.
// The server decides everything; without this file the buttons of the form do the same.

const form = document.getElementById("write");
const said = document.getElementById("write-said");
const touched = new Set();
const CHECK_AFTER = 700;
const KEEP_EVERY = 20000;
let dirty = false;
let checking = 0;
let answerOf = 0;

const wordsOf = () => {
  const words = new FormData(form);
  for (const [name, value] of [...words]) {
    if (value instanceof File) words.delete(name);
  }
  return words;
};

const ask = (address) => fetch(address, {
  method: "POST", body: wordsOf(), credentials: "same-origin", headers: { Accept: "application/json" },
});

const fieldOf = (control) => control.closest(".field, fieldset[id]");

const describe = (control, id, wanted) => {
  const known = (control.getAttribute("aria-describedby") || "").split(" ").filter((one) => one && one !== id);
  if (wanted) known.unshift(id);
  if (known.length) control.setAttribute("aria-describedby", known.join(" "));
  else control.removeAttribute("aria-describedby");
};

const note = (control, kind, texts, between = " ") => {
  const field = fieldOf(control);
  if (!field) return;
  const id = `${control.id}-${kind}`;
  let place = document.getElementById(id);
  if (!texts.length) {
    if (place) place.remove();
    describe(control, id, false);
    return;
  }
  if (!place) {
    place = document.createElement("p");
    place.id = id;
    place.className = `field__${kind}`;
    place.setAttribute("dir", "auto");
    if (control.parentElement === field) control.before(place);
    else field.append(place);
  }
  const text = texts.join(between);
  if (place.textContent !== text) place.textContent = text;
  describe(control, id, true);
};

const show = (control, found) => {
  const faults = found.faults[control.id] || [];
  const tips = (found.tips[control.id] || []).map((tip) => [
    tip.message, tip.found && `“${tip.found}”`, tip.better && `${form.dataset.better} ${tip.better}`,
  ].filter(Boolean).join(" "));
  note(control, "fault", faults);
  note(control, "tip", tips, "\n");
  const field = fieldOf(control);
  if (field) field.classList.toggle("field--wrong", faults.length > 0);
  if (faults.length) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
};

const check = async () => {
  const mine = ++answerOf;
  let found;
  try {
    const answer = await ask(form.dataset.check);
    if (!answer.ok) return;
    found = await answer.json();
  } catch {
    return;
  }
  if (mine !== answerOf) return;
  for (const id of touched) {
    const control = document.getElementById(id);
    if (control) show(control, found);
  }
};

const keep = async () => {
  if (!dirty || !form.dataset.draft) return;
  dirty = false;
  try {
    const answer = await ask(form.dataset.draft);
    if (!answer.ok) return;
    form.elements.draft.value = (await answer.json()).draft;
    said.textContent = form.dataset.kept;
  } catch {
    dirty = true;
  }
};

// The same answer as without this script, of which only the list with the new row is taken.
const more = async (button) => {
  const list = button.closest("fieldset[id]");
  const words = wordsOf();
  words.append(button.name, button.value);
  const answer = await fetch(form.action, { method: "POST", body: words, credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(list.id);
  if (!answer.ok || !fresh) throw new Error("no list");
  list.replaceWith(document.adoptNode(fresh));
  const rows = fresh.querySelectorAll(":scope > .fields > fieldset");
  const last = rows[rows.length - 1];
  const first = last && last.querySelector("input, select, textarea");
  if (first) first.focus();
  if (fresh.querySelector("[data-picker]")) {
    const { enhance } = await import("../vocabularies/picker.js");
    enhance(fresh);
  }
};

if (form) {
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("change", (event) => {
    dirty = true;
    if (event.target.id) touched.add(event.target.id);
    clearTimeout(checking);
    checking = setTimeout(check, CHECK_AFTER);
  });
  form.addEventListener("input", (event) => {
    if (!touched.has(event.target.id)) return;
    clearTimeout(checking);
    checking = setTimeout(check, CHECK_AFTER);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=more]");
    if (!button || form.dataset.more === "off") return;
    event.preventDefault();
    more(button).catch(() => { form.dataset.more = "off"; button.click(); });
  });
  setInterval(keep, KEEP_EVERY);
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
}
