// What the report holds, which words it is told in, and what the reader has chosen.
"use strict";
const DATA = JSON.parse(document.getElementById("report-data").textContent);
const WORDS = JSON.parse(document.getElementById("report-words").textContent);
const LEADS = DATA.leads;
const COUNT = LEADS.id.length;
const PERSONA = new Map(DATA.personas.map((one) => [one.number, one.name]));
// A model of few won deals ranks leads and cannot tell how likely they are to buy.
const CHANCES = LEADS.probability.some((chance) => chance !== null);
let language = document.documentElement.lang;

// Says something; numbers must be written already.
function say(name, parts) {
  const text = WORDS[language][name] ?? name;
  return text.replace(/\{(\w+)\}/g, (whole, key) => (parts && key in parts ? parts[key] : whole));
}

function number(value, digits = 0) {
  return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

function signed(value, digits = 2) {
  const text = number(Math.abs(value), digits);
  return value < 0 ? "−" + text : "+" + text;
}

// Only what is certain is told as certain, and a dash for what is unknown; as enrich/numerals.py does it.
function percent(share) {
  if (share === null) return "–";
  const told = Math.round(100 * share);
  const write = (whole) => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(whole / 100);
  if (share > 0 && told <= 0) return say("nearly_none", { share: write(1) });
  if (share < 1 && told >= 100) return say("nearly_all", { share: write(99) });
  return write(told);
}

function dayOf(iso) {
  const at = new Date(iso + "T00:00:00Z");
  if (Number.isNaN(at.getTime())) return iso;
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(at);
}

// A file opened from a disk may be denied storage; then the choice lasts as long as the page.
const remembered = {
  get(name) {
    try { return localStorage.getItem("lookalike-" + name); } catch { return null; }
  },
  set(name, value) {
    try { localStorage.setItem("lookalike-" + name, value); } catch { /* it lasts as long as the page */ }
  },
};
