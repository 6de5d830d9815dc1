// A slot becomes a box with suggestions: by name, short name, full pinyin or initials.
import TomSelect from "tom-select/base";

export function enhance(element, words) {
  const type = element.dataset.type;
  const named = ["area", "body", "indicator", "document", "programme", "report"].includes(type);
  if (element.tagName !== "SELECT" && !named) return;
  const several = "multi" in element.dataset;
  const width = element.offsetWidth;
  const any = element.querySelector('option[value="any"], option[value=""]');
  const open = any?.textContent ?? element.placeholder ?? "";
  if (several && element.tagName === "SELECT") {
    element.multiple = true;
    any?.remove();
  }
  const around = element.closest("label");
  const label = (around ? around.firstChild : document.querySelector(`label[for="${element.id}"]`))?.textContent.trim();
  const box = new TomSelect(element, {
    allowEmptyOption: !several && element.tagName === "SELECT",
    maxItems: several ? null : 1,
    maxOptions: 300,
    create: element.tagName === "INPUT",
    createOnBlur: element.tagName === "INPUT",
    placeholder: several || element.tagName === "INPUT" ? open : undefined,
    hidePlaceholder: true,
    searchField: ["text", "pinyin"],
    shouldLoad: (typed) => named && typed.length > 0,
    load(typed, done) {
      fetch(`/api/v1/suggest?${new URLSearchParams({ type, q: typed, limit: "50" })}`, { headers: { Accept: "application/json" } })
        .then((answer) => (answer.ok ? answer.json() : { suggestions: [] }))
        .then((found) => {
          const list = Array.isArray(found) ? found : found.suggestions ?? found.results ?? [];
          // What was typed stands beside each find, so that a name found by its pinyin is not filtered away again;
          // beside one that is there already, too: it would not be taken in a second time.
          for (const one of list) if (this.options[one.value]) this.options[one.value].pinyin = `${this.options[one.value].pinyin ?? ""} ${typed}`;
          done(list.map((one) => ({ value: one.value, text: name(one), pinyin: typed })));
        })
        .catch(() => done());
    },
    render: {
      // The count belongs to the choice, not to what was chosen.
      item: (data, escape) => `<div>${escape(data.text.replace(/ \([\d,]+\)$/, ""))}</div>`,
      no_results: () => note(words.nothing),
      loading: () => note(words.looking),
      option_create: (data, escape) => `<div class="create">${words.take} “${escape(data.input)}”</div>`,
    },
    onItemAdd() {
      this.wrapper.style.width = "";
      this.setTextboxValue("");
      this.refreshOptions(false);
      if (!several) this.blur();
    },
  });
  // As wide as the field was, until something else is chosen: the sentence does not move when the boxes come.
  // Several that are chosen stood one below the other; as many as fit now stand in a line.
  if (box.items.length < 2) box.wrapper.style.width = `${width}px`;
  // A year that no report has was shown without its count, and the field is too narrow for it as a chip.
  if (box.control.offsetWidth > width) box.wrapper.style.width = "";
  if (label) box.control_input.setAttribute("aria-label", label);
  // The field that the box stands for is still there for the form; a screen reader would meet both.
  element.setAttribute("aria-hidden", "true");
}

function name(one) {
  if (typeof one.label === "string") return one.label;
  return one.label?.[document.documentElement.lang.slice(0, 2)] ?? one.label?.zh ?? one.value;
}

function note(text) {
  const element = document.createElement("div");
  element.className = "no-results";
  element.textContent = text;
  return element;
}
