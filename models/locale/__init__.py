"""Catalogues: Indonesian is the source text, every other language a file here."""
