"""Safety of rendered Markdown: an editor's input never runs as code, also in the DOM of a real browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from insights.markup import render
from insights.markup.figures import FigurePicture
from tests.cpu import cpu_seconds

UID = "6b0c0000-0000-4000-8000-000000000001"
PICTURES = {UID: FigurePicture("/media/a.png", 60, 40, alt="stored", caption="caption", credit="credit")}

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "handler": "<img src=x onerror=alert(1)><p/onclick=alert(1)>x</p><x onfocus=alert(1) autofocus tabindex=1>",
    "noscript": '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "comment": "<!--><script>alert(1)</script>-->",
    "svg": "<svg><script>alert(1)</script><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "math": '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "frames": '<iframe srcdoc="<script>alert(1)</script>"></iframe><object data=x></object><embed src=x>',
    "form": '<form action=//evil><input name=csrfmiddlewaretoken value=x><button formaction="javascript:1">b</button>',
    "base": '<base href="//evil/"><meta http-equiv=refresh content="0;url=//evil"><link rel=stylesheet href=//evil>',
    "style": '<p style="position:fixed">x</p><style>body{display:none}</style>',
    "clobber": '<div id="csrfmiddlewaretoken" name="getElementById">x</div>',
    "fence": '```"><script>alert(1)</script>\nx\n```',
    "fence-class": '```x" onclick="alert(1)\nx\n```',
    "link": "[x](javascript:alert(1)) [x](JaVaScRiPt:alert(1)) [x](&#106;avascript:alert(1)) [x](java&Tab;script:x)",
    "link-data": "[x](data:text/html,x) [x](vbscript:x) [x](<javascript:alert(1)>) <javascript:alert(1)>",
    "link-split": "[x](java\\script:alert(1)) [x](\u0001javascript:alert(1)) [x](java%0ascript:alert(1))",
    "reference": "[x][1]\n\n[1]: javascript:alert(1) 'x\" onclick=\"alert(1)'",
    "title": '[x](/a "\\" onmouseover=\\"alert(1)")',
    "picture": f'![" onerror="alert(1)](picture:{UID} "\\"><script>alert(1)</script>")',
    "picture-host": "![x](javascript:alert(1)) ![x](//evil.example/x.png) ![x](data:image/svg+xml,<svg/onload=x>)",
    "heading": '# <img src=x onerror=alert(1)> "><script>alert(1)</script>',
    "footnote": 'x[^"><script>alert(1)</script>]\n\n[^"><script>alert(1)</script>]: <script>alert(1)</script>',
    "table": "| <script>alert(1)</script> | x |\n|:-:|--:|\n| <img src=x onerror=alert(1)> | [x](javascript:1) |",
    "autolink": '<https://example.com/"onmouseover=alert(1)> <a@b.c"onclick=alert(1)>',
    "entity": "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;",
}

TAGS = {
    "a", "blockquote", "br", "code", "dd", "del", "div", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6",
    "hr", "img", "li", "ol", "p", "pre", "s", "section", "span", "strong", "sub", "sup", "table", "tbody", "td", "th",
    "thead", "tr", "ul",
}  # fmt: skip

SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")


class Tree(HTMLParser):
    """The elements and attributes of a fragment."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_only_what_articles_may_contain_is_left(text):
    """M01, M02, M04, M05, M06, M07: no script, handler, frame, form, style, foreign id, or other scheme."""
    for tag, attributes in Tree(render(text, PICTURES).html).elements:
        assert tag in TAGS
        assert not [name for name in attributes if name.startswith("on") or name in {"style", "name", "srcdoc"}]
        assert (attributes.get("id") or "s-").startswith(("s-", "fn"))
        address = (attributes.get("href") or attributes.get("src") or "/").strip().lower()
        scheme = SCHEME.match(address)
        assert scheme is None or scheme.group(1) in {"https", "http", "mailto"}, address
        assert not address.startswith(("//", "/\\"))


@pytest.mark.browser
def test_a_browser_finds_nothing_to_run(chromium):
    """M01, M02, M04, M05, M06, M07: the same in the DOM of a real Chromium, inserted as the preview does it."""
    page = chromium.new_page()
    ran = []
    page.expose_function("alert", lambda *words: ran.append(words))
    page.on("request", lambda request: ran.append(request.url) if not request.url.startswith("about:") else None)
    page.route("**/*", lambda route: route.abort())
    for name, text in HOSTILE.items():
        html = render(text, PICTURES).html.replace('src="/media/a.png"', "")
        page.set_content(f"<main>{html}</main>")
        page.evaluate("html => { document.querySelector('main').innerHTML = html }", html)
        found = page.evaluate(
            """() => [...document.querySelectorAll('main *')].flatMap((element) => [
                ...(element.matches('script,style,iframe,object,embed,form,input,button,base,meta,link,svg,math,noscript')
                    ? [element.outerHTML] : []),
                ...[...element.attributes].filter((a) => a.name.startsWith('on') || a.name === 'style'
                    || (['href', 'src'].includes(a.name) && /^(javascript|data|vbscript):/i.test(element[a.name])))
                    .map((a) => `${element.tagName} ${a.name}=${a.value}`),
            ])"""
        )
        assert found == [], name
    assert ran == []


@pytest.mark.parametrize(
    "text",
    ["[" * 20_000, "[a](<" * 2_500, "<a " * 5_000, "> " * 3_000 + "x", "*a_" * 10_000, "`" * 15_000, "![" * 10_000,
     "|" * 20_000, "- " * 2_000 + "x", "[^1]" * 5_000 + "\n\n[^1]: x", "# x\n" * 20_000, "a\n" * 90_000, "&" * 60_000],
)  # fmt: skip
def test_a_small_hostile_text_costs_little(text):
    """U21, U22: no text of the allowed size takes seconds or breaks the renderer."""
    assert cpu_seconds(lambda: render(text)) < 3
