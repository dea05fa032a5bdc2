"""Read by schemathesis: every second well-formed request of an operation gets what `contract.py` has prepared for it."""

import atexit
import json
import os
from collections import Counter
from pathlib import Path

import schemathesis
from schemathesis import GenerationMode

PREPARED = json.loads(Path(os.environ["CONFORMANCE_PREPARED"]).read_text())
asked: Counter[str] = Counter()
answered: Counter[str] = Counter()
atexit.register(lambda: Path(os.environ["CONFORMANCE_ANSWERED"]).write_text(json.dumps(answered)))


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """ "`null` counts as absent" is a sentence of the contract: the code generator has no word for it."""
    members = raw_schema["components"]["schemas"]["ClientMetadata"]["properties"]
    for schema in members.values():
        schema["nullable"] = True


@schemathesis.hook
def before_call(context, case, kwargs):
    """A request that is malformed on purpose stays as it is."""
    operation = case.operation.definition.raw["operationId"]
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE or operation not in PREPARED:
        return
    asked[operation] += 1
    if asked[operation] % 2 == 0:
        chosen = PREPARED[operation][asked[operation] // 2 % len(PREPARED[operation])]
        case.query = chosen.get("query", case.query)
        case.body = chosen.get("body", case.body)
        case.path_parameters = chosen.get("path", case.path_parameters)
        case.cookies = chosen.get("cookies", case.cookies)
        case.headers.update(chosen.get("headers", {}))


@schemathesis.hook
def after_call(context, case, response):
    """How far requests came: a run in which nobody got in proves nothing."""
    answered[f"{case.operation.definition.raw['operationId']} {response.status_code}"] += 1
