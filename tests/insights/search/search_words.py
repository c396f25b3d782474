"""Articles with the words that `search_words.yaml` searches for, and others that must rank below them."""

from __future__ import annotations

from tests.factories import make_article

# slug, title, body
ARTICLES = (
    ("small-llms", "Small LLMs on phones", "An LLM’s memory is short; the LLM's limits show. Many run on phones."),
    ("renting-gpus", "Renting GPUs", "A rental of ten H100s costs less per hour than one GPU of your own."),
    ("kpis-for-a-team", "KPIs for a small team", "Two numbers are enough."),
    ("vlms-read-pictures", "VLMs read pictures", "They write captions for charts."),
    ("virtual-machines", "How many VMs does a shop need", "One is enough."),
    ("loras", "A shelf of LoRAs", "Adapters are small files."),
    ("tpu-prices", "TPUs in the cloud", "The price of a TPU fell again."),
    ("aws-outage", "When AWS was away", "The outage lasted an hour."),
    ("dns-explained", "DNS explained", "Names become numbers."),
    ("cms-migration", "A CMS moves", "The migration took a week, 30 cm of cable and one DN."),
    ("bias-in-hiring", "Bias in hiring", "Several biases add up."),
    ("gas-turbines", "Gas for data centers", "Turbines are sold out. Other gases are not."),
    ("ios-assistants", "Assistants on iOS", "The phone listens."),
    ("io-is-slow", "I/O is slow", "Input and output wait for disks. AW is a unit."),
    ("cpp-inference", "Inference in C++", "It runs without Python."),
    ("plain-c", "Plain C, and C again", "C is older. C stays."),
    ("csharp-client", "A client in C#", "One file."),
    ("dotnet-runtime", "The .NET runtime", "It starts fast."),
    ("net-income", "Net income of a model", "The net is small, net of taxes."),
    ("gpt-4o-voice", "GPT-4o speaks", "GPT-4o answers in a third of a second."),
    ("gpt-4-notes", "GPT-4 in notes", "GPT-4 and 4o others."),
    ("att-network", "AT&T and its network", "A carrier."),
    ("soft-hyphens", "Typesetting", "Hy\u00adphen\u00ada\u00adtion hides words, as in quasi\u200bcrystals."),
    ("chinese-policy", "A policy in Chinese", "关于人工智能的规定。大模型的推理成本下降。"),
    ("chinese-workers", "Another text in Chinese", "工人和智能手机。大型模具。"),
    ("japanese-models", "Models in Japanese", "ﾓﾃﾞﾙ は小さい。"),
)  # fmt: skip


def make_all() -> None:
    for slug, title, body in ARTICLES:
        make_article(title, slug=slug, body=body)
