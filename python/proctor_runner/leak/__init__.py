"""The leak hunt: one test again and again in one process, and whether the memory of that process grows with it.

`hunt` repeats the test, `memory` measures, `verdict` judges, `sites` finds the lines.
"""
