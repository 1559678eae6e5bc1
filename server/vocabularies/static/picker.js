// Turns each picker of a page into a combobox with suggestions (ARIA 1.2, list autocomplete).
// Without this file the same fields work by a search button that sends the form.

const PAUSE = 150;
let numbered = 0;

class Picker {
  constructor(root) {
    this.root = root;
    this.many = "many" in root.dataset;
    this.input = root.querySelector("input[type=text]");
    this.label = root.querySelector("label");
    this.terms = [];
    this.active = -1;
    this.chips = element("ul", { class: "picker__chips" });
    this.list = element("ul", { class: "picker__list", role: "listbox", id: `picker-${++numbered}`, hidden: "" });
    this.status = element("p", { class: "visually-hidden", role: "status" });
    this.list.setAttribute("aria-labelledby", this.label.id);
    this.chips.setAttribute("aria-labelledby", this.label.id);
    this.takeOver();
    this.listen();
  }

  takeOver() {
    const options = this.root.querySelector("[data-options]");
    const suggested = [];
    for (const box of options.querySelectorAll("input")) {
      const label = box.closest("label").querySelector("[data-label]");
      if (!label) continue;
      const term = { code: box.value, label: label.textContent, above: box.closest("label").querySelector("small")?.textContent ?? "" };
      if (box.checked) this.addChip(term);
      else suggested.push(term);
    }
    options.replaceWith(this.chips);
    this.root.querySelector("[data-search]").remove();
    const line = this.root.querySelector(".picker__line");
    line.after(this.list);
    this.root.append(this.status);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id, "aria-haspopup": "listbox",
    })) this.input.setAttribute(name, value);
    this.input.removeAttribute("enterkeyhint");
    if (!suggested.length) return;
    this.list.classList.add("picker__list--still"); // nobody opened it, so it covers nothing
    this.offer(suggested);
  }

  listen() {
    this.input.addEventListener("input", () => this.searchSoon());
    this.input.addEventListener("click", () => { if (this.list.hidden && !this.input.value) this.search(); });
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose([...this.list.children].indexOf(option));
    });
    this.chips.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.removeChip(button.closest("li"));
    });
  }

  onKey(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (open) this.move(event.key === "ArrowDown" ? 1 : -1);
      else this.search(event.key === "ArrowDown" ? 0 : -1);
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      if (this.active >= 0) this.choose(this.active);
    } else if (event.key === "Enter" && this.input.value.trim()) {
      event.preventDefault(); // words that are no code yet are no reason to send the form
      this.search();
    } else if (event.key === "Escape") {
      if (open) this.close();
      else this.input.value = "";
      event.preventDefault();
    }
  }

  searchSoon() {
    clearTimeout(this.timer);
    if (!this.input.value.trim()) return this.close();
    this.timer = setTimeout(() => this.search(), PAUSE);
  }

  async search(activate) {
    clearTimeout(this.timer);
    this.request?.abort();
    const request = (this.request = new AbortController());
    const asked = new URLSearchParams({ text: this.input.value.trim(), lang: this.root.dataset.languages });
    try {
      const answer = await fetch(`${this.root.dataset.source}?${asked}`, { signal: request.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = (await answer.json()).terms;
      if (request.signal.aborted || document.activeElement !== this.input) return;
      const held = new Set(this.codes());
      this.offer(found.filter((term) => !held.has(term.code)));
      if (activate !== undefined && this.terms.length) this.move(activate === 0 ? 1 : -1);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.close();
      this.say(this.root.dataset.failed);
    }
  }

  offer(terms) {
    this.terms = terms;
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...terms.map((term, place) => this.option(term, place)));
    this.list.hidden = terms.length === 0;
    this.input.setAttribute("aria-expanded", String(terms.length > 0));
    this.say(terms.length ? this.root.dataset.found.replace("{n}", localNumber(terms.length)) : this.root.dataset.nothing);
  }

  option(term, place) {
    const option = element("li", { role: "option", id: `${this.list.id}-${place}`, "aria-selected": "false" });
    option.append(element("span", { dir: "auto" }, term.label));
    if (term.above) option.append(element("small", { class: "picker__above soft", dir: "auto" }, term.above));
    return option;
  }

  move(step) {
    const options = this.list.children;
    if (!options.length) return;
    if (this.active >= 0) options[this.active].setAttribute("aria-selected", "false");
    this.active = this.active < 0 && step < 0 ? options.length - 1 : (this.active + step + options.length) % options.length;
    const option = options[this.active];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  choose(place) {
    const term = this.terms[place];
    if (!this.many) this.chips.replaceChildren();
    this.addChip(term);
    this.input.value = "";
    this.close();
    this.say(this.root.dataset.added.replace("{label}", term.label));
    this.changed();
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.list.classList.remove("picker__list--still");
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  addChip(term) {
    const chip = element("li", { class: "picker__chip" });
    const words = element("span", { dir: "auto" }, term.label);
    if (term.above) words.title = `${term.above} › ${term.label}`;
    const button = element("button", { type: "button", "aria-label": this.root.dataset.remove.replace("{label}", term.label) }, "×");
    chip.append(element("input", { type: "hidden", name: this.root.dataset.field, value: term.code }), words, button);
    this.chips.append(chip);
  }

  removeChip(chip) {
    const label = chip.querySelector("span").textContent;
    const next = chip.nextElementSibling ?? chip.previousElementSibling;
    chip.remove();
    (next?.querySelector("button") ?? this.input).focus();
    this.say(this.root.dataset.removed.replace("{label}", label));
    this.changed();
  }

  codes() {
    return [...this.chips.querySelectorAll("input")].map((one) => one.value);
  }

  changed() {
    this.root.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: { codes: this.codes() } }));
  }

  say(text) {
    this.status.textContent = text;
  }
}

function localNumber(number) {
  return number.toLocaleString(document.documentElement.lang || undefined);
}

function element(name, attributes, text) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

export function enhance(part) {
  for (const root of part.querySelectorAll("[data-picker]:not([data-enhanced])")) {
    root.dataset.enhanced = "";
    new Picker(root);
  }
}

enhance(document);
