// The query editor: SPARQL colours, completion from the vocabulary of this release by Chinese name, the place of an error.
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

const area = document.getElementById("query");
const form = document.getElementById("sparql-form");

const colours = HighlightStyle.define([
  { tag: tags.keyword, class: "t-keyword" },
  { tag: [tags.variableName, tags.special(tags.variableName)], class: "t-variable" },
  { tag: [tags.string, tags.url, tags.special(tags.string)], class: "t-string" },
  { tag: tags.comment, class: "t-comment" },
  { tag: [tags.number, tags.bool], class: "t-number" },
  { tag: [tags.namespace, tags.propertyName, tags.typeName, tags.labelName], class: "t-name" },
]);

let terms;
async function known() {
  terms ??= fetch(area.dataset.terms, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : {}))
    .then((found) => (Array.isArray(found) ? found : found.terms ?? []))
    .then((list) => list.flatMap(options))
    .catch(() => []);
  return terms;
}

// One option for each name: completion matches a single typed character at the beginning of a name only.
const prefixes = [...document.querySelectorAll(".prefixes dt")].map((dt) => [dt.textContent, dt.nextElementSibling.textContent]);
function options(term) {
  const [prefix, iri] = prefixes.find(([, iri]) => term.iri.startsWith(iri)) ?? [];
  if (!prefix) return [];
  const code = prefix + term.iri.slice(iri.length);
  const label = typeof term.label === "string" ? { zh: term.label } : term.label ?? {};
  const name = label[document.documentElement.lang.slice(0, 2)] ?? label.zh ?? "";
  const count = term.count ? `×${term.count}` : "";
  return [code, label.zh, label.en].filter(Boolean).map((text) => ({ label: text, displayLabel: text === code ? code : `${text} → ${code}`, apply: code, detail: text === code ? `${name} ${count}` : count }));
}

async function complete(context) {
  const word = context.matchBefore(/[\w:\u4e00-\u9fff-]+/);
  if (!word && !context.explicit) return null;
  if (word && /^[?$]/.test(context.state.sliceDoc(word.from - 1, word.from))) return null;
  return { from: word?.from ?? context.pos, options: await known(), validFor: /^[\w:\u4e00-\u9fff-]*$/ };
}

const run = () => (form.requestSubmit(), true);
const view = new EditorView({
  state: EditorState.create({
    doc: area.value,
    extensions: [
      lineNumbers(),
      history(),
      drawSelection(),
      highlightActiveLine(),
      bracketMatching(),
      sparql(),
      syntaxHighlighting(colours),
      autocompletion({ override: [complete], icons: false }),
      keymap.of([{ key: "Mod-Enter", run }, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": form.querySelector("label").textContent }),
      EditorView.updateListener.of((update) => update.docChanged && (area.value = update.state.doc.toString())),
    ],
  }),
});
area.before(view.dom);
area.hidden = true;
form.querySelector(".keys").hidden = false;

const failure = document.getElementById("failure");
const line = Number(failure?.dataset.line);
if (line && line <= view.state.doc.lines) {
  const place = view.state.doc.line(line);
  const from = Math.min(place.from + Math.max(Number(failure.dataset.column) - 1, 0), place.to);
  view.dispatch(setDiagnostics(view.state, [{ from, to: Math.min(from + 1, view.state.doc.length), severity: "error", message: failure.textContent.trim() }]));
}
