# The wheel is built in one stage and installed, with hashed requirements, into an environment that the
# second stage takes over whole: no compiler, no pip cache, no source tree in what runs. What pip installs it compiles
# too: the second stage can write no bytecode of its own.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
WORKDIR /src
COPY requirements/ requirements/
RUN python -m venv /opt/portal \
    && /opt/portal/bin/python -m pip install --no-deps --require-hashes -r requirements/run.txt \
    && python -m pip install --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY alembic/ alembic/
COPY static/ static/
COPY portal/ portal/
RUN python -m hatchling build -t wheel -d /dist \
    && /opt/portal/bin/python -m pip install --no-deps --no-index /dist/*.whl \
    && /opt/portal/bin/python -m pip uninstall --yes pip

FROM python:3.11-slim-bookworm AS portal
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin portal \
    && install --directory --owner portal --mode 0700 /data /wrap
COPY --from=build /opt/portal /opt/portal
# Everything that is written goes to /data, /wrap or /tmp, so the root file system can be read-only. The key file
# comes from outside, never from the volume it protects; the wrap file and the head file are apart, and in no backup.
ENV PATH=/opt/portal/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TMPDIR=/tmp \
    PORTAL_DATA_DIR=/data \
    PORTAL_KEY_FILE=/run/secrets/portal_keys \
    PORTAL_WRAP_FILE=/wrap/portal.wrap
USER 10001
VOLUME ["/data", "/wrap"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["portal"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]

# The last stage is what a plain build makes: with LibreOffice, which makes PDFs of Word and OpenDocument letters.
# `--target portal` leaves it out: then what comes with the portal does, for simple Word letters alone.
FROM portal AS office
USER 0
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libreoffice-writer-nogui \
    && rm -rf /var/lib/apt/lists/*
USER 10001
