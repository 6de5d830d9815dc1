"""Words, rules and corrections as data, and the strict loaders that open them. Holds no words itself."""

from kg.lexicon.correction import Correction, corrections
from kg.lexicon.entries import Mapped, Value, read_yaml
from kg.lexicon.pattern import pattern
from kg.lexicon.rule import Rule, read_rules, rules
from kg.lexicon.tables import FOLDER, Row, read_table, rows_of, table
from kg.lexicon.width import shadow

__all__ = [
    "FOLDER",
    "Correction",
    "Mapped",
    "Row",
    "Rule",
    "Value",
    "corrections",
    "pattern",
    "read_rules",
    "read_table",
    "read_yaml",
    "rows_of",
    "rules",
    "shadow",
    "table",
]
