"""Word forms of this publication that plain English rules get wrong: matches and mismatches."""

from __future__ import annotations

import pytest

from insights.search.finding import search
from insights.search.queries import read_query
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def found(text: str) -> list[str]:
    return [hit.version.article.slug for hit in search(read_query(text)).page(1)]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        *(("LLMs", text) for text in ("LLM", "llm", "llms", "LLMs", "LLM's", "LLM’s", "LLMS")),
        *(("LLM", text) for text in ("LLM", "llms", "LLMs", "LLM’s")),
        *((f"{name}s", name) for name in ("GPU", "CPU", "TPU", "VLM", "RNN", "PDF", "SDK", "KPI", "API", "VM")),
        *((name, f"{name}s".lower()) for name in ("GPU", "CPU", "NPU", "APU", "CTO", "SLA", "FPGA", "PhD")),
        ("H100s", "H100"), ("an A100", "a100s"), ("LoRAs", "lora"), ("DMs", "dms"), ("DMs", "DM"), ("AIs", "AI"),
        ("LLM's", "LLM"), ("LLMs’", "LLM"), ("LLM´s", "llm"), ("AWS’s", "AWS"),
        ("zymo\u00adtech\u00adnics", "zymotechnics"), ("quasi\u200bcrystal", "quasicrystal"),
        ("wo\u2060rd\ufeffless", "wordless"), ("e\u0301\u00adlan", "elan"), ("zebra", "ze\u00adbra"),
        ("GPT-4o", "gpt-4o"), ("GPT\u20114o", "GPT-4o"), ("C++", "c++"), ("C++17", "C++"), ("C#", "c#"),
        (".NET", ".net"), ("ASP.NET", ".NET"), ("AT&T", "at&t"), ("F♯", "F#"), ("Straße", "strasse"),
        ("关于大模型的推理", "大模型"), ("ﾓﾃﾞﾙ", "モデル"), ("모델은", "모델"), ("ＧＰＵｓ", "gpu"),
        ("biases", "bias"), ("gases", "gas"), ("lenses", "lens"), ("menus", "menu"),
    ],
)  # fmt: skip
def test_the_words_of_this_publication(written, typed):
    """Fault A7: plurals of acronyms, possessives, hidden characters, names with punctuation, scripts without blanks."""
    make_article("A", slug="one", body=f"About {written} here.")
    make_article("B", slug="two", body="Something else.")
    assert found(typed) == ["one"]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("AW", "AWS"), ("30 cm", "CMS"), ("DN", "DNS"), ("I/O and IO", "iOS"), ("bia", "bias"), ("GA", "gas"),
        ("IR", "IRS"), ("a GP", "GPS"), ("http", "https"), ("UP", "UPS"), ("C", "C++"), ("C++", "C#"), ("net", ".NET"),
        ("GPT-4 and a 4o", "GPT-4o"), ("GPT-4", "GPT-4o"), ("智能工人", "人工智能"), ("ハ", "バ"),
    ],
)  # fmt: skip
def test_what_looks_like_a_plural_is_none(written, typed):
    """Fault A7: AWS, DNS, CMS, bias, gas, iOS and names with punctuation find themselves and nothing else."""
    make_article("A", slug="one", body=f"About {written} here.")
    make_article("B", slug="two", body=f"About {typed} here.")
    assert found(typed) == ["two"]
