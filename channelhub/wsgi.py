import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "channelhub.settings")
application = get_wsgi_application()

from channelhub.core.services.startup import keep_loaded, require_ready  # noqa: E402 - the apps must be ready first

require_ready()
keep_loaded()
