"""Actions and checks of a person in the writing view, for the browser tests."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Error

from tests.site import Site

DOCS = (Path(__file__).parents[1] / "insights" / "editor" / "paste" / "clipboard" / "google-docs.html").read_text()
BODY = "\n\n".join(f"## Part {number}\n\nWords of part {number}. {'More of them. ' * 30}" for number in range(1, 13))


def make_twelve_parts(site: Site) -> str:
    """Make a published article with twelve headings and as many long paragraphs. Returns its key."""
    make = f"print(make_article('Twelve parts', slug=uuid.uuid4().hex, body={BODY!r}).pk)"
    return site.shell(f"import uuid; from tests.factories import make_article\n{make}").split()[-1]


def watch(page: Any, wrong: list[str]) -> None:
    """Collect in `wrong` the errors of a page that nothing shows."""

    def listen(entry: Any) -> None:
        if re.search(r"Content Security Policy|sandboxed|Refused", entry.text):
            wrong.append(entry.text)

    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", listen)


def text_of(page: Any) -> Any:
    return page.locator("textarea[name=body]")


def shown(page: Any) -> Any:
    """Return the preview, once it is loaded."""
    frame = page.frame_locator("[data-frame] iframe")
    frame.locator("h1").wait_for(state="attached")
    return frame


def frame_of(page: Any) -> Any:
    return page.locator("[data-frame] iframe").element_handle().content_frame()


def transfer(page: Any, kind: str, **data: Any) -> None:
    """Paste (or drop) into the text as a browser would. `editor` is VS Code's data about a text."""
    page.evaluate(
        """([kind, html, plain, files, editor]) => {
          const data = new DataTransfer();
          if (html) data.setData("text/html", html);
          if (plain) data.setData("text/plain", plain);
          if (editor) data.setData("vscode-editor-data", editor);
          for (const [name, bytes] of files) {
            data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
          }
          const options = { bubbles: true, cancelable: true };
          const event = kind === "paste" ? new ClipboardEvent(kind, { ...options, clipboardData: data })
            : new DragEvent(kind, { ...options, dataTransfer: data });
          document.querySelector("textarea[name=body]").dispatchEvent(event);
        }""",
        [kind, data.get("html", ""), data.get("plain", ""), data.get("files", []), data.get("editor", "")],
    )


def a_picture(name: str = "blue.png") -> list[Any]:
    stream = io.BytesIO()
    Image.new("RGB", (640, 360), (31, 63, 156)).save(stream, "PNG")
    return [name, list(stream.getvalue())]


def kill(page: Any) -> None:
    """Kill the tab's own process, so that nothing in it runs on and no last request is sent."""
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")
    page.close()
