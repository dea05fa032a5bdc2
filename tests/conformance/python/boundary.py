"""Tells the orchestrator that a step is about to begin and waits until it has done to the nodes what it wants."""

import os
import urllib.parse
import urllib.request

CONTROL = os.environ["CONFORMANCE_CONTROL"]


def boundary(name: str) -> None:
    """The boundary before the step `name`: a node may die here."""
    ask("/step/" + urllib.parse.quote(name, safe=""))


def restart() -> None:
    """Every node is killed and started again."""
    ask("/restart")


def ask(path: str) -> None:
    with urllib.request.urlopen(CONTROL + path, timeout=60) as answer:
        answer.read()
