"""Writes what is made from the code: the questions in the READMEs and the scores where the gold is at hand.

python tests/docs.py            writes them in place, and the scores for /help; test_docs.py fails where they are stale
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh-CN.md"}
QUALITY = ROOT / "server" / "pages" / "quality.yaml"


def questions(language: str) -> str:
    """The questions as a list by group."""
    from queries import load_queries

    rows = [f"- `{query.id}` {query.title[language]}" for query in load_queries().values()]
    return "\n".join(rows)


def block(text: str, name: str) -> str:
    """What stands between the marks of a block."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n?<!-- /{name} -->", text, re.S)
    if not found:
        raise ValueError(f"no block {name}")
    return found[1]


def replaced(text: str, name: str, content: str) -> str:
    """The text with another content in a block."""
    return text.replace(
        f"<!-- {name} -->\n{block(text, name)}",
        f"<!-- {name} -->\n{content}",
        1,
    ).replace(f"{content}<!--", f"{content}\n<!--")


def scores() -> tuple[str, str] | None:
    """The score table and the same figures as data, or None where there is no gold."""
    sys.path.insert(0, str(ROOT / "tests" / "bench"))
    import score

    if not sorted(score.GOLD.glob("*.json")):
        return None
    measured = score.tables(score.GOLD)
    return score.table(score.GOLD, measured), score.quality(score.GOLD, measured)


def main() -> None:
    """Write the blocks of both READMEs and the scores for /help."""
    measured = scores()
    if measured:
        QUALITY.write_text(measured[1], "utf-8")
    for language, path in READMES.items():
        text = replaced(path.read_text("utf-8"), "questions", questions(language))
        if measured:
            text = replaced(text, "scores", measured[0])
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
