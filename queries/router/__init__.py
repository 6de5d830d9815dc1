"""One sentence in a person's own words → a question with its slots, or three to choose from.

spotting (years, shares, name_ends) finds what is named · misspelt, asides, limits set apart what is no part of what is asked ·
samples (likeness, words, alike) and triggers say which question it is like · near, near_english and reading fill the slots ·
candidate · places, doubts say what the data lack or what is unsure · passages shows where a word stands instead · route does
all of it, in this order.
"""
