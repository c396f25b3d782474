"""Special parts of a copied page: boxes, formulas, emoji, notes, levels of a list."""

from __future__ import annotations

from contextlib import suppress

import pytest

from insights.editor.paste import TooLarge, to_markdown
from insights.markup import render
from tests.cpu import cpu_seconds
from tests.insights.preflight.test_lost_text import said
from tests.pasted_pages import Reading

TASKS = {
    "GitHub": '<ul class="contains-task-list"><li class="task-list-item"><input type="checkbox" checked disabled> '
    'done</li><li class="task-list-item"><input type="checkbox" disabled> open</li></ul>',
    "GitHub in Chromium": '<ul><li><p><input type="checkbox" disabled="" checked=""><span> </span>done</p></li>'
    '<li><p><input disabled="" type="checkbox"><span> </span>open</p></li></ul>',
    "Confluence": '<ul class="inline-task-list" data-inline-tasks-content-id="1"><li class="checked" '
    'data-inline-task-id="1"><span>done</span></li><li data-inline-task-id="2"><span>open</span></li></ul>',
    "Confluence without data": '<ul class="inline-task-list"><li class="checked">done</li><li>open</li></ul>',
    "Confluence's editor": '<div data-task-list-local-id="1"><div data-task-local-id="2" data-task-state="DONE">done'
    '</div><div data-task-local-id="3" data-task-state="TO'
    'DO">open</div></div>',
    "Google Docs": '<ul><li dir="ltr" role="checkbox" aria-checked="true"><img src="data:image/png;base64,x" '
    'alt="checked" aria-roledescription="checkbox"><p><span>done</span></p></li><li role="checkbox" '
    'aria-checked="false"><img src="x" alt="unchecked" aria-roledescription="checkbox"><p>open</p></li></ul>',
    "Notion": "<ul><li>[x] done</li><li>[ ] open</li></ul>",
    "Notion's export": '<ul class="to-do-list"><li><div class="checkbox checkbox-on"></div> <span>done</span></li>'
    '</ul><ul class="to-do-list"><li><div class="checkbox checkbox-off"></div> <span>open</span></li></ul>',
    "Tiptap": '<ul data-type="taskList"><li data-checked="true"><label><input type="checkbox" checked="checked">'
    '<span></span></label><div><p>done</p></div></li><li data-checked="false"><label><input type="checkbox">'
    "<span></span></label><div><p>open</p></div></li></ul>",
    "Quill": '<ul><li data-list="checked">done</li><li data-list="unchecked">open</li></ul>',
}


@pytest.mark.django_db
@pytest.mark.parametrize("html", TASKS.values(), ids=TASKS.keys())
def test_tasks_keep_their_state(html: str) -> None:
    """In the form that Notion copies, as text, which the checks accept."""
    pasted = to_markdown(f"<h2>Plan</h2>{html}")
    assert pasted.markdown == "## Plan\n\n- \\[x] done\n- \\[ ] open" and pasted.note == ""
    assert [seen.text for seen in Reading(render(pasted.markdown).html).seen] == ["Plan", "[x] done", "[ ] open"]
    assert said(pasted.markdown) == []


class TestTasks:
    def test_a_box_belongs_to_its_own_item(self):
        html = "<ul><li>Plan<ul><li><input type=checkbox checked> done</li><li>note</li></ul></li></ul>"
        assert to_markdown(html).markdown == "- Plan\n  - \\[x] done\n  - note"

    def test_boxes_outside_a_list(self):
        html = "<p><input type=checkbox checked> done<input type=checkbox>open</p>"
        html += "<p><input type='radio' checked> one <input> two</p>"
        assert to_markdown(html).markdown == "\\[x] done \\[ ] open\n\none two"

    def test_hidden_boxes_are_none(self):
        html = "<ul><li><input type=checkbox style='display:none'> <b>Menu</b></li><li><input type=checkbox hidden>x"
        assert to_markdown(html).markdown == "- **Menu**\n- x"


@pytest.mark.parametrize(
    ("picture", "text"),
    [
        (r'<img class="mwe-math-fallback-image-inline" alt="{\displaystyle E=mc^{2}}">', "`E=mc^{2}`"),
        (r'<img class="mwe-math-fallback-image-display skin-invert" alt="{\displaystyle {\frac {a}{b}}}">',
         r"`{\frac {a}{b}}`"),
        (r'<span class="mwe-math-element"><span class="mwe-math-mathml-inline mwe-math-mathml-a11y"><math><mi>E</mi>'
         r'</math></span><img class="mwe-math-fallback-image-inline" alt="{\textstyle E}"></span>', "`E`"),
        (r'<img alt="\displaystyle x_1" src="x.png">', "`x_1`"),
        (r'<img class="latex" alt="$a &lt; `b`$">', "`` a < `b` ``"),
        (r'<img src="https://latex.codecogs.com/svg?x" alt="{\displaystyle a}+{b}">', r"`{\displaystyle a}+{b}`"),
        ('<img alt="🎉">', "🎉"), ('<img alt=":tada:">', ":tada:"), ('<img alt="1️⃣">', "1️⃣"),
        ('<img alt="👩🏽‍💻">', "👩🏽‍💻"),
        ('<img class="emoji" alt="ℹ️">', "ℹ️"),
        ('<img class="c-emoji" alt=":white_check_mark:">', ":white\\_check\\_mark:"),
    ],
)  # fmt: skip
def test_pictures_that_stand_for_text(picture: str, text: str) -> None:
    """A formula becomes its TeX, an emoji itself or its name. Neither counts as skipped."""
    pasted = to_markdown(f"<p>So <b>it</b> is {picture}, they say.</p>")
    assert pasted.markdown == f"So **it** is {text}, they say." and pasted.note == ""
    assert render(pasted.markdown).problems == ()


