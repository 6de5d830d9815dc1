"""Bytes to sentences.

In working order: source (fetch) → text, damage → draft (read_text, read_html with main_text and page_facts, read_mhtml, read_docx with numbering, read_pdf,
read_scan, read_office; guard) → document (parts, heading_mark, bare_heading, heading, genre; metadata from words, dates, area, issuer with evidence) → outline
→ sentence.
"""
