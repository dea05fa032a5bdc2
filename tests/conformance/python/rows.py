"""The rows that users of earlier systems rely on, tried with `authlib`, `requests` and plain forms on one ledger.
`python rows.py LEDGER DEMO_BASE CONFIGURED_BASE TWO_RESOURCES_BASE BINARY`; a line per row: its name, `pass`, `part` (what
the ledger does not promise was left out) or `FAIL` with the reason. Ends with 1 if a row fails.
"""

import re
import sys
import traceback
from pathlib import Path

import rows_c_d
import rows_r
import rows_t
import wire

rows = [
    (name, row) for module in (rows_t, rows_r, rows_c_d) for name, row in vars(module).items() if re.match(r"[trcd]\d", name)
]
# The one that waits until codes and tokens have expired comes last.
rows.sort(key=lambda named: named[0].startswith("t9"))
failures = 0
for name, row in rows:
    wire.unclaimed.clear()
    try:
        row()
        print(f"{name}\t{'part' if wire.unclaimed else 'pass'}", flush=True)
    except Exception as trouble:
        failures += 1
        steps = [
            f"{Path(step.filename).name}:{step.lineno}" for step in traceback.extract_tb(trouble.__traceback__)
            if Path(step.filename).parent == Path(__file__).parent
        ]
        reason = f"{type(trouble).__name__} {trouble} ({', '.join(steps[1:])})".replace("\n", " ")
        print(f"{name}\tFAIL\t{reason}", flush=True)
sys.exit(bool(failures))
