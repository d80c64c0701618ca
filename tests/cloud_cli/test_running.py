"""Ctrl-C at the worst moment."""

import subprocess
import sys

from tests.repository import ROOT

JUST_BEFORE_SLEEP = """
import asyncio
import ctypes
from functools import partial
from operator import call
import signal

from scripts.cloud_cli.running import run

press = partial(ctypes.PyDLL(None)["raise"], signal.SIGINT)

class Sleep:
    def __init__(self, real):
        self.real = real
        self.is_pressed = False

    def __getattr__(self, name):
        return getattr(self.real, name)

    def poll(self, *arguments):
        sleep = partial(self.real.poll, *arguments)
        if self.is_pressed:
            return sleep()
        self.is_pressed = True
        # In one step of the interpreter, which looks for signals between two of them
        return list(map(call, (press, sleep)))[1]

async def wait():
    selector = asyncio.get_running_loop()._selector
    selector._selector = Sleep(selector._selector)
    await asyncio.Event().wait()

try:
    run(wait())
except KeyboardInterrupt:
    print("Interrupted.")
"""


def test_just_before_the_loop_sleeps() -> None:
    """It wakes the loop, for which nothing else is going to happen."""
    done = subprocess.run(
        [sys.executable, "-c", JUST_BEFORE_SLEEP],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("Interrupted.\n", "")
