// The only place where elements are made: texts as text, attributes from a list, links to the web alone.
const ATTRIBUTES = new Set([
  "class", "id", "href", "rel", "target", "type", "tabindex", "role", "scope", "title", "lang", "viewBox",
  "x", "y", "x1", "x2", "y1", "y2", "width", "height", "preserveAspectRatio", "aria-label", "aria-hidden",
  "aria-labelledby", "aria-sort", "aria-rowindex", "aria-rowcount", "colspan", "value", "disabled",
]);
const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (!ATTRIBUTES.has(name) && !/^data-[a-z-]+$/.test(name)) throw new Error("no such attribute: " + name);
    if (name === "href" && !String(value).startsWith("#")) throw new Error("only links into the page");
    element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== "") element.append(child);
  }
  return element;
}

const make = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
const draw = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

// A name from a file keeps its direction to itself.
const named = (text, attributes) => make("bdi", attributes, text);

function webLink(address, text) {
  let url;
  try { url = new URL(address); } catch { return named(text); }
  if (url.protocol !== "https:" && url.protocol !== "http:") return named(text);
  const link = make("a", { rel: "noopener noreferrer nofollow", target: "_blank", class: "out" }, named(text));
  link.setAttribute("href", url.href);
  return link;
}

function hostOf(address) {
  // As written: URL() would turn letters beyond ASCII into punycode.
  return (address.split("/")[2] || address).replace(/^www\./, "");
}

function meter(share, kind) {
  return draw("svg", { class: "meter", viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" },
    draw("rect", { class: "track", width: 100, height: 4 }),
    draw("rect", { class: kind, width: Math.max(1, 100 * share), height: 4 }));
}
