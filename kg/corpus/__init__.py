"""Bytes to sentences: source → document (read_html, read_docx, read_pdf, read_text; text; metadata; genre) → outline → sentence."""
