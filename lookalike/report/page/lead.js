// One lead in full: why, the sum as a waterfall, what is known and from where, what is missing and why.
function stepName([kind, name, outcome, deals]) {
  if (kind === "base") return say("base");
  return say(`${kind}_${outcome}`, { name, n: number(deals) });
}

function waterfall(page) {
  const ends = [0];
  for (const step of page.steps) ends.push(ends[ends.length - 1] + step[4]);
  const low = Math.min(...ends);
  const scale = 100 / (Math.max(...ends) - low || 1);
  const bar = (from, to, kind) => draw("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
    draw("line", { class: "zero", x1: -low * scale, x2: -low * scale, y1: 0, y2: 10 }),
    draw("rect", { class: kind, x: (Math.min(from, to) - low) * scale, width: Math.max(0.4, Math.abs(to - from) * scale), y: 1.5, height: 7 }));
  const lines = page.steps.map((step, at) => {
    const kind = step[0] === "base" ? "base" : step[4] < 0 ? "against" : "for";
    return make("tr", { "data-step": step[0] },
      make("th", { scope: "row" }, named(stepName(step)), step[6][language] ? make("small", {}, named(say("both_share", { shared: step[6][language] }))) : null),
      make("td", { class: "bar-cell" }, bar(ends[at], ends[at + 1], kind)),
      make("td", { class: "n", "data-amount": step[4] }, signed(step[4], 3)));
  });
  const total = make("tr", { class: "total", "data-total": page.total },
    make("th", { scope: "row" }, say("total")), make("td", { class: "bar-cell" }, bar(0, page.total, "sum")), make("td", { class: "n" }, signed(page.total, 3)));
  return make("table", { class: "waterfall", "data-waterfall": true },
    make("thead", { class: "quiet-head" }, make("tr", {}, make("th", { scope: "col" }, say("step")),
      make("td", { class: "bar-cell" }), make("th", { scope: "col", class: "n" }, say("amount")))),
    make("tbody", {}, lines), make("tfoot", {}, total));
}

function columnsOf(page) {
  return make("table", { class: "plain" },
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, say("column")), make("th", { scope: "col" }, say("value")),
      make("th", { scope: "col", class: "n" }, say("amount")))),
    make("tbody", {}, page.columns.map(([column, value, amount]) =>
      make("tr", {}, make("td", {}, named(nameOf(column, column))), make("td", {}, value === null ? say("given") : named(measured(column, value))),
        make("td", { class: "n " + (amount < 0 ? "is-against" : "is-for") }, signed(amount, 3))))));
}

// What was counted of behaviour is a number of ours; a cell of the file stays as it is.
function measured(column, value) {
  if (!column.startsWith("events: ") || !value || Number.isNaN(Number(value))) return valueOf(column, value);
  return new Intl.NumberFormat(language, { maximumSignificantDigits: 6, useGrouping: false }).format(Number(value));
}

function factsOf(page, wanted) {
  const facts = page.facts.filter((fact) => fact[2] === wanted);
  if (!facts.length) return [];
  return [make("h3", {}, say(wanted ? "facts_found" : "facts_own")),
    make("dl", { class: "facts" }, facts.map(([column, value, , sources]) =>
      make("div", { "data-fact": column }, make("dt", {}, named(plainName(column))),
        make("dd", {}, /^https?:\/\//i.test(value) && !/[\s;]/.test(value) ? webLink(value, value) : named(valueOf(column, value)),
          sources.map(([url, day]) => make("small", {}, webLink(url, hostOf(url) + new URL(url).pathname.replace(/\/$/, "")),
            day ? ", " + dayOf(day) : ""))))))];
}

function own(words, name, otherwise) {
  return Object.hasOwn(words, name) ? words[name] : otherwise;
}

// Columns that have a name of their own in the language are called so.
function nameOf(column, otherwise) {
  return own(DATA.names[language], column, otherwise);
}

// And so are values; of several each is.
function valueOf(column, text) {
  const words = own(DATA.values[language], column, {});
  return text.split("; ").map((one) => own(words, one, one)).join("; ");
}

function plainName(column) {
  return nameOf(column, column.replace(/^company_/, "").replaceAll("_", " "));
}

function missingOf(page) {
  const whys = Object.entries(page.missing);
  if (!whys.length) return make("p", {}, say("nothing_missing"));
  return make("dl", { class: "missing", "data-missing": true }, whys.map(([why, columns]) => {
    const key = "why_" + why.replaceAll(" ", "_");
    return make("div", { "data-why": why }, make("dt", {}, key in WORDS[language] ? say(key) : named(why)),
      make("dd", {}, named(columns.map(plainName).join(", "))));
  }));
}

function leadView(i) {
  const shown = i + 1;
  const page = DATA.pages[i];
  const grade = LEADS.grade[i];
  const figures = [["rank", number(LEADS.rank[i])], ...(CHANCES ? [["chance", percent(LEADS.probability[i])]] : []),
    ...(page ? [["likeness", percent(page.likeness)]] : []), ...(grade ? [["grade", grade]] : []), ["score", signed(LEADS.score[i])]];
  const way = (to, name, hook) => (to < 0 || to >= COUNT ? null : make("a", { href: `#lead-${to + 1}`, [hook]: true }, say(name)));
  const top = [
    make("nav", { class: "lead-nav", "aria-label": say("lead") }, make("a", { href: "#leads", "data-back": true }, "← " + say("back")),
      way(i - 1, "lead_previous", "data-lead-previous"), way(i + 1, "lead_next", "data-lead-next")),
    make("header", { class: "lead-head" }, make("h1", {}, named(LEADS.company[i])),
      make("p", { class: "soft" }, say("lead") + " ", named(LEADS.id[i]), page && page.site ? " · " : "", page && page.site ? webLink(page.site, hostOf(page.site)) : ""),
      make("dl", { class: "stats" }, figures.map(([name, value]) => make("div", {}, make("dt", {}, say(name)), make("dd", {}, value))))),
  ];
  if (!page) {
    return make("article", { "data-lead": shown }, top, make("p", {}, say("no_page", { n: number(DATA.pages.length) })),
      make("pre", {}, make("code", {}, `${DATA.command} ${shellWord(LEADS.id[i])}`)));
  }
  return make("article", { "data-lead": shown }, top,
    make("div", { class: "lead-grid" }, make("div", {},
      make("section", { class: "panel" }, make("h2", {}, say("why_title")),
        make("ul", { class: "why" }, page.reasons[language].map((reason) => make("li", { "data-reason": true }, named(reason))))),
      make("section", { class: "panel" }, make("h2", {}, say("sum_title")), make("p", { class: "soft" }, say("sum_about")), waterfall(page),
        make("p", { class: "soft" }, say("coverage", { share: percent(page.coverage) })),
        make("h3", {}, say("columns_title")), make("p", { class: "soft" }, say("columns_about")), columnsOf(page))), make("div", {},
      make("section", { class: "panel", "data-facts": true }, make("h2", {}, say("facts_title")), factsOf(page, true), factsOf(page, false)),
      make("section", { class: "panel" }, make("h2", {}, say("missing_title")), missingOf(page)))));
}

// An id may be anything; pasted into a shell it must stay one word.
function shellWord(text) {
  return /^[\w.@-]+$/.test(text) ? text : "'" + text.replaceAll("'", "'\\''") + "'";
}
