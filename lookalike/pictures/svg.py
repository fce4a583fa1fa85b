"""A drawn figure as SVG that may stand in any page: no script, no link, no style, nothing from elsewhere.

What matplotlib writes is taken apart and put together again from a list of what is allowed. Style attributes
become presentation attributes, so that a page's content-security policy need not allow inline styles. Ink
becomes the page's own colour (``currentColor``), so that a picture is readable in light and dark.
"""

from __future__ import annotations

import re
from hashlib import sha256
from io import BytesIO

from lxml import etree
from matplotlib.figure import Figure

from lookalike.pictures.style import INK, MUTED, RULE

_SVG = "http://www.w3.org/2000/svg"
#: Elements that are kept; others go, with all that is in them.
ELEMENTS = frozenset({"svg", "g", "defs", "clipPath", "path", "rect", "text", "tspan", "use"})
#: Attributes that are kept, style properties among them.
ATTRIBUTES = frozenset(
    {
        *("x", "y", "width", "height", "d", "transform", "viewBox", "id", "href", "clip-path", "fill"),
        *("fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray"),
        *("stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "opacity"),
        *("font-size", "font-weight", "font-style", "text-anchor"),
    }
)
#: The reader's own letters.
FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', 'DejaVu Sans', sans-serif"
#: How strong the page's ink is in place of each colour.
_STRENGTH = {INK: 1.0, MUTED: 0.72, RULE: 0.16}
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
#: Attributes that refer to an id, and how.
_REFER = ("href", "clip-path")
_LOCAL = re.compile(r"#[\w.-]+|url\(#[\w.-]+\)")

_PAPER = (
    "#{0}{{color:#21262d;background:#fff}}"
    "@media(prefers-color-scheme:dark){{#{0}{{color:#e6e8eb;background:#16181d}}}}"
)


def as_svg(figure: Figure, label: str, name: str | None = None) -> str:
    """Give a figure as an SVG element; the same figure gives the same bytes.

    Parameters
    ----------
    figure : Figure
        Drawn in the style of :mod:`lookalike.pictures.style`, which must be in force.
    label : str
        What is said of it to those who cannot see it.
    name : str, optional
        What its ids begin with; made from what is drawn if absent.
    """
    file = BytesIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(file, format="svg", metadata=nothing)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, huge_tree=True)
    root = etree.fromstring(file.getvalue(), parser)
    made = _cleaned(root)
    if made is None:
        raise ValueError("matplotlib wrote no SVG")
    for attribute in ("width", "height"):
        made.attrib.pop(attribute, None)
    _, _, width, height = made.attrib["viewBox"].split()
    made.attrib.update({"width": width, "height": height, "font-family": FONTS, "role": "img"})
    made.attrib["stroke-linejoin"] = "round"
    made.attrib["aria-label"] = label
    _name_ids(made, name)
    return etree.tostring(made, encoding="unicode")


def as_document(svg: str) -> str:
    """Give an SVG element as one that brings its own paper: light, or dark where the reader has it so."""
    root = etree.fromstring(svg)
    style = etree.Element(f"{{{_SVG}}}style")
    style.text = _PAPER.format(root.attrib["id"])
    root.insert(0, style)
    return etree.tostring(root, encoding="unicode")


def _cleaned(element: etree._Element) -> etree._Element | None:
    name = etree.QName(element)
    if name.namespace != _SVG or name.localname not in ELEMENTS:
        return None
    made = etree.Element(
        f"{{{_SVG}}}{name.localname}", nsmap={None: _SVG} if name.localname == "svg" else None
    )
    given = {etree.QName(key).localname: value for key, value in element.attrib.items()}
    for declared in given.pop("style", "").split(";"):
        key, _, value = declared.partition(":")
        given[key.strip()] = value.strip()
    given |= _font(given.pop("font", ""))
    for key, value in given.items():
        local = _LOCAL.fullmatch(value)
        if key in ATTRIBUTES and (local is not None or key not in _REFER):
            made.set(key, _NUMBER.sub(_rounded, " ".join(value.split())) if key != "id" else value)
    for key in ("fill", "stroke"):
        if (strength := _STRENGTH.get(made.get(key, ""))) is not None:
            made.set(key, "currentColor")
            if strength < 1:
                own = float(made.get(f"{key}-opacity", "1"))
                made.set(f"{key}-opacity", f"{own * strength:.3g}")
    if name.localname in ("text", "tspan"):
        made.text, made.tail = element.text, None
        if made.get("fill") is None:
            made.set("fill", "currentColor")
    for child in element:
        if isinstance(child.tag, str) and (kept := _cleaned(child)) is not None:
            made.append(kept)
    return made


def _font(shorthand: str) -> dict[str, str]:
    found = re.match(r"(?:(italic|oblique) )?(?:(bold|\d{3}) )?([\d.]+)px", shorthand)
    if found is None:
        return {}
    parts = {"font-style": found[1], "font-weight": found[2], "font-size": found[3]}
    return {key: value for key, value in parts.items() if value}


def _rounded(found: re.Match[str]) -> str:
    short = f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def _name_ids(root: etree._Element, name: str | None) -> None:
    """Leave ids only where something refers to them, and let all begin with the picture's own name."""
    wanted = {old for element in root.iter() for key in _REFER if (old := _wanted(element.get(key, "")))}
    digest = name or "p" + sha256(etree.tostring(root)).hexdigest()[:10]
    places = {old: f"{digest}-{place}" for place, old in enumerate(sorted(wanted))}
    for element in root.iter():
        if (own := element.attrib.pop("id", None)) in places:
            element.set("id", places[own])
        for key in _REFER:
            if old := _wanted(element.get(key, "")):
                element.set(key, element.get(key, "").replace(f"#{old}", f"#{places[old]}"))
    root.set("id", digest)


def _wanted(reference: str) -> str:
    """Give the id that an attribute refers to; nothing where it refers to none."""
    found = _LOCAL.fullmatch(reference)
    return found[0].removeprefix("url(").removesuffix(")")[1:] if found else ""
