"""Bytes to sentences.

In working order: source (fetch) → text, damage → draft → document → outline → sentence. A draft is made by read_text,
read_html (main_text, page_facts), read_mhtml, read_docx (numbering), read_pdf, read_scan or read_office; guard runs those that
may be harmed. A document is a draft whose lines are known (parts, heading from heading_mark and bare_heading), with its
metadata (words, dates, area, issuer, evidence) and genre.
"""
