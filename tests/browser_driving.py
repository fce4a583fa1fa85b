"""Debian's Chromium, driven: a page fails its test on what a reader's console or a network would see."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

#: Chromium as root in a container, asking nobody anything of its own accord.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Milliseconds after which something that does not happen is taken not to happen; machines differ.
PATIENCE = 30_000


def chromium_path():
    """Path of the environment's ``CHROMIUM``, Debian's or Google's; None where there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    return next(filter(None, map(shutil.which, ("/usr/bin/chromium", "chromium", "google-chrome"))), None)


@contextmanager
def chromium():
    """A running Chromium, ended with all its pages; a skip that says what is missing where there is none."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium here; install Debian's package 'chromium' or name one in CHROMIUM")
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright here")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Window:
    """Opens files, each in a context of its own without a network, and keeps what went wrong in them."""

    def __init__(self, browser):
        self.browser = browser
        self.contexts = []
        #: What a console, a dialog or a network saw and should not have.
        self.faults = []

    def open(self, path, *, viewport=(1280, 800), alarm=None, **options):
        """Load a file; `alarm` is a script run before any of the page's own, options are a context's."""
        width, height = viewport
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True, **options
        )
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.set_offline(True)
        if alarm is not None:
            context.add_init_script(alarm)
        page, address = context.new_page(), Path(path).resolve().as_uri()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", self._dialog)
        page.on("popup", lambda other: self.faults.append(f"window: {other.url}"))
        page.on("request", lambda request: self._request(request.url, address))
        page.goto(address)
        return page

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.faults.append(f"console {message.type}: {message.text}")

    def _dialog(self, dialog):
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, url, address):
        # data: and blob: are the page's own bytes; nothing is asked of anybody.
        if url.partition("#")[0] != address and not url.startswith(("data:", "blob:")):
            self.faults.append(f"request: {url[:200]}")

    def close(self):
        for context in self.contexts:
            context.close()
