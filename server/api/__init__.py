"""The questions for programs: /api/v1, its description, and tools for language models."""
