"""The command: python -m channelhub.embedded start, stop or status."""

import sys

from channelhub import embedded

USAGE = "usage: python -m channelhub.embedded start|stop|status"


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
