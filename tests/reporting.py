"""The run's last line says what was left out for want of a tool."""

NO_CHROMIUM = "no Chromium was found"
NO_COMPOSE = "no docker-compose was found"


def pytest_unconfigure(config):
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return
    told = [str(report.longrepr) for report in reporter.stats.get("skipped", [])]
    counts = {reason: sum(reason in text for text in told) for reason in (NO_CHROMIUM, NO_COMPOSE)}
    missing = [f"{count} because {reason}" for reason, count in counts.items() if count]
    if missing:
        reporter.write_line(f"Tests skipped: {', '.join(missing)}.")
