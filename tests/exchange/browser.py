"""A real Chromium without a window, driven over its own protocol (https://chromedevtools.github.io/devtools-protocol/).

`Chromium` is the process, spoken to through a pipe; `Tab` is a page in a profile of its own: open an address, run a script and have
what it gives, press keys, take a picture. Every wait has an end; what went wrong on the page is in `Tab.errors`.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

PATIENCE = 30.0  # seconds for one answer of the browser: it shares two cores with the other tests

_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # a card that asks the network for anything fails
    "--remote-debugging-pipe",
    "about:blank",
)
#: Puts the ends of two pipes where Chromium looks for them, and becomes Chromium.
_BECOME = (
    "import os, sys\n"
    "reads, writes = (os.dup(int(end)) for end in sys.argv[1:3])\n"
    "reads, writes = (os.dup(end) if end < 5 else end for end in (reads, writes))\n"
    "os.dup2(reads, 3); os.dup2(writes, 4)\n"
    "os.execvp(sys.argv[3], sys.argv[3:])"
)


class BrowserError(AssertionError):
    """The browser refused, or did not answer in time."""


class Chromium:
    """A running browser. Close it."""

    def __init__(self, profile: Path) -> None:
        found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if found is None:
            pytest.skip("no chromium is installed")
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                _BECOME,
                str(theirs_in),
                str(theirs_out),
                found,
                f"--user-data-dir={profile}",
                *_OPTIONS,
            ],
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._count = 0
        self._unread = b""
        self._events: list[dict[str, Any]] = []

    def call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """Ask the browser, or with a `session` one of its pages."""
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._out, data) :]
        until = time.monotonic() + PATIENCE
        while True:
            found = self._message(until, method)
            if found.get("id") != self._count:
                self._events.append(found)
            elif "error" in found:
                raise BrowserError(f"{method}: {found['error']['message']}")
            else:
                result: dict[str, Any] = found["result"]
                return result

    def event(self, name: str, session: str) -> dict[str, Any]:
        """The next event of this name, with its parameters; those that came before are kept until they are asked for."""
        until = time.monotonic() + PATIENCE
        while True:
            for at, one in enumerate(self._events):
                if one.get("method") == name and one.get("sessionId") == session:
                    del self._events[at]
                    params: dict[str, Any] = one["params"]
                    return params
            self._events.append(self._message(until, name))

    def events(self, session: str, *names: str) -> list[dict[str, Any]]:
        """All events of these names so far, taken."""
        mine = [one for one in self._events if one.get("sessionId") == session and one.get("method") in names]
        self._events = [one for one in self._events if one not in mine]
        return mine

    @contextmanager
    def tab(self, width: int = 800, height: int = 600, *, phone: bool = False, scripts: bool = True) -> Iterator[Tab]:
        """A page with its own storage. A `phone` has a finger and no mouse."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = Tab(self, session)
        for domain in ("Page", "Runtime", "Log"):
            tab.call(f"{domain}.enable")
        tab.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2, mobile=phone)
        if phone:
            tab.call("Emulation.setTouchEmulationEnabled", enabled=True)
            features = [{"name": "hover", "value": "none"}, {"name": "pointer", "value": "coarse"}]
            tab.call("Emulation.setEmulatedMedia", features=features)
        tab.call("Emulation.setFocusEmulationEnabled", enabled=True)
        tab.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        try:
            yield tab
        finally:
            self.call("Target.disposeBrowserContext", browserContextId=context)

    def close(self) -> None:
        try:
            self.call("Browser.close")
            self._process.wait(PATIENCE)
        except (BrowserError, OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        os.close(self._in)
        os.close(self._out)

    def _message(self, until: float, about: str) -> dict[str, Any]:
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._in], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise BrowserError(f"{about}: no answer from the browser in {PATIENCE:g} s")
            data = os.read(self._in, 1 << 20)
            if not data:
                raise BrowserError(f"{about}: the browser is gone")
            self._unread += data
        line, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        return message


class Tab:
    """One page of the browser."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser = browser
        self._session = session

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        return self._browser.call(method, self._session, **params)

    def before(self, script: str) -> None:
        """Run a script first thing on every page opened from now on."""
        self.call("Page.addScriptToEvaluateOnNewDocument", source=script)

    def open(self, url: str) -> None:
        """Go there and wait until everything is loaded."""
        self._browser.events(self._session, "Page.loadEventFired")
        failed = self.call("Page.navigate", url=url).get("errorText")
        if failed:
            raise BrowserError(f"{url}: {failed}")
        self._browser.event("Page.loadEventFired", self._session)

    def run(self, script: str) -> Any:
        """The value of an expression, or of the promise it gives, as JSON has it."""
        answer = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True
        )
        if problem := answer.get("exceptionDetails"):
            raise BrowserError(problem.get("exception", {}).get("description") or problem["text"])
        return answer["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + PATIENCE
        while not self.run(f"!!({script})"):
            if time.monotonic() > end:
                raise BrowserError(f"never came true: {script}")
            time.sleep(0.02)

    def write(self, text: str) -> None:
        """Type text where the cursor is, as an input method or a paste does."""
        self.call("Input.insertText", text=text)

    def press(self, key: str) -> None:
        """Press and release one key: a character, `Enter`, `Escape`, `Tab`."""
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        code = {"Enter": 13, "Escape": 27, "Tab": 9}.get(key) or ord(key.upper())
        more = {"key": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **more)
        self.call("Input.dispatchKeyEvent", type="keyUp", **more)

    def picture(self, path: Path) -> None:
        """The window as PNG."""
        data = self.call("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))

    @property
    def errors(self) -> list[str]:
        """What the pages have thrown, or written to the console as an error, since last asked."""
        self.run("0")  # events before this answer are here with it
        found = []
        names = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
        for one in self._browser.events(self._session, *names):
            params = one["params"]
            if one["method"] == names[0]:
                details = params["exceptionDetails"]
                found.append(details.get("exception", {}).get("description") or details["text"])
            elif one["method"] == names[1] and params["type"] in ("error", "assert"):
                found.append(" ".join(str(part.get("value", part.get("description"))) for part in params["args"]))
            elif one["method"] == names[2] and params["entry"]["level"] == "error":
                found.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
        return found


class _Quiet(SimpleHTTPRequestHandler):
    """Serves a folder; pages may change, what they are made of does not."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store" if self.path.endswith(".html") else "max-age=3600")
        super().end_headers()

    def log_message(self, *_args: object) -> None:
        """A test's output is no place for it."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder on the loopback, as an address without a slash at its end."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
