"""What a person sees and does in the writing view, for the browser tests."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image


def text_of(page: Any) -> Any:
    return page.locator("textarea[name=body]")


def shown(page: Any) -> Any:
    """The page beside the text, once it stands."""
    frame = page.frame_locator("[data-frame] iframe")
    frame.locator("h1").wait_for(state="attached")
    return frame


def frame_of(page: Any) -> Any:
    return page.locator("[data-frame] iframe").element_handle().content_frame()


def hand_over(page: Any, kind: str, **data: Any) -> None:
    """Paste (or drop) into the text, as a browser would: `html`, `plain`, `files` (number of pictures)."""
    page.evaluate(
        """([kind, html, plain, files]) => {
          const data = new DataTransfer();
          if (html) data.setData("text/html", html);
          if (plain) data.setData("text/plain", plain);
          for (const [name, bytes] of files) {
            data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
          }
          const options = { bubbles: true, cancelable: true };
          const event = kind === "paste" ? new ClipboardEvent(kind, { ...options, clipboardData: data })
            : new DragEvent(kind, { ...options, dataTransfer: data });
          document.querySelector("textarea[name=body]").dispatchEvent(event);
        }""",
        [kind, data.get("html", ""), data.get("plain", ""), data.get("files", [])],
    )


def a_picture(name: str = "blue.png") -> list[Any]:
    stream = io.BytesIO()
    Image.new("RGB", (640, 360), (31, 63, 156)).save(stream, "PNG")
    return [name, list(stream.getvalue())]
