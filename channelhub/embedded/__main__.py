"""The command: python -m channelhub.embedded start, stop, status, or run with a command of yours."""

import signal
import subprocess
import sys

from channelhub import embedded

USAGE = """\
usage: python -m channelhub.embedded start        start both servers; they run until stop
       python -m channelhub.embedded stop         stop both; data stays
       python -m channelhub.embedded status       say which runs, and where
       python -m channelhub.embedded run COMMAND  start what is missing, run COMMAND, stop what it alone needed"""


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 — a command


def main(arguments: list[str]) -> int:
    """Do what is asked; 0 done (status: both run), 1 refused (status: one is down), 2 not understood."""
    try:
        match arguments:
            case ["start"]:
                embedded.start(say=say)
            case ["stop"]:
                embedded.stop()
            case ["status"]:
                return _status()
            case ["run", _, *_]:
                return _run(arguments[1:])
            case _:
                say(USAGE)
                return 2
    except embedded.EmbeddedError as error:
        say(str(error))
        return 1
    return 0


def _status() -> int:
    servers = embedded.status()
    for name, server in servers.items():
        state = f"running, pid {server['pid']}" if server["running"] else "stopped"
        say(f"{name}: {state}\n  {server['url']}\n  {server['log']}")
    return 0 if all(server["running"] for server in servers.values()) else 1


def _run(command: list[str]) -> int:
    with embedded.in_use(say=say):
        child = subprocess.Popen(command)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C reaches the child by itself
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        code = child.wait()
        return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
