class DomainError(Exception):
    """Something the caller may do differently; never a bug in ChannelHub.

    ``code`` is part of the public API. The message may be shown to a partner.
    """

    code = "domain_error"
    http_status = 409
