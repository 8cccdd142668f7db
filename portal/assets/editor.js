// Makes the boxes of a definition better: numbers of lines, indenting, findings that lead to their line, kept drafts.

const form = document.getElementById("draft");
const boxes = [...form.querySelectorAll("textarea")];
const INDENT = "  ";

function number(box, gutter) {
  const count = box.value.split("\n").length;
  if (gutter.childElementCount !== count) {
    gutter.replaceChildren(...Array.from({ length: count }, (_, at) => Object.assign(document.createElement("span"), { textContent: at + 1 })));
  }
  gutter.scrollTop = box.scrollTop;
}

function withNumbers(box) {
  const gutter = document.createElement("div");
  gutter.className = "gutter";
  gutter.setAttribute("aria-hidden", "true");
  box.before(gutter);
  box.addEventListener("input", () => number(box, gutter));
  box.addEventListener("scroll", () => { gutter.scrollTop = box.scrollTop; });
  number(box, gutter);
}

function write(text) {
  document.execCommand("insertText", false, text); // the only way that can be undone
}

function withKeys(box) {
  let leaves = false;
  box.addEventListener("keydown", (event) => {
    if (event.key === "Tab" && !event.shiftKey && !leaves && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      write(INDENT);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.isComposing) {
      const line = box.value.slice(0, box.selectionStart).split("\n").pop();
      event.preventDefault();
      write(`\n${line.match(/^ */)[0]}`);
    }
    leaves = event.key === "Escape";
  });
}

function goTo(box, line, column) {
  box.closest("details")?.setAttribute("open", "");
  const lines = box.value.split("\n");
  const at = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
  box.focus();
  box.setSelectionRange(at, at);
  box.scrollTop = (line - 4) * parseFloat(getComputedStyle(box).lineHeight);
  box.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-line]");
  if (!link) return;
  event.preventDefault();
  goTo(document.getElementById(link.dataset.box), Number(link.dataset.line), Number(link.dataset.column));
});

const KEY = `steward-draft:${form.dataset.draft}`;
const kept = document.getElementById("kept");

function stored() {
  try { return JSON.parse(localStorage.getItem(KEY)); } catch { return null; }
}

function keep(extra = {}) {
  const texts = Object.fromEntries(boxes.map((box) => [box.name, box.value]));
  try { localStorage.setItem(KEY, JSON.stringify({ texts, from: form.dataset.from, ...extra })); } catch { /* full */ }
}

function forget() {
  try { localStorage.removeItem(KEY); } catch { /* not allowed */ }
  kept.hidden = true;
}

function offer() {
  const draft = stored();
  if (!draft || form.dataset.fresh === undefined) return;
  const same = boxes.every((box) => draft.texts?.[box.name] === box.value);
  if (same || (draft.sent && draft.from !== form.dataset.from)) forget();
  else kept.hidden = false;
}

kept.querySelector("[data-forget]").addEventListener("click", forget);
kept.querySelector("[data-take]").addEventListener("click", () => {
  const { texts } = stored() ?? {};
  for (const box of boxes) box.value = texts?.[box.name] ?? box.value;
  kept.hidden = true;
  for (const box of boxes) box.dispatchEvent(new Event("input", { bubbles: true }));
});

boxes.forEach(withNumbers);
boxes.forEach(withKeys);
for (const hint of form.querySelectorAll("[data-keys]")) hint.hidden = false;
form.addEventListener("input", () => keep());
form.addEventListener("submit", (event) => keep({ sent: event.submitter?.hasAttribute("formaction") ?? false }));
offer();
