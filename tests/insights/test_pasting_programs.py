"""What mail programs, word processors, browsers, note takers and code editors copy, as Markdown."""

from __future__ import annotations

import pytest

from insights.writing.pasting import to_markdown

SHAPES = {
    "Gmail": (
        '<div dir="ltr"><div class="gmail_default">Hi all,</div><div><br></div><div>The run took <b>3 days</b>.<br>'
        'Cost: $1,200<br><br>See <a href="https://www.google.com/url?q=https%3A%2F%2Fexample.org%2Fa&amp;source=gmail">'
        'the log</a> <img alt="🎉" src="https://fonts.gstatic.com/x"></div><div><ul><li>one</li><li>two</li></ul></div>'
        '<div class="gmail_quote"><div>Ann wrote:<br></div><blockquote><div>Earlier<br>second</div></blockquote></div></div>',
        "Hi all,\n\nThe run took **3 days**.\\\nCost: $1,200\n\nSee [the log](https://example.org/a) 🎉\n\n- one\n- two\n\n"
        "Ann wrote:\n\n> Earlier\\\n> second",
    ),
    "Outlook on the web": (
        '<div class="elementToProof">Dear team,</div><div class="elementToProof"><br></div><div>See '
        '<a href="https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.com%2Fq3&amp;data=05%7C02">Q3</a>'
        '.</div><ol start="3"><li><div>third</div></li><li><div>fourth</div></li></ol>',
        "Dear team,\n\nSee [Q3](https://example.com/q3).\n\n3. third\n4. fourth",
    ),
    "a mail from Word": (
        '<p class="x_MsoListParagraph" style="margin-left:36.0pt; text-indent:-18.0pt"><span style="font-family:Symbol">'
        '<span>·<span style="font:7.0pt">&nbsp;&nbsp;&nbsp; </span></span></span>first</p>'
        '<p class="x_MsoListParagraph" style="margin-left:72.0pt"><span><span>o<span>&nbsp;&nbsp; </span></span></span>inner</p>'
        '<p class="x_MsoListParagraph" style="margin-left:36.0pt"><span>4.<span>&nbsp;&nbsp; </span></span>fourth</p>',
        "- first\n  - inner\n\n4. fourth",
    ),
    "Word": (
        "<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span style='mso-list:Ignore'>4."
        "<span>&nbsp;&nbsp; </span></span><![endif]>CO<sub>2</sub><o:p></o:p></p>"
        "<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>5.<span>&nbsp;</span></span>"
        "m<span style='vertical-align:super'>2</span></p>"
        "<h1 style='mso-list:l0 level1'><span style='mso-list:Ignore'>2.<span>&nbsp;</span></span>Method</h1>",
        "4. CO₂\n5. m²\n\n## 2. Method",
    ),
    "Word on the web": (
        '<div><ul role="list"><li data-aria-level="1" data-x="{&quot;a<b&quot;}"><p><span>alpha</span><span>&nbsp;</span></p>'
        '</li></ul></div><div><ul><li data-aria-level="2"><p><span style="font-weight:bold">beta</span></p></li></ul></div>'
        '<div><ul><li data-aria-level="1"><p>gamma</p></li></ul></div><div><p role="heading" aria-level="2">Next</p></div>'
        '<div><ol start="4"><li data-aria-level="1"><p>four</p></li></ol></div>'
        '<div><ol start="5"><li data-aria-level="1"><p>five</p></li></ol></div>',
        "- alpha\n  - **beta**\n- gamma\n\n## Next\n\n4. four\n5. five",
    ),
    "Google Docs": (
        '<b style="font-weight:normal;" id="docs-internal-guid-1"><p><span style="white-space:pre-wrap;">10</span><span '
        'style="font-size:0.6em;vertical-align:super;white-space:pre-wrap;">21</span><span style="font-weight:700;'
        'white-space:pre-wrap;"> FLOP</span><br><span>next line</span></p><ol start="3"><li aria-level="1"><p>third</p></li></ol>'
        "</b>",
        "10²¹ **FLOP**\\\nnext line\n\n3. third",
    ),
    "Google Sheets": (
        '<google-sheets-html-origin><style><!--td {border: 1px}--></style><table><colgroup><col width="100"></colgroup><tbody>'
        '<tr><td data-sheets-value="{&quot;2&quot;:&quot;a<b&quot;}">Model</td><td>Price</td></tr>'
        "<tr><td>x|y</td><td>0.20</td></tr></tbody></table>",
        "| Model | Price |\n| --- | --- |\n| x\\|y | 0.20 |",
    ),
    "Notion": (
        '<meta charset="utf-8"/><h1>Plan</h1><ul class="to-do-list"><li><div class="checkbox checkbox-on"></div> <span>done</span>'
        "</li></ul><p>Text</p><ul><li><details open><summary>Toggle</summary><p>Inside</p></details></li></ul>"
        '<pre class="code"><code class="language-python">a = "```"</code></pre><!-- notionvc: 1 -->',
        '## Plan\n\n- done\n\nText\n\n- Toggle\n\n  Inside\n\n````python\na = "```"\n````',
    ),
    "a chat with a model": (
        '<p>Use <code>pip</code>:</p><pre><div><div class="flex">bash</div><div class="sticky"><button>Copy code</button></div>'
        '<div><code class="language-bash"><span>pip install x\npip list</span></code></div></div></pre><p>Done</p>',
        "Use `pip`:\n\n```bash\npip install x\npip list\n```\n\nDone",
    ),
    "a manual": (
        '<div class="code-header"><span>Python</span><button>Copy</button></div><pre><code>x = 1</code></pre>'
        '<h2>Usage<a class="headerlink" href="https://d.example/#usage">¶</a></h2><div class="highlight"><pre>a\n</pre></div>'
        "<div>Copy to clipboard</div>",
        "```python\nx = 1\n```\n\n## Usage\n\n```\na\n```",
    ),
    "VS Code": (
        "<meta charset='utf-8'><div style=\"font-family: 'Fira Code', Menlo, monospace;white-space: pre;\"><div><span>"
        "# a comment</span></div><br><div><span>    __init__ = </span><span>1</span></div></div>",
        "```\n# a comment\n\n    __init__ = 1\n```",
    ),
    "one line of VS Code": (
        '<div style="font-family: Menlo, monospace;white-space: pre;"><div><span>__init__ = 1</span></div></div>',
        "\\_\\_init\\_\\_ = 1",
    ),
    "Markdown in VS Code": (
        '<div style="font-family: Menlo, monospace;white-space: pre;"><div>## Title</div><div>See [x](y).</div></div>',
        "",
    ),
    "JetBrains": (
        "<html><head><meta charset=\"UTF-8\"></head><body><pre style=\"font-family:'JetBrains Mono',monospace;\">"
        "<span>def </span>f():<br>    <span>return </span>1</pre></body></html>",
        "```\ndef f():\n    return 1\n```",
    ),
    "Windows Terminal": (
        "<DIV STYLE=\"display:inline-block;white-space:pre;font-family:'Cascadia Mono',monospace;\"><SPAN>C:\\&gt; dir</SPAN><BR>"
        "<SPAN> Volume</SPAN></DIV>",
        "```\nC:\\> dir\n Volume\n```",
    ),
    "Firefox": (
        '<p>One <a href="https://example.com/x">report</a>,\n<em>two</em>.</p>\n<ol start="4">\n<li>four</li>\n'
        '<li value="9">nine</li></ol>',
        "One [report](https://example.com/x), *two*.\n\n4. four\n\n9) nine",
    ),
    "Wikipedia": (
        'Water<sup class="reference"><a href="https://en.wikipedia.org/wiki/Water#cite_note-1"><span>[</span>1<span>]</span></a>'
        "</sup> is H<sub>2</sub>O",
        "Water[\\[1\\]](https://en.wikipedia.org/wiki/Water#cite_note-1) is H₂O",
    ),
    "a formula": (
        '<span class="katex"><span class="katex-mathml"><math><semantics><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow>'
        '<annotation encoding="application/x-tex">x^2</annotation></semantics></math></span><span class="katex-html">x2</span>'
        "</span> is <b>it</b>",
        "x² is **it**",
    ),
    "a newsletter": (
        '<table role="presentation"><tr><td><table><tr><td><h2>News</h2></td></tr><tr><td><p>One</p><p>Two</p></td></tr>'
        "</table></td></tr></table>",
        "## News\n\nOne\n\nTwo",
    ),
    "plain text shown as it is": (
        '<div style="white-space: pre-wrap;">line one\nline two\n\nline  four</div>',
        "line one\\\nline two\n\nline four",
    ),
}


@pytest.mark.parametrize(("html", "markdown"), SHAPES.values(), ids=SHAPES)
def test_a_program(html: str, markdown: str) -> None:
    """Fault A1, A2, A3, A5: what each of these programs puts on the clipboard."""
    assert to_markdown(html).markdown == markdown
