"""How the site is built: `make docs`. Nothing is fetched, neither by the build nor by a reader's browser."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "lookalike-workbench"
author = "the authors of lookalike-workbench"
language = "en"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_click",
    "command_help",
    "field_catalogue",
    "notebook_pages",
    "result_schemas",
]
exclude_patterns = ["_extensions"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the types stand in the numpydoc sections
autodoc_class_signature = "mixed"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = "lookalike-workbench"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}
pygments_style = "friendly"
pygments_dark_style = "github-dark"

smartquotes = False  # or --json becomes –json

#: What scikit-learn gives every estimator: routing of metadata, which nothing here uses.
ROUTING = re.compile(r"[sg]et_\w+_re(quest|outing)")


def setup(app):
    """Leave such methods out of the reference."""
    app.connect("autodoc-skip-member", lambda *of: True if ROUTING.fullmatch(of[2]) else None)
