"""The language in which the ledger says what must hold.

Python's expression syntax, restricted: comparisons, ``and or not``, ``+ - * /``, constants, the
names of a row's columns, and a few functions. Nothing is ever run as Python. Every value may be
missing, and what hangs on a missing value is missing: a rule never speaks of what it cannot know.

==============================  =================================================================
``year_start``                  first calendar year of the academic year, 2024
``first_day``, ``last_day``     dates of the academic year
``new_grade``                   the grade that entered in this year, "2024级"
``form.column``                 value of a form sheet
``total(sheet.column, ...)``    sum over a sheet's rows; ``column=value`` limits the rows
``count(sheet, ...)``           number of a sheet's rows, limited in the same way
``values(sheet.column, ...)``   a column's values, for ``in``
``before(column)``              the same column in the row before, by the first key column
``days(a, b)``                  calendar days from a to b
``month(day)``                  "2024-09"
``semester(day)``               "第一学期" or "第二学期"; missing outside the academic year
``length(text)``                number of characters
``filled(column)``              whether something was filled in; never missing
==============================  =================================================================

``'x' in column`` looks among the parts of a column that holds several values, and within the text
of any other.
"""

from evalkit.ledger.rules.compiler import Expression, compile_rule
from evalkit.ledger.rules.definition import Filled, compile_text, rule_faults, written
from evalkit.ledger.rules.records import UNUSABLE, Records, Scope
from evalkit.ledger.rules.values import FIRST, SECOND, Value

__all__ = [
    "FIRST",
    "SECOND",
    "UNUSABLE",
    "Expression",
    "Filled",
    "Records",
    "Scope",
    "Value",
    "compile_rule",
    "compile_text",
    "rule_faults",
    "written",
]
