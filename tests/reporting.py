"""The run's last line says which browser tests were left out."""

NO_CHROMIUM = "no Chromium was found"


def pytest_unconfigure(config):
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return
    skipped = sum(NO_CHROMIUM in str(report.longrepr) for report in reporter.stats.get("skipped", []))
    if skipped:
        reporter.write_line(f"{skipped} browser tests were skipped: {NO_CHROMIUM}.")
