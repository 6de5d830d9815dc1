"""Bytes to sentences.

In working order: source (fetch) → text, damage → draft (read_text, read_html, read_mhtml, read_docx with numbering, read_pdf,
read_scan, read_office; guard) → document (parts, heading, genre; metadata from dates, issuer, area with evidence) → outline
→ sentence.
"""
