"""Sentences to facts: fact ← extractors (mask → quantity, period → body → tokens → action, citation, programme, honour → figure → statement) → exchange."""
