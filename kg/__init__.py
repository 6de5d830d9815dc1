"""From a report to an answer: Source → Document → Outline → Sentence → Fact → Graph → Store → Answer.

| thing    | made by                 |
|----------|-------------------------|
| Source   | `kg.corpus.source`      |
| Document | `kg.corpus.document`    |
| Outline  | `kg.corpus.outline`     |
| Sentence | `kg.corpus.sentence`    |
| Fact     | `kg.extract.extractors` |
| Graph    | `kg.graph.triples`      |
| Store    | `kg.store.answer`       |
| Answer   | `kg.store.answer`       |
"""
