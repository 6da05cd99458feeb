"""The rules: pure Python, values in, values or problems out."""
