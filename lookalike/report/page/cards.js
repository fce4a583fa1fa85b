// Rows of cards, "Because you won Acme": they scroll by touch, by arrow keys and by buttons.
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

// In a row, likeness is that to what the row is about; a lead's own is that to the won deals nearest to it.
function cardOf(i, likeness, toWhat) {
  const page = DATA.pages[i];
  const shown = i + 1;
  const title = `lead-card-${shown}`;
  return make("li", { class: "card", "data-card": shown },
    make("article", { "aria-labelledby": title },
      make("div", { class: "card-head" },
        make("h4", { id: title }, make("a", { href: `#lead-${shown}`, class: "cover" }, named(LEADS.company[i]))),
        LEADS.grade[i] ? make("span", { class: "grade g" + LEADS.grade[i][0], title: say("grade") }, LEADS.grade[i]) : null),
      make("div", { class: "figures" },
        CHANCES ? make("p", {}, make("b", {}, percent(LEADS.probability[i])), " ", make("span", {}, say("chance")), meter(LEADS.probability[i], "fill")) : null,
        make("p", {}, make("b", {}, percent(likeness)), " ", make("span", {}, say(toWhat)), meter(likeness, "fill like"))),
      make("ul", { class: "reasons" },
        page.reasons[language].slice(0, 2).map((reason) => make("li", { "data-reason": true, title: reason }, named(reason)))),
      make("p", { class: "card-foot" },
        make("span", { class: "more", "aria-hidden": "true" }, say("open_lead")),
        page.site ? webLink(page.site, hostOf(page.site)) : null)));
}

function rowOf(row, place) {
  const id = `row-${place}`;
  const toWhat = row.name === null ? "likeness" : row.others ? "likeness_to_them" : "likeness_to_it";
  const list = make("ul", { class: "strip", "data-row-list": true, tabindex: 0, "aria-labelledby": id },
    row.leads.map(([i, likeness]) => cardOf(i, likeness, toWhat)));
  const back = make("button", { type: "button", class: "round", "data-row-previous": true, "aria-label": say("previous") }, "‹");
  const on = make("button", { type: "button", class: "round", "data-row-next": true, "aria-label": say("next") }, "›");
  const step = (way, whole) => {
    const width = whole ? Math.max(280, list.clientWidth * 0.85) : list.firstElementChild.offsetWidth + 16;
    list.scrollBy({ left: way * width, behavior: still.matches ? "auto" : "smooth" });
  };
  const ends = () => {
    back.disabled = list.scrollLeft < 4;
    on.disabled = list.scrollLeft > list.scrollWidth - list.clientWidth - 4;
  };
  back.addEventListener("click", () => step(-1, true));
  on.addEventListener("click", () => step(1, true));
  list.addEventListener("scroll", ends, { passive: true });
  list.addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    // With a card in focus the focus moves; the row follows it.
    const links = [...list.querySelectorAll("a.cover")];
    const at = links.indexOf(document.activeElement);
    if (at < 0) step(way, false);
    else links[Math.min(links.length - 1, Math.max(0, at + way))].focus();
  });
  new ResizeObserver(ends).observe(list);
  return make("section", { class: "row", "data-row": place, "aria-labelledby": id },
    make("div", { class: "row-head" },
      row.name === null ? make("h3", { id }, named(say("best_row"), { class: "deal" })) : make("h3", { id }, say("because_won") + " ", named(row.name, { class: "deal" }),
        row.others ? " " + say("and_like_it", { n: number(row.others) }) : ""),
      make("div", { class: "row-buttons" }, back, on)),
    list);
}

// The best of all come first; then a row for each kind of customer.
function showRows() {
  const best = DATA.pages.slice(0, 12).map((page, i) => [i, page.likeness]);
  const rows = best.length ? [{ name: null, leads: best }, ...DATA.rows] : [];
  document.getElementById("rows").replaceChildren(...rows.map((row, at) => rowOf(row, at + 1)));
}