@pytest.mark.parametrize("alt", ["A photo", "", "E=mc^2", "10:30:", "x" * 3000])
def test_other_pictures_are_left_out(alt: str) -> None:
    pasted = to_markdown(f'<p><b>a</b> <img alt="{alt}"> b</p>')
    assert pasted.markdown == "**a** b" and pasted.pictures == 1


class TestNotes:
    def test_of_libreoffice(self):
        html = (
            '<p>So it is.<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a></p>'
            '<div id="sdfootnote1"><p><a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>'
            "The source of it.</p></div>"
            '<div id="sdendnote1"><p><a class="sdendnotesym" href="#sdendnote1anc">i</a>2026 was the year.</p></div>'
        )
        assert to_markdown(html).markdown == "So it is.¹\n\n1 The source of it.\n\ni 2026 was the year."

    @pytest.mark.parametrize(
        ("html", "text"),
        [
            ('<a href="#r1">[2]</a>The source', "\\[2] The source"),
            ('<a href="#r1">*</a>The source', "\\* The source"),
            ('<a href="#r1">1</a>. The source', "1\\. The source"),
            ('<a href="#r1">Up</a>date', "Update"),
            ('<a href="https://example.com/">4</a>o', "[4](https://example.com/)o"),
            ('GPT-<a href="#r1">4</a>o', "GPT-4o"),
        ],
    )
    def test_a_number_that_leads_back(self, html, text):
        assert to_markdown(f"<h2>Notes</h2><p>{html}</p>").markdown == f"## Notes\n\n{text}"

    def test_of_arxiv(self):
        note = (
            '<span class="ltx_note ltx_role_footnote" id="footnote1"><sup class="ltx_note_mark">1</sup>'
            '<span class="ltx_note_outer"><span class="ltx_note_content"><sup class="ltx_note_mark">1</sup>'
            '<span class="ltx_tag ltx_tag_note">1</span>A note.</span></span></span>'
        )
        markdown = to_markdown(f"<h2>Head</h2><p>The text{note} goes on, as in 5{note}is.</p>").markdown
        assert markdown == "## Head\n\nThe text¹ A note. goes on, as in 5¹ A note. is."


class TestLevels:
    @staticmethod
    def slack(name: str, indent: int, *items: str) -> str:
        inner = "".join(f'<li data-stringify-indent="{indent}">{item}</li>' for item in items)
        return f'<{name} data-stringify-type="list" data-indent="{indent}" class="p-rich_text_list">{inner}</{name}>'

    def test_of_slack(self):
        html = self.slack("ul", 0, "a") + self.slack("ul", 1, "b", "c") + self.slack("ul", 2, "d")
        html += self.slack("ul", 0, "e")
        assert to_markdown(html).markdown == "- a\n  - b\n  - c\n    - d\n- e"
        without_items = html.replace("data-stringify-indent", "data-x")
        assert to_markdown(without_items).markdown == "- a\n  - b\n  - c\n    - d\n- e"

    def test_numbers_of_slack_go_on(self):
        html = self.slack("ol", 0, "a") + self.slack("ul", 1, "b") + self.slack("ol", 0, "c") + "<p>x</p>"
        assert to_markdown(html + self.slack("ol", 0, "d")).markdown == "1. a\n   - b\n2. c\n\nx\n\n1. d"

    def test_of_quill(self):
        html = '<ul><li>a</li><li class="ql-indent-1">b</li><li class="ql-indent-2">c</li><li>d</li></ul>'
        assert to_markdown(html).markdown == "- a\n  - b\n    - c\n- d"


def test_attributes_without_a_value_count() -> None:
    """`<ol reversed>`, `<p hidden>`. Words within the value of another attribute are none."""
    html = "<ol reversed><li>a<li>b</ol><p hidden>x</p><p data-x2='hidden y' title=\"a hidden b\">c</p>"
    assert to_markdown(html).markdown == "2. a\n\n1) b\n\nc"


@pytest.mark.parametrize(
    "part",
    ["<li><div data-task-state=DONE>", "<div data-task-state=OPEN>" * 90 + "</div>" * 90, "<a href='#x'>" * 90 + "</a>",
     "<li><i></i>", "<i class=ltx_note_outer><b class=ltx_note_mark></b>", "<ul data-indent=5><li>x</ul>",
     "<img class=tex alt='" + "{\\displaystyle " * 100 + "}'>", "<b x y z=1 ='>", "<b " + "x " * 100_000 + ">"],
)  # fmt: skip
def test_many_of_them_cost_little(part: str) -> None:
    """U22: time grows with the length alone."""
    html = "<ul><li><p>" + part * min(9_000, 1_900_000 // len(part))

    def paste() -> None:
        with suppress(TooLarge):
            to_markdown(html)

    assert cpu_seconds(paste) < 3
