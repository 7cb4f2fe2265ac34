"""Writes decks/{en,zh}/items/*.md, one card a model, from the registry: `python docs/make_item_decks.py` (`--check` only compares)."""

from __future__ import annotations

import sys
from pathlib import Path

from quizcv.items import TOPICS, models

DECKS = Path(__file__).parents[1] / "decks"
TITLES = {
    "shapes": ("Shapes", "形状与尺寸"),
    "receptive-field": ("Receptive field", "感受野"),
    "counting": ("Counting", "计数：参数量、计算量、内存"),
    "networks": ("Known networks", "经典网络"),
    "values": ("Values by hand", "手算数值"),
    "regularisation": ("Regularisation and normalisation", "正则化与归一化"),
    "optimizers": ("Optimizers and learning rates", "优化器与学习率"),
    "initialisation": ("Initialisation", "初始化"),
    "activations-losses": ("Activations and losses", "激活函数与损失函数"),
    "detection": ("Detection and segmentation", "检测与分割"),
    "classical": ("Classical machine learning", "经典机器学习"),
}


def pages() -> dict[Path, str]:
    """Every file with what it should hold."""
    found = {}
    for topic in TOPICS:
        chosen = [model for model in models().values() if model.topic == topic]
        for lang, title in zip(("en", "zh"), TITLES[topic], strict=True):
            head = (
                f"---\ndeck: items::{topic}\ntags: [computational]\nlang: {lang}\ncards: explicit\n---\n\n# {title}\n"
            )
            cards = [
                f"## {model.title.in_(lang)}\n\n```item {{#item-{model.name.replace('_', '-')}}}\nmodel: {model.name}\n```\n"
                for model in chosen
            ]
            found[DECKS / lang / "items" / f"{topic}.md"] = "\n".join([head, *cards])
    return found


def main() -> int:
    stale = []
    for path, text in pages().items():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for path in stale:
        print(path.relative_to(DECKS))  # noqa: T201
    return len(stale) if "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
