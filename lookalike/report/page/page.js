// Two views in one file, told apart by the address; the reader's language and theme.
const overview = document.querySelector('[data-view="overview"]');
const leadPlace = document.querySelector('[data-view="lead"]');
let cameFrom = 0;
let cameBy = null;

// Who goes back from a lead is where they were, in the row or table whose link they followed.
function linkInFocus() {
  const link = document.activeElement;
  if (!link || !link.matches('a[href^="#lead-"]')) return null;
  return { href: link.getAttribute("href"), list: link.closest("[data-row], [data-table]") };
}

function linkBack() {
  if (!cameBy) return null;
  const list = cameBy.list && cameBy.list.isConnected ? cameBy.list : overview;
  return [...list.querySelectorAll("a")].find((link) => link.getAttribute("href") === cameBy.href);
}

function asked() {
  const told = /^#lead-(\d+)$/.exec(location.hash);
  const i = told ? Number(told[1]) - 1 : -1;
  return i >= 0 && i < COUNT ? i : -1;
}

function show(moved) {
  const i = asked();
  const open = i >= 0;
  if (open && leadPlace.hidden) {
    cameFrom = window.scrollY;
    cameBy = linkInFocus();
  }
  const wasOpen = !leadPlace.hidden;
  leadPlace.hidden = !open;
  overview.hidden = open;
  leadPlace.replaceChildren(...(open ? [leadView(i)] : []));
  document.title = open ? `${LEADS.company[i]} – ${say("title")}` : say("title");
  if (open && moved) {
    window.scrollTo(0, 0);
    leadPlace.focus({ preventScroll: true });
  } else if (wasOpen && !open) {
    drawnFrom = -1;
    drawLines();
    const part = location.hash.length > 1 && location.hash !== "#leads" ? document.getElementById(location.hash.slice(1)) : null;
    if (part && overview.contains(part)) part.scrollIntoView();
    else window.scrollTo(0, cameFrom);
    (linkBack() || overview).focus({ preventScroll: true });
  }
}

function speak(chosen, moved = false) {
  language = chosen;
  document.documentElement.lang = chosen;
  remembered.set("language", chosen);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", say(element.dataset.label));
  for (const button of document.querySelectorAll("button[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === chosen));
  }
  showRows();
  fillFilters();
  choose();
  show(moved);
}

function dress(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

document.documentElement.classList.remove("no-js");
dress(remembered.get("theme"));
startTable();
const before = remembered.get("language");
speak(before in WORDS ? before : language, true);
window.addEventListener("hashchange", () => show(true));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && asked() >= 0) location.hash = "#leads";
});
for (const button of document.querySelectorAll("button[data-language]")) {
  button.addEventListener("click", () => speak(button.dataset.language));
}
document.querySelector("[data-theme-toggle]").addEventListener("click", () => {
  const dark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark"
    : window.matchMedia("(prefers-color-scheme: dark)").matches;
  dress(dark ? "light" : "dark");
  remembered.set("theme", dark ? "light" : "dark");
});
document.querySelector("[data-print]").addEventListener("click", () => window.print());
