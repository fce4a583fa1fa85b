"""Commands called in this process as their scripts call them: with streams guarded and a status."""

import sys
import warnings

import enrich.cli
import lookalike.cli

_MAIN = {"enrich": enrich.cli.main, "lookalike": lookalike.cli.main}


def call(*words):
    """Run a command line, such as ``call("lookalike", "fit", …)``; returns its exit status."""
    arguments, shown, streams = sys.argv, warnings.showwarning, (sys.stdout, sys.stderr)
    sys.argv = [*map(str, words)]
    try:
        _MAIN[words[0]]()
    except SystemExit as done:
        return done.code or 0
    finally:
        sys.argv, warnings.showwarning = arguments, shown
        sys.stdout, sys.stderr = streams
    return 0
