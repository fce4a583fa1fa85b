// All leads: searched, filtered, sorted; only the lines in sight are in the page, however many there are.
const LINE = 44;
const PRINTED = 100;
const box = document.querySelector("[data-table]");
const body = box.querySelector("tbody");
const folded = LEADS.company.map((name, i) => (name + "\n" + LEADS.id[i]).toLocaleLowerCase());
const sort = { by: "rank", way: 1 };
let found = [];
let drawnFrom = -1;

function filters() {
  return [...document.querySelectorAll("select[data-filter]")];
}

function fillFilters() {
  const grades = [...new Set(LEADS.grade)].filter(Boolean).sort();
  const letters = [...new Set(grades.map((grade) => grade[0]))];
  const options = {
    persona: [["", say("any_persona")], ...DATA.personas.map((one) => [one.number, say("like_name", { name: one.name })])],
    grade: [["", say("any_grade")], ...new Map([...letters, ...grades].map((grade) => [grade, grade]))],
    probability: [["", say("any_probability")], ...(CHANCES ? [0.9, 0.75, 0.5, 0.25, 0.1] : []).map((least) => [least, percent(least)])],
  };
  for (const select of filters()) {
    const before = select.value;
    const choice = select.dataset.column === undefined ? null : DATA.choices[select.dataset.column];
    const these = choice
      ? [["", say("any", { column: plainName(choice.column) })], ...choice.values.map((value, code) => [code, valueOf(choice.column, value)])]
      : options[select.dataset.filter];
    select.replaceChildren(...these.map(([value, text]) => make("option", { value }, text)));
    select.value = before;
    select.parentElement.hidden = these.length < 3 && !choice;
  }
}

function choose() {
  const wanted = document.querySelector("[data-search]").value.trim().toLocaleLowerCase();
  const tests = [];
  if (wanted) tests.push((i) => folded[i].includes(wanted));
  for (const select of filters()) {
    if (select.value === "") continue;
    const value = select.value;
    if (select.dataset.column !== undefined) {
      const { codes } = DATA.choices[select.dataset.column];
      tests.push((i) => codes[i] === Number(value));
    } else if (select.dataset.filter === "persona") tests.push((i) => LEADS.persona[i] === Number(value));
    else if (select.dataset.filter === "grade") tests.push((i) => LEADS.grade[i].startsWith(value));
    else tests.push((i) => LEADS.probability[i] >= Number(value));
  }
  found = [];
  for (let i = 0; i < COUNT; i++) if (tests.every((test) => test(i))) found.push(i);
  order();
}

function order() {
  const column = sort.by === "persona" ? LEADS.persona.map((one) => PERSONA.get(one) || "") : LEADS[sort.by];
  if (typeof column[0] === "string") {
    const collator = new Intl.Collator(language, { numeric: true });
    found.sort((a, b) => sort.way * collator.compare(column[a], column[b]) || a - b);
  } else found.sort((a, b) => sort.way * (column[a] - column[b]) || a - b);
  for (const button of document.querySelectorAll("[data-sort]")) {
    const on = button.dataset.sort === sort.by;
    button.closest("th").setAttribute("aria-sort", on ? (sort.way > 0 ? "ascending" : "descending") : "none");
  }
  document.querySelector("[data-count]").textContent = say("count", { shown: number(found.length), all: number(COUNT) });
  box.querySelector("table").setAttribute("aria-rowcount", String(found.length + 1));
  box.scrollTop = 0;
  drawnFrom = -1;
  drawLines();
}

function lineOf(i, at) {
  return make("tr", { "data-table-row": i + 1, "aria-rowindex": at + 2 },
    make("td", { class: "n" }, number(LEADS.rank[i])),
    make("td", { class: "name" }, make("a", { href: `#lead-${i + 1}`, title: LEADS.company[i] }, named(LEADS.company[i])), " ",
      LEADS.id[i] === LEADS.company[i] ? null : named(LEADS.id[i], { class: "soft" })),
    make("td", { class: "n" }, percent(LEADS.probability[i])),
    make("td", { class: "n" }, signed(LEADS.score[i])),
    make("td", { class: "c" }, LEADS.grade[i] ? make("span", { class: "grade g" + LEADS.grade[i][0] }, LEADS.grade[i]) : "–"),
    make("td", { class: "wide-only" }, named(PERSONA.get(LEADS.persona[i]) || "–")));
}

function gap(lines) {
  const row = make("tr", { class: "gap", "aria-hidden": "true" }, make("td", { colspan: 6 }));
  row.firstChild.style.height = lines * LINE + "px";
  return row;
}

function drawLines(all) {
  if (!found.length) {
    body.replaceChildren(make("tr", {}, make("td", { colspan: 6, class: "nothing" }, say("none_found"))));
    return;
  }
  const seen = Math.ceil((box.clientHeight || 600) / LINE);
  const from = all ? 0 : Math.max(0, 20 * Math.floor((box.scrollTop / LINE - 20) / 20));
  const to = all ? Math.min(PRINTED, found.length) : Math.min(found.length, from + seen + 60);
  if (from === drawnFrom && !all) return;
  drawnFrom = all ? -1 : from;
  // A line that holds the focus is drawn anew; it gets the focus back.
  const focused = body.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const lines = found.slice(from, to).map((i, k) => lineOf(i, from + k));
  body.replaceChildren(...(from ? [gap(from)] : []), ...lines, ...(all || to === found.length ? [] : [gap(found.length - to)]));
  if (focused) [...body.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus({ preventScroll: true });
}

// A list may go into a spreadsheet, where a cell that begins like a formula would be one.
function cell(value) {
  let text = String(value);
  if (typeof value === "string" && /^[\s]*[=+\-@\t\r＝＋－＠]/.test(text)) text = "'" + text;
  return /[",;\n\r]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

function exportList() {
  const head = ["rank", "lead_id", "company", "probability", "score", "grade", "persona", ...DATA.choices.map((one) => one.column)];
  const lines = found.map((i) => [
    LEADS.rank[i], LEADS.id[i], LEADS.company[i], LEADS.probability[i] ?? "", LEADS.score[i], LEADS.grade[i],
    PERSONA.get(LEADS.persona[i]) || "", ...DATA.choices.map((one) => one.values[one.codes[i]] ?? ""),
  ]);
  const text = "\ufeff" + [head, ...lines].map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = make("a", {});
  link.setAttribute("href", address);
  link.setAttribute("download", "leads.csv");
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function startTable() {
  const form = document.querySelector("form.filters");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", choose);
  form.addEventListener("change", choose);
  document.querySelector("[data-reset]").addEventListener("click", () => { form.reset(); choose(); });
  document.querySelector("[data-export]").addEventListener("click", exportList);
  for (const button of document.querySelectorAll("[data-sort]")) {
    button.addEventListener("click", () => {
      const by = button.dataset.sort;
      // What is best comes first: high chances and scores, but low ranks, and names from A.
      const first = by === "probability" || by === "score" ? -1 : 1;
      sort.way = sort.by === by ? -sort.way : first;
      sort.by = by;
      order();
    });
  }
  box.addEventListener("scroll", () => requestAnimationFrame(() => drawLines()), { passive: true });
  window.addEventListener("resize", () => { drawnFrom = -1; drawLines(); });
  window.addEventListener("beforeprint", () => {
    drawLines(true);
    const note = found.length > PRINTED ? say("print_cut", { n: number(PRINTED), all: number(found.length) }) : "";
    document.getElementById("print-cut").textContent = note;
  });
  window.addEventListener("afterprint", () => { drawnFrom = -1; drawLines(); });
}
