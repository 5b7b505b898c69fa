class EmbeddedError(RuntimeError):
    """A server of our own cannot be started or stopped; the message says why and what helps."""
